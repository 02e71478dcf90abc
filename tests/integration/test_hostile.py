"""Bad input on every route that an Open Messaging connector uses: always Genesys' error body, never a 500.

Each route is given a request that would be right, with one thing wrong about it. What is wrong is drawn by hypothesis,
the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.integration.conftest import Answer, Hook, Office, Serve, Serving

# [method, path below /api/v2, the body that would be right]; <name> stands for an id of the office
VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "integration" / "routes.json"
ROUTES: tuple[tuple[str, str, Any], ...] = tuple((m, p, b) for m, p, b in json.loads(VECTORS.read_text("utf-8")))
WITH_BODY = tuple(route for route in ROUTES if route[2] is not None)
NAMES = [f"{method} {path}" for method, path, _ in ROUTES]
MEBIBYTE = 1 << 20
NUMBERS = count()
LAUGHS = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
)
FLOWS = (
    b"",
    b"\xff\xfe",
    b"\x00",
    b"a: [",
    b"- 1",
    b"inboundShortMessage: 5",
    b"inboundShortMessage: {name: [], states: {}}",
    b"inboundShortMessage: !!python/object/apply:os.system [id]",
    b"inboundShortMessage: &a {name: *a}",
    b"inboundShortMessage: {name: x, states: " + b"[" * 2000 + b"]" * 2000 + b"}",
    LAUGHS + b"inboundShortMessage: {name: x, states: *a11}",
    b"inboundShortMessage: {name: " + b"x" * (1 << 19) + b"}",
    b"? {a: b}\n: c",
    b"inboundShortMessage: {name: x, 1: 2, null: 3, [a]: b}",
    b"--- a\n--- b",
)
GROWTH = 60 << 20  # bytes of memory that the storm may leave behind


@dataclass(frozen=True)
class Spoilt:
    """A request with one thing wrong: ``raw`` is its body, ``query`` goes behind the path, ``ids`` replaces ids."""

    raw: bytes | None
    query: str = ""
    ids: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Deep:
    """Stands for a value nested deeper than any model is."""

    def __repr__(self) -> str:
        return "Deep()"


DEEP = "\u0001deep\u0001"
NESTED = b"[" * 400 + b"]" * 400
TEXTS = ("", " ", "\x00", "a\x00b", "é\U0001f600", "x" * 5000, "../..", "<script>", "null", "%00", "\r\nX: y", "-1")
SCALARS: tuple[Any, ...] = (None, True, -1, 0, 2**31, 2**63, 2**64 + 1, 10**40, 1e308, -0.0, 0.1, [], {}, [[]], [None])
JUNK = st.sampled_from([*SCALARS, *TEXTS, "\ud800", DEEP, ["a"] * 3000, {"": {"": ""}}, {"id": None}, [{}, 1, "a"]])
MALFORMED_BODIES = (
    b"{", b"[", b'"', b"{]", b"nul", b"\x00", b"\xff\xfe{\x00}\x00", b'{"a":"\xff"}', b'{"a":1,}', b"{'a':1}", b"NaN",
    b'{"a":1}x', b'\xef\xbb\xbf{"a":1}', b'{"a":"\\ud800"}', b'{"a":"\\u12"}', b"-", b"\r\n", NESTED,
    b"{" + NESTED + b"}", b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 10_000,
)  # fmt: skip
QUERIES = st.sampled_from((
    "pageSize=x", "pageSize=-1", "pageSize=0", "pageSize=99999999999999999999", "pageNumber=0", "pageNumber=-5",
    "pageNumber=1e9", "sortBy=%00", "sortOrder=sideways", "name=%ff%fe", "name=*****", "name=(((", "expand=%2C%2C",
    "expand=nothing", "id=a&id=b", "&&&==", "%zz=%", "before=x&after=x", "ignoreErrors=maybe", "q=" + "a" * 3000,
    "prefetchConversationId=2", "subjectType=", "flow=x&version=y", "division=%F0%9F%98%80",
))  # fmt: skip
IDS = st.sampled_from((
    "x", "%00", "%ff", "..", "%2e%2e%2f", "a" * 2000, "%F0%9F%98%80", "null", "*", "-1", "a%20b", "@",
))  # fmt: skip
HEADERS = st.sampled_from((
    ("Content-Type", "text/plain"), ("Content-Type", "a/b;;;="), ("Content-Type", "application/json; charset=utf-7"),
    ("Content-Encoding", "gzip"), ("Content-Encoding", "nonsense"), ("Accept", "\xff"), ("Accept-Encoding", "\xe9"),
    ("ININ-Correlation-Id", "\xe9" * 50), ("ININ-Correlation-Id", "a" * 5000), ("Cookie", "=;=;"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer \xff\xfe"), ("Authorization", "Basic Og=="),
    ("X-HTTP-Method-Override", "DELETE"), ("Range", "bytes=9-1"), ("If-Match", "*"), ("Origin", "null"),
))  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, part in inner for path in places(part, (*at, key)))]


def changed(value: Any, at: tuple[Any, ...], new: Any, *, remove: bool = False) -> Any:
    """A copy of ``value`` with another value at a path, or none."""
    if not at:
        return new
    key, rest = at[0], at[1:]
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k != key}
        return kept if remove and not rest else {**kept, key: changed(value[key], rest, new, remove=remove)}
    kept_items = [v for i, v in enumerate(value) if i != key]
    return kept_items if remove and not rest else [
        changed(v, rest, new, remove=remove) if i == key else v for i, v in enumerate(value)
    ]  # fmt: skip


def raw(value: Any) -> bytes:
    """As JSON, lone surrogates escaped."""
    return json.dumps(value).encode().replace(json.dumps(DEEP).encode(), NESTED)


@st.composite
def spoilt(draw: st.DrawFn, body: Any) -> Spoilt:
    """A request for a route whose right body is ``body``."""
    ways = ["query", "ids", "headers", "malformed", "whole"] + ["value"] * 6 + ["missing", "unknown"] * 2
    way = draw(st.sampled_from(ways if body is not None else ways[:5]))
    right = None if body is None else raw(body)
    if way == "query":
        return Spoilt(right, query=draw(QUERIES))
    if way == "ids":
        return Spoilt(right, ids=draw(IDS))
    if way == "headers":
        return Spoilt(right, headers=(draw(HEADERS),))
    if way == "malformed":
        return Spoilt(draw(st.one_of(st.sampled_from(MALFORMED_BODIES), st.binary(max_size=40))))
    if way == "whole":
        return Spoilt(raw(draw(JUNK)))
    at = draw(st.sampled_from(places(body)[1:]))
    if way == "value":
        return Spoilt(raw(changed(body, at, draw(JUNK))))
    if way == "missing":
        return Spoilt(raw(changed(body, at, None, remove=True)))
    inside = [path for path in places(body) if isinstance(part(body, path), dict)]
    holder = draw(st.sampled_from(inside)) if inside else ()
    held = part(body, holder)
    return Spoilt(raw(changed(body, holder, {**held, "zzUnknown": draw(JUNK)}) if inside else held))


def part(value: Any, at: tuple[Any, ...]) -> Any:
    """What stands at a path."""
    for key in at:
        value = value[key]
    return value


def filled(value: Any, ids: dict[str, str]) -> Any:
    """Ids for their names."""
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, str):
        for name, id_ in ids.items():
            value = value.replace(f"<{name}>", id_)
    return value


def target(path: str, ids: dict[str, str], spoil: Spoilt) -> str:
    """The request target below the origin."""
    used = ids if spoil.ids is None else dict.fromkeys(ids, spoil.ids)
    whole = filled("/api/v2" + path, used)
    return quote(whole if not spoil.query else whole + ("&" if "?" in whole else "?") + spoil.query, safe="/?&=%*:@")


def check_shape(answer: Answer, about: object) -> None:
    """The answer is a success, or an error as the platform words it."""
    assert answer.status != 500, (about, answer.body)
    if answer.status < 400:
        return
    assert answer.headers["Content-Type"] == "application/json", (about, answer.body)
    body = answer.json
    assert isinstance(body, dict), (about, answer.body)
    if "error" in body:
        assert body["description"] == body["error_description"]
        return
    assert body["status"] == answer.status, (about, body)
    assert isinstance(body["message"], str), (about, body)
    assert isinstance(body["code"], str), (about, body)
    assert body["contextId"] == answer.headers["ININ-Correlation-Id"], (about, body)
    assert {"details", "errors", "messageParams"} <= body.keys(), (about, body)


@pytest.fixture(scope="module")
def office(serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]) -> Iterator[Office]:
    """The office under attack; what is asserted at the end holds for the whole module."""
    with serve() as serving:
        made = furnish(serving, hooks().url)
        warm = Speaker(made)
        for route in ROUTES:
            warm(route, b"{}" if isinstance(route[2], list) else b"[]")  # validators are compiled once and kept
        before = serving.memory()
        yield made
        grown = serving.memory() - before  # before the record is asked for: its JSON takes as much again
        serving.check_unharmed()
        assert grown < GROWTH
        fresh = furnish(serving, hooks().url, "Second Line")
        made_well = fresh.conversation("after-the-storm")
        assert serving.api("GET", f"/conversations/{made_well['conversation']}").status == 200


@pytest.fixture(scope="module")
def calm(office: Office, furnish: type[Office], hooks: Callable[[], Hook]) -> Office:
    """An office of the same org that nobody spoils."""
    return furnish(office.serving, hooks().url, "Calm Line")


@pytest.mark.parametrize(("method", "path", "body"), ROUTES, ids=NAMES)
def test_no_bad_request_is_our_mistake(office: Office, method: str, path: str, body: Any) -> None:
    serving, customer = office.serving, f"customer of {method} {path}"
    alive = "<conversation>" in path or "<message>" in str((path, body))
    ids = office.conversation(customer) if alive else {**office.ids, "customer": customer}

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(spoilt(filled(body, ids)))
    def attack(spoil: Spoilt) -> None:
        headers = {"Authorization": f"Bearer {serving.token}", "Content-Type": "application/json"}
        answer = serving.send(method, target(path, ids, spoil), spoil.raw, {**headers, **dict(spoil.headers)})
        check_shape(answer, spoil)

    attack()


class Speaker:
    """Asks any route, with ids that exist and a body of its own."""

    def __init__(self, office: Office) -> None:
        self.serving = office.serving
        self.ids = office.conversation("speaker")

    def __call__(self, route: tuple[str, str, Any], body: bytes | None, token: str | None = None) -> Answer:
        """The answer, which has the right shape; ``token`` "" sends none."""
        method, path, _ = route
        bearer = self.serving.token if token is None else token
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        answer = self.serving.send(method, target(path, self.ids, Spoilt(None)), body, headers)
        check_shape(answer, route)
        return answer


@pytest.fixture(scope="module")
def ask(calm: Office) -> Speaker:
    return Speaker(calm)


@pytest.mark.parametrize("body", MALFORMED_BODIES)
def test_malformed_json_is_refused_on_every_route(ask: Speaker, body: bytes) -> None:
    answers = {f"{route[0]} {route[1]}": ask(route, body) for route in WITH_BODY}
    assert {name: (one.status, one.json["code"]) for name, one in answers.items()} == dict.fromkeys(
        answers, (400, "bad.request")
    )


def test_a_list_for_an_object_and_an_object_for_a_list_are_refused_on_every_route(ask: Speaker) -> None:
    wrong = [ask(route, b"{}" if isinstance(route[2], list) else b"[]") for route in WITH_BODY]
    assert {one.status for one in wrong} == {400}


def test_a_body_is_missing_where_it_is_required(ask: Speaker) -> None:
    for body in (None, b"null", b""):
        taken = {route[1] for route in WITH_BODY if ask(route, body).status != 400}
        assert taken == {"/conversations/messages/<conversation>/participants/<participant>"}


def test_one_byte_more_than_a_mebibyte_is_too_much_on_every_route(ask: Speaker) -> None:
    body = b" " * (MEBIBYTE + 1)
    answers = [ask(route, body) for route in ROUTES]
    assert {(one.status, one.json["code"]) for one in answers} == {(413, "request.too.large")}


def test_a_mebibyte_is_read(ask: Speaker) -> None:
    for route in WITH_BODY[::12]:  # the record keeps the bytes, and has a bound of its own
        assert ask(route, b'{"a":"' + b"x" * (MEBIBYTE - 8) + b'"}').status in (200, 204, 400), route


def test_a_method_that_no_operation_has_is_not_allowed(ask: Speaker) -> None:
    answers = [ask(("TRACE", path, None), None) for _, path, _ in ROUTES]
    assert {one.status for one in answers} == {405}
    for (method, path, _), one in zip(ROUTES, answers, strict=True):
        assert method in one.headers["Allow"].split(", "), path


def test_no_route_answers_without_a_live_token(ask: Speaker) -> None:
    serving = ask.serving
    short = {"name": "Short", "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 300}
    client = serving.made("/oauth/clients", short)
    expired = serving.log_in((client["id"], client["secret"]))
    serving.org.post("advance", seconds=301.0)
    revoked = serving.log_in()
    assert serving.api("DELETE", "/tokens/me", token=revoked).status < 300
    dead = dict.fromkeys(("no-such-token", expired, revoked), "bad.credentials")
    for token, code in {"": "authentication.required", **dead}.items():
        answers = [ask(route, raw(route[2]), token) for route in ROUTES]
        assert {(one.status, one.json["code"]) for one in answers} == {(401, code)}


WITH_FIELDS = [
    pytest.param(*route, id=f"{route[0]} {route[1]}")
    for route in WITH_BODY
    if isinstance(route[2], dict) or isinstance(route[2][0], dict)  # a list of ids has no fields
    if not route[1].endswith("/versions")  # takes anything
]
REFUSED = {  # right as to form; refused for what they ask
    "/conversations/<conversation>/assign": "conversation.error.queue.required",
    "/conversations/<conversation>/participants/<participant>/replace/agent": (
        "conversation.error.cannot.transfer.to.self"
    ),
}


@pytest.mark.parametrize(("method", "path", "body"), WITH_FIELDS)
def test_an_unknown_field_is_accepted_and_told(calm: Office, method: str, path: str, body: Any) -> None:
    customer = f"unknown in {method} {path}"
    alive = "<conversation>" in path or "<message>" in str((path, body))
    ids = calm.conversation(customer) if alive else {**calm.ids, "customer": customer}
    sent = filled(body, ids)
    if isinstance(sent, dict) and method == "POST":
        sent |= {name: f"{next(NUMBERS)}{sent[name]}" for name in ("name", "email") if name in sent}  # taken once
    holder = sent[0] if isinstance(sent, list) else sent
    holder["zzUnknown"] = {"a": [1]}
    answer = calm.serving.api(method, filled(path, ids), sent)
    assert answer.status < 300 or answer.json["code"] == REFUSED.get(path), answer.body
    entries = calm.serving.entries(correlation=answer.headers["ININ-Correlation-Id"])
    where = "0.zzUnknown" if isinstance(sent, list) else "zzUnknown"
    assert [(entry["direction"], entry["data"]["unknown_fields"]) for entry in entries] == [
        ("in", [where]),
        ("out", [where]),
    ]


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=60), st.sampled_from([b"grant_type=client_credentials", b"grant_type=password&a=%ff"])
    ),
    st.sampled_from(
        ["", "Basic", "Basic Og==", "Basic YTpi", "Basic /w==", "Bearer x", "Basic " + "QQ==" * 500, "\xff"]
    ),
    st.sampled_from(["application/x-www-form-urlencoded", "application/json", "", "multipart/form-data"]),
    st.sampled_from(["POST", "GET", "PUT", "DELETE"]),
    st.sampled_from(
        ["/oauth/token", "/oauth/authorize", "/oauth/", "/oauth/token/x", "/oauth/%00", "/login/oauth/token"]
    ),
)
def _log_in_badly(serving: Serving, body: bytes, auth: str, media: str, method: str, path: str) -> None:
    answer = serving.send(method, path, body, {"Authorization": auth, "Content-Type": media})
    assert 400 <= answer.status <= 501
    if answer.headers["Content-Type"].startswith("text/html"):  # a person would read it
        assert (answer.status, path) == (400, "/oauth/authorize")
        assert b'role="alert"' in answer.body
        return
    check_shape(answer, (body, auth, media, method, path))


def test_no_bad_login_is_our_mistake(office: Office) -> None:
    _log_in_badly(office.serving)
    form = b"grant_type=client_credentials&" + b"a=b&" * 300_000
    too_large = office.serving.send("POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
    assert (too_large.status, too_large.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("text", FLOWS)
def test_a_hostile_flow_fails_its_job_and_nothing_else(office: Office, text: bytes) -> None:
    job = office.deployed(text)
    assert job["status"] == "Failure"
    assert job["messages"][0]["text"]
