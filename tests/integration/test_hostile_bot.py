"""Bots that answer what no HTTP client and no flow should have to read: always the failure path, with a name for it.

One flow, one endpoint on a plain socket; what the customer writes names the answer that the endpoint gives.
"""

from __future__ import annotations

import gzip
import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Serve, Serving

WAIT = 0.8  # seconds that the emulator waits for a bot here; the platform's is taken to be 10
PIECE = b"x" * 65_536
FLOW = """
inboundShortMessage:
  name: Hostile
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {en-us: {defaultLanguageSkill: {noValue: true}}}
  variables: [{stringVariable: {name: Flow.type}}]
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - callBotConnector:
              name: Ask
              botIntegration: {lit: {name: Hostile}}
              botName: {lit: Nova}
              botVersion: {lit: "1"}
              failureOutputs: {errorType: {var: Flow.type}, errorMessage: {noValue: true}}
              outputs:
                success:
                  actions:
                    - sendResponse: {name: Good, messageBody: {lit: good}}
                failure:
                  actions:
                    - sendResponse: {name: Bad, messageBody: {exp: 'Append("bad ", Flow.type)'}}
"""
INTENT = {"name": "Success", "slots": {"size": {"name": "size", "type": "integer"}}}
VERSION = {"version": "1", "supportedLanguages": ["en-us"], "intents": [INTENT]}
BOTS = {"chatBots": [{"id": "nova", "name": "Nova", "versions": [VERSION]}]}
GOOD = {
    "botState": "Complete", "intent": "Success", "slotValues": {"size": 4}, "confidence": 1, "parameters": {"a": "b"},
    "replymessages": [{"type": "Text", "text": "hi"}],
}  # fmt: skip
BESIDE = ("fault", "unanswered", "unsupported_output")  # notes that are no diagnosis, or not of what failed
NUMBERS = count()
Talk = Callable[[socket.socket], None]


def plain(body: bytes, *headers: str, status: str = "200 OK") -> Talk:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    raw = "\r\n".join([*head, "", ""]).encode() + body
    return lambda peer: peer.sendall(raw)


def raw(data: bytes) -> Talk:
    return lambda peer: peer.sendall(data)


def endless(head: bytes, piece: bytes) -> Talk:
    """Goes on until the emulator hangs up."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(head)
        while True:
            peer.sendall(piece)

    return talk


def trickling(head: bytes, piece: bytes) -> Talk:
    def talk(peer: socket.socket) -> None:
        peer.sendall(head)
        peer.settimeout(0.05)
        while True:
            peer.sendall(piece)
            with suppress(TimeoutError):
                if peer.recv(1) == b"":
                    return

    return talk


def silent(peer: socket.socket) -> None:
    peer.recv(1)


def half_closed(peer: socket.socket) -> None:
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BOMB = gzip.compress(b"0" * 20_000_000)
DEEP = b"[" * 100_000


def answer(**changes: Any) -> Talk:
    return plain(json.dumps({**GOOD, **changes}).encode())


@dataclass(frozen=True)
class Case:
    talk: Talk
    error: str
    note: str


CASES = {
    "silent": Case(silent, "BotTimeoutError", "timeout"),
    "slow head": Case(trickling(b"HTTP/1.1 200 O", b"K"), "BotTimeoutError", "timeout"),
    "slow body": Case(trickling(OK + b"Content-Length: 99999\r\n\r\n", b" "), "BotTimeoutError", "timeout"),
    "half closed": Case(half_closed, "BotUnreachableError", "connection_lost"),
    "closed in the head": Case(raw(b"HTTP/1.1 200 OK\r\nContent-"), "BotUnreachableError", "connection_lost"),
    "closed in the body": Case(raw(OK + b"Content-Length: 500\r\n\r\n{"), "BotUnreachableError", "connection_lost"),
    "closed in a chunk": Case(
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{"), "BotUnreachableError", "connection_lost"
    ),
    "no HTTP": Case(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "BotUnreachableError", "connection_lost"),
    "broken chunks": Case(
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), "BotUnreachableError", "connection_lost"
    ),
    "two lengths": Case(
        raw(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "BotUnreachableError", "connection_lost"
    ),
    "endless headers": Case(endless(OK, b"X: " + PIECE + b"\r\n"), "BotUnreachableError", "connection_lost"),
    "endless 1xx": Case(endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50), "BotTimeoutError", "timeout"),
    "endless body": Case(endless(OK + b"\r\n", PIECE), "BotAnswerError", "too_long"),
    "endless chunks": Case(
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PIECE + b"\r\n"),
        "BotAnswerError",
        "too_long",
    ),
    "huge length": Case(endless(OK + b"Content-Length: 99999999999\r\n\r\n", PIECE), "BotAnswerError", "too_long"),
    "gzip bomb": Case(plain(BOMB, "Content-Encoding: gzip"), "BotAnswerError", "encoded"),
    "an encoding that there is not": Case(plain(b"{}", "Content-Encoding: zip"), "BotAnswerError", "encoded"),
    "gzip that is not told": Case(plain(gzip.compress(b"{}")), "BotAnswerError", "not_utf8"),
    "invalid UTF-8": Case(plain(json.dumps(GOOD).encode().replace(b"hi", b"\xff\xfe")), "BotAnswerError", "not_utf8"),
    "UTF-16": Case(plain(json.dumps(GOOD).encode("utf-16")), "BotAnswerError", "not_utf8"),
    "lone surrogate": Case(plain(json.dumps(GOOD).encode().replace(b"hi", rb"\ud800")), "BotAnswerError", "not_json"),
    "deep": Case(plain(DEEP), "BotAnswerError", "not_json"),
    "infinity": Case(plain(b'{"confidence": 1e999, "botState": Infinity}'), "BotAnswerError", "not_json"),
    "empty": Case(plain(b""), "BotAnswerError", "not_json"),
    "a page": Case(plain(b"<html>Sorry</html>"), "BotAnswerError", "not_json"),
    "an array": Case(plain(b"[]"), "BotAnswerError", "not_json"),
    "redirect": Case(plain(b"", "Location: /again", status="307 Temporary Redirect"), "BotStatusError", "redirected"),
    "no content": Case(raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "BotStatusError", "wrong_status"),
    "teapot": Case(plain(b"{}", status="418 Teapot"), "BotStatusError", "wrong_status"),
    "crash": Case(plain(b"{}", status="500 Oops"), "BotStatusError", "wrong_status"),
    "a million messages": Case(answer(replymessages=[0] * 80_000), "BotAnswerError", "wrong_answer"),
    "a text that is too long": Case(
        answer(replymessages=[{"type": "Text", "text": "x" * 100_000}]), "InvalidMessage", "message_refused"
    ),
    "an intent that is not declared": Case(answer(intent="x" * 10_000), "UndeclaredIntentError", "undeclared_intent"),
}


class Endpoint:
    """A socket that answers each turn as its text says: the name of a case, or the next of ``bodies``."""

    def __init__(self) -> None:
        self.bodies: queue.Queue[bytes] = queue.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/bot"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            peer.settimeout(10)
            text = _body(peer)["inputMessage"]["text"]
            if text in CASES:
                CASES[text].talk(peer)
            else:
                plain(self.bodies.get(timeout=5), "Connection: close")(peer)


def _body(peer: socket.socket) -> dict[str, Any]:
    got = b""
    while b"\r\n\r\n" not in got:
        got += peer.recv(65_536)
    head, _, rest = got.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(rest) < length:
        rest += peer.recv(65_536)
    return dict(json.loads(rest))


@dataclass
class Line:
    """Customers whose flow calls the hostile bot."""

    serving: Serving
    hook: Hook
    endpoint: Endpoint
    integration: str

    def meets(self, text: str) -> tuple[str, list[str], list[str]]:
        """A new customer writes: the flow's branch as it is said, the diagnoses, and the rules of the faults."""
        customer = f"customer {next(NUMBERS)}"
        conversation = self.serving.says(self.integration, customer, text).json["conversationId"]

        def said(got: Any) -> list[str]:
            bodies = [one.json for one in got]
            texts = [one["text"] for one in bodies if one.get("text") and one["channel"]["to"]["id"] == customer]
            return [text for text in texts if text.startswith(("bad", "good"))]

        (branch,) = said(self.hook.until(said))
        notes = [one for one in self.serving.entries(conversation=conversation) if one["kind"] == "note"]
        names = [one["name"].removeprefix("bot_connector.") for one in notes if one["name"].startswith("bot_conn")]
        rules = [one["data"]["rule"] for one in notes if one["name"] == "bot_connector.fault"]
        return branch, [name for name in names if name not in BESIDE], rules


@pytest.fixture(scope="module")
def line(serve: Serve, hooks: Callable[[], Hook]) -> Iterator[Line]:
    endpoint, hook = Endpoint(), hooks()
    with serve() as serving:
        kind = {"id": "genesys-bot-connector"}
        connector = serving.made("/integrations", {"name": "Hostile", "integrationType": kind})["id"]
        path = f"/integrations/{connector}/config/current"
        config = {**serving.api("GET", path).json, "properties": {"botConnectorHandleUtteranceURI": endpoint.url}}
        assert serving.api("PUT", path, config).status == 200
        assert serving.api("PATCH", f"/integrations/{connector}", {"intendedState": "ENABLED"}).status == 200
        assert serving.api("PUT", f"/integrations/botconnector/{connector}/bots", BOTS).status == 204
        open_ = serving.integration(hook.url)
        job = serving.made("/flows/jobs", None)
        upload = "/understudy/" + job["presignedUrl"].partition("/understudy/")[2]
        assert serving.send("PUT", upload, FLOW.encode()).status == 200
        flow = serving.api("GET", f"/flows/jobs/{job['id']}").json["flow"]["id"]
        assert serving.api("PUT", f"/routing/message/recipients/{open_}", {"flow": {"id": flow}}).status == 200
        serving.org.put("waits", **{"bot-connector.v1.answer.seconds": WAIT})
        yield Line(serving, hook, endpoint, open_)
        serving.check_unharmed()
    endpoint.listener.close()


@pytest.mark.parametrize("name", CASES)
def test_every_answer_ends_in_the_failure_path_with_a_named_diagnosis(line: Line, name: str) -> None:
    case = CASES[name]
    branch, diagnoses, _ = line.meets(name)
    assert (branch, diagnoses) == (f"bad {case.error}", [case.note])


def test_memory_stays_bounded_and_the_line_goes_on(line: Line) -> None:
    line.meets("endless body")
    before = line.serving.memory()
    for name in ("endless body", "endless chunks", "huge length", "gzip bomb", "endless headers", "endless 1xx") * 4:
        line.meets(name)
    assert line.serving.memory() - before < 40 << 20
    line.endpoint.bodies.put(json.dumps(GOOD).encode())
    assert line.meets("be good") == ("good", [], [])


SCALARS = st.one_of(st.booleans(), st.integers(-5, 5), st.floats(-1e9, 1e9), st.text(max_size=9))
ANY = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NO_TEXT = ANY.filter(lambda value: not isinstance(value, str))
WRONG = {
    "botState": ANY.filter(lambda value: str(value).casefold() not in ("complete", "failed", "moredata")),
    "intent": ANY.filter(lambda value: value != "Success"),
    "confidence": ANY.filter(
        lambda value: (
            value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1)
        )
    ),
    "replymessages": ANY.filter(lambda value: value is not None and not isinstance(value, list)),
    "slotValues": ANY.filter(lambda value: value is not None and not isinstance(value, dict)),
    "parameters": ANY.filter(
        lambda value: (
            value is not None
            and (not isinstance(value, dict) or any(not isinstance(one, str) for one in value.values()))
        )
    ),
    "errorInfo": ANY.filter(lambda value: value is not None and not isinstance(value, dict)),
}


@st.composite
def wrong(draw: st.DrawFn) -> dict[str, Any]:
    """A right answer with one value of a wrong type, in the body or one level below."""
    body = dict(GOOD)
    where = draw(st.sampled_from([*WRONG, "slot", "text", "message"]))
    match where:
        case "slot":
            body["slotValues"] = {"size": draw(NO_TEXT.filter(lambda one: one is not None and type(one) is not int))}
        case "text":
            body["replymessages"] = [{"type": "Text", "text": draw(NO_TEXT)}]
        case "message":
            body["replymessages"] = [draw(ANY.filter(lambda one: not isinstance(one, dict)))]
        case name:
            body[name] = draw(WRONG[name])
    return body


@given(body=wrong())
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_value_of_a_wrong_type_anywhere_is_the_failure_path(line: Line, body: dict[str, Any]) -> None:
    line.endpoint.bodies.put(json.dumps(body).encode())
    branch, diagnoses, rules = line.meets("fuzz")
    assert branch.startswith("bad Bot") or branch == "bad UndeclaredIntentError"
    assert len(diagnoses) == 1
    assert rules
