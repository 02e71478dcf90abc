"""The control API over HTTP, in a running emulator: every route, and what a caller is told who asks wrongly."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from understudy.control.client import ControlClient, OrgClient
from understudy.control.driver import WAITING, ControlDriver
from understudy.control.variation import IN_ORG
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator
from understudy.errors import Lost, UnderstudyError
from understudy.world.org import Org
from understudy.world.ring import Ring

FILE = """
organization: {name: %s}
users:
  - {name: Alex, email: alex@rehearsal.example, understudy: {agent: true, status: OFF_QUEUE}}
routing.queues:
  - {name: Support, members: [alex@rehearsal.example]}
"""
UNKNOWN = "70ac9258-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def client(inside: Emulator) -> ControlClient:
    return ControlClient(inside.origin)


@pytest.fixture
def org(client: ControlClient, inside: Emulator, request: pytest.FixtureRequest) -> Iterator[OrgClient]:
    """A fresh org with an agent and a queue."""
    made = client.call("POST", "orgs", {"text": FILE % json.dumps(request.node.name), "path": "org.yaml", "env": {}})
    yield client.org(made["id"])
    if made["id"] in inside.world.orgs:
        client.org(made["id"]).delete()


def ask(
    inside: Emulator, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """A raw request below /understudy/: status and parsed answer."""
    url = f"{inside.origin}/understudy/{path}"
    answer = urllib3.request(method, url, body=body, headers=headers, retries=False, timeout=5.0)
    return answer.status, json.loads(answer.data)


def perform_in(inside: Emulator, org: OrgClient, *commands: object) -> Any:
    """Perform commands on the emulator's own loop; returns what the last one returned."""
    done = threading.Event()
    results: list[Any] = []

    def act() -> None:
        results.extend(world(inside, org).perform(command) for command in commands)
        done.set()

    inside._tasks[0].get_loop().call_soon_threadsafe(act)
    assert done.wait(5.0)
    return results[-1]


def world(inside: Emulator, org: OrgClient) -> Org:
    return inside.world.orgs[org.org]


def test_ready_needs_no_token_and_no_org(inside: Emulator) -> None:
    assert ask(inside, "GET", "ready") == (200, {"ready": True})
    inside.ready = False
    assert ask(inside, "GET", "ready") == (503, {"ready": False})
    inside.ready = True


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer tökén", "Basic control-token"])
def test_off_loopback_a_missing_or_wrong_token_is_refused(inside: Emulator, given: str) -> None:
    inside.control_token = "control-token"
    try:
        headers = {"Authorization": given.encode("utf-8").decode("latin-1")} if given else {}
        status, told = ask(inside, "GET", "orgs", headers=headers)
        assert (status, told) == (
            401,
            {"error": "control token missing or wrong: send Authorization: Bearer <token> as serve printed it"},
        )
        assert ask(inside, "GET", "ready") == (200, {"ready": True})
        assert "orgs" in ControlClient(inside.origin, "control-token").call("GET", "orgs")
    finally:
        inside.control_token = ""


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "nothing", 404, "no control route GET /understudy/nothing"),
        ("POST", "orgs/{org}/nothing/at/all", 404, "no control route POST …/nothing/at/all"),
        ("PATCH", "orgs/{org}", 404, "no control route PATCH …/"),
        ("GET", "orgs/{org}/conversations/c-1", 404, "no conversation 'c-1'"),
        ("GET", "orgs/{org}/entities/users/u-1", 404, "no users 'u-1'"),
        ("GET", "orgs/{org}/changes", 400, "after is None: give the cursor that was taken before acting (…/cursor)"),
        ("GET", "orgs/{org}/changes?after=x", 400, "ValueError: invalid literal for int() with base 10: 'x'"),
        ("GET", "orgs/{org}/entries", 400, "after is None: give the cursor that was taken before acting (…/cursor)"),
        ("GET", "entries?match=[1]", 400, "match is [1]: give a JSON object of fields and values"),
        ("GET", "orgs/{org}/live", 400, "IndexError: list index out of range"),
        ("PUT", "orgs/{org}/region", 400, "KeyError: 'region'"),
        ("POST", "orgs", 400, "org: text is None: give an org file's text and path"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    inside: Emulator, org: OrgClient, method: str, path: str, status: int, text: str
) -> None:
    assert ask(inside, method, path.format(org=org.org)) == (status, {"error": text})


def test_an_unknown_org_is_named_with_those_that_are_known(inside: Emulator, org: OrgClient) -> None:
    status, told = ask(inside, "GET", f"orgs/{UNKNOWN}/cursor")
    known = ", ".join(inside.world.orgs)
    assert (status, told) == (404, {"error": f"no org '{UNKNOWN}'; known are {known}"})
    assert org.org in known


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[1]", "body is [1]: send a JSON object"),
        (b"{", "JSONDecodeError: "),
        (b"\xff", "JSONDecodeError: "),
        (b"{}", "KeyError: 'command'"),
        (b'{"command": "Disconect"}', "command is 'Disconect': did you mean 'Disconnect'?"),
        (b'{"command": "Disconnect", "arguments": 7}', "TypeError: "),
    ],
)
def test_a_malformed_body_is_wrong_use_and_never_a_500(
    inside: Emulator, org: OrgClient, body: bytes, text: str
) -> None:
    status, told = ask(inside, "POST", f"orgs/{org.org}/perform", body)
    assert status == 400
    assert told["error"].startswith(text)


@pytest.mark.parametrize(("method", "name"), [key for key in [*WAITING, *IN_ORG] if key[1] not in ("", "lease")])
@pytest.mark.parametrize("body", [b"", b"null", b'{"seconds": "x", "command": 1, "name": [], "check": {}}'])
def test_no_route_answers_500_whatever_it_is_asked(
    inside: Emulator, org: OrgClient, method: str, name: str, body: bytes
) -> None:
    for rest in ("", "/x", "/x/y"):
        status, told = ask(inside, method, f"orgs/{org.org}/{name}{rest}?after=0&timeout=0", body)
        assert status in (200, 400, 404), told


def test_an_org_is_made_of_a_file_and_forgotten(inside: Emulator, client: ControlClient) -> None:
    spec = {"text": FILE % "Made", "path": "made.yaml", "env": {}}
    made = client.call("POST", "orgs", spec)
    assert (made["name"], made["entities"]["users"], made["conversations"]) == ("Made", 1, 0)
    assert made["id"] in [one["id"] for one in client.call("GET", "orgs")["orgs"]]
    with pytest.raises(UnderstudyError, match=r"400 organization\.id is '.*': org Made has this id already$"):
        client.call("POST", "orgs", spec)
    client.org(made["id"]).delete()
    assert made["id"] not in inside.world.orgs
    assert client.call("POST", "orgs", spec)["id"] == made["id"]
    client.org(made["id"]).delete()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("organization: {name: A", "broken.yaml:1"),
        (
            "organization: {name: A}\nusrs: []",
            "broken.yaml:2: usrs is 'usrs': did you mean 'users'?",
        ),
        ("organization: {name: '${NOWHERE}'}", "broken.yaml:1: ${NOWHERE} is None: set NOWHERE in the environment"),
        (FILE % "A" + "  - {name: Sales, members: [nobody@rehearsal.example]}", "broken.yaml:7: routing.queues[1]"),
        ("organization: {name: A}\nflows: [{name: F, yaml: 'no: flow'}]", "the flow can't be published"),
    ],
)
def test_a_malformed_org_file_names_file_and_line_and_leaves_no_org(
    inside: Emulator, client: ControlClient, text: str, told: str
) -> None:
    before = set(inside.world.orgs)
    with pytest.raises(UnderstudyError) as raised:
        client.call("POST", "orgs", {"text": text, "path": "/somewhere/broken.yaml", "env": {}})
    assert str(raised.value).startswith("POST /understudy/orgs: 400 ")
    assert told in str(raised.value)
    assert set(inside.world.orgs) == before


def test_a_wait_is_answered_when_it_happens(inside: Emulator, org: OrgClient) -> None:
    cursor = org.get("cursor")["changes"]
    answers: list[Any] = []
    waiting = threading.Thread(
        target=lambda: answers.append(
            org.get("changes", after=cursor, kind="conversation.started", match={"customer": "ann"}, timeout=5)
        )
    )
    waiting.start()
    conversation, _ = perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    waiting.join(5)
    assert answers[0]["change"]["conversation"] == conversation.id
    assert answers[0]["cursor"] == answers[0]["change"]["number"] + 1


def test_a_wait_in_vain_ends_with_its_time_and_the_cursor_goes_on(inside: Emulator, org: OrgClient) -> None:
    perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    answer = org.get("changes", after=0, kind="no.such.kind", timeout=0.03)
    assert answer == {"change": None, "cursor": org.get("cursor")["changes"]}
    answer = org.get("entries", after=0, match={"name": "no such name"}, timeout=0.03)
    assert answer["entry"] is None


def test_waiting_for_an_org_that_goes_away_ends(inside: Emulator, org: OrgClient) -> None:
    errors: list[str] = []

    def wait() -> None:
        with pytest.raises(UnderstudyError) as raised:
            org.get("changes", after=0, kind="never", timeout=5)
        errors.append(str(raised.value))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not inside._changed[org.org]._waiting:
        threading.Event().wait(0.002)
    org.delete()
    waiting.join(5)
    assert f"404 no org '{org.org}'" in errors[0]


def test_a_lost_cursor_says_how_many_changes_are_gone(inside: Emulator, org: OrgClient) -> None:
    one = world(inside, org)
    one.changes = Ring(2)
    perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    gone = one.changes.start
    assert gone > 0
    with pytest.raises(Lost) as raised:
        org.get("changes", after=0, timeout=0)
    assert raised.value.count == gone
    assert str(raised.value) == (
        f"{gone} entries were dropped before they were read: take the cursor later or read sooner"
    )
    assert ask(inside, "GET", f"orgs/{org.org}/changes?after=0&timeout=0")[0] == 410


def test_a_note_stands_in_the_record_under_the_id_that_was_returned(org: OrgClient) -> None:
    after = org.get("cursor")["entries"]
    id_ = org.note("mark", customer="ann", colour="red")
    entry = org.get("entries", after=after, match={"name": "mark", "data.colour": "red"}, timeout=1)["entry"]
    assert f"{entry['process']}:{entry['number']}" == id_
    assert (entry["interface"], entry["customer"]) == ("test", "ann")


def test_a_command_that_genesys_refuses_carries_its_code(inside: Emulator, org: OrgClient) -> None:
    body = json.dumps({"command": "Disconnect", "arguments": {"conversation": "nowhere"}}).encode()
    status, told = ask(inside, "POST", f"orgs/{org.org}/perform", body)
    assert (status, told["status"]) == (409, 404)
    assert told["error"].startswith(f"404 {told['code']}: ")


def test_a_command_returns_the_id_of_what_it_made(inside: Emulator, org: OrgClient) -> None:
    conversation, _ = perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    assert org.perform("Disconnect", conversation=conversation.id) == {"id": conversation.id}
    assert org.get(f"conversations/{conversation.id}")["ended"] is not None
    assert [one["id"] for one in org.get("conversations", customer="ann")["conversations"]] == [conversation.id]
    assert org.get("conversations", customer="bob")["conversations"] == []


def test_time_is_advanced_by_seconds(org: OrgClient) -> None:
    assert org.post("advance", seconds=30)["jumped"] == pytest.approx(30, abs=0.5)
    assert org.get("")["jumped"] == pytest.approx(30, abs=0.5)


def test_an_advance_is_refused_while_the_org_is_busy(inside: Emulator, org: OrgClient) -> None:
    world(inside, org).open_exchanges += 1
    with pytest.raises(UnderstudyError, match=r"400 advance: org .* is not quiet: 1 open exchanges, queued \{\}$"):
        org.post("advance", seconds=30, limit=0.02)
    world(inside, org).open_exchanges -= 1


def test_entities_are_listed_shown_and_varied(org: OrgClient) -> None:
    (queue,) = org.get("entities/routing.queues")["entities"]
    after = org.get("cursor")["entries"]
    changed = org.put(f"entities/routing.queues/{queue['id']}", body={**queue["body"], "description": "x"})
    assert changed == {"version": queue["version"] + 1}
    assert org.get(f"entities/routing.queues/{queue['id']}")["entities"][0]["body"]["description"] == "x"
    noted = org.get("entries", after=after, match={"name": "configuration.varied"}, timeout=1)["entry"]
    assert noted["data"] == {"type": "routing.queues", "id": queue["id"], "name": "Support"}


def test_members_agents_and_live_tables_are_shown(org: OrgClient) -> None:
    (agent,) = org.get("agents")["agents"]
    assert agent["name"] == "Alex"
    (queue,) = org.get("entities/routing.queues")["entities"]
    assert org.put(f"members/{queue['id']}", members={}) == {"members": {agent["id"]: True}}
    assert org.get("agents")["agents"] == []
    assert org.get("live/queue.members")["live"][queue["id"]] == {}
    assert org.get("live/nothing")["live"] == {}


def test_live_tables_with_odd_keys_become_json(inside: Emulator, org: OrgClient) -> None:
    world(inside, org).live["odd"] = {("a", 1): {"x"}, "n": [None, 1.5, object]}
    assert org.get("live/odd")["live"] == {"('a', 1)": ["x"], "n": [None, 1.5, "<class 'object'>"]}


def test_faults_are_injected_and_cleared(inside: Emulator, org: OrgClient) -> None:
    org.post("faults", status=503, times=2)
    assert [fault.status for fault in world(inside, org).live["faults"]] == [503]
    with pytest.raises(UnderstudyError, match=r"400 TypeError: .*'colour'"):
        org.post("faults", colour="red")
    org.delete("faults")
    assert "faults" not in world(inside, org).live


def test_tokens_are_revoked(inside: Emulator, client: ControlClient) -> None:
    home = inside.world.clients["admin"]
    headers = {"Content-Type": "application/x-www-form-urlencoded", **urllib3.make_headers(basic_auth="admin:secret")}
    login = urllib3.request(
        "POST", f"{inside.origin}/oauth/token", body="grant_type=client_credentials", headers=headers
    )
    bearer = {"Authorization": f"Bearer {login.json()['access_token']}"}
    url = f"{inside.origin}/api/v2/routing/queues"
    assert urllib3.request("GET", url, headers=bearer).status == 200
    assert client.org(home.id).delete("tokens") == {"revoked": 1}
    assert urllib3.request("GET", url, headers=bearer).status == 401


def test_a_region_is_named_by_name_or_domain_and_the_one_before_returned(org: OrgClient) -> None:
    before = org.put("region", region="eu-central-1")["region"]
    assert org.put("region", region=before)["region"] == "mypurecloud.de"
    with pytest.raises(UnderstudyError, match=r"400 region is 'eu-centrl-1': "):
        org.put("region", region="eu-centrl-1")


def test_a_file_is_served_under_the_address_that_was_returned(org: OrgClient) -> None:
    made = org.post("media", name="note", mime="text/plain", text="hello")
    answer = urllib3.request("GET", made["url"])
    assert (answer.status, answer.data) == (200, b"hello")


def test_ids_go_on(org: OrgClient) -> None:
    assert org.post("ids", purpose="customer")["id"] != org.post("ids", purpose="customer")["id"]


def test_the_user_side_is_asked_only_where_there_is_one(org: OrgClient) -> None:
    with pytest.raises(UnderstudyError, match=r"400 user_side is '': give \[user_side\] url or command"):
        org.post("users/ann/say", text="hi")
    org.put("user_side", url="http://127.0.0.1:9", command="")
    with pytest.raises(UnderstudyError, match="400 user side: say: "):
        org.post("users/ann/say", text="hi")
    with pytest.raises(UnderstudyError, match=r"400 user side is 'shout': known are end, say, seen, typing"):
        org.post("users/ann/shout")


def test_limits_are_told_with_their_sources(client: ControlClient) -> None:
    limits = client.call("GET", "limits")["limits"]
    assert {"namespace", "key", "value", "unit", "source", "certainty"} == set(limits[0])


def test_verdicts_are_given_over_what_the_record_holds(org: OrgClient) -> None:
    verdicts = org.post("judge", test="t", checks=["OM-08"])["verdicts"]
    assert {verdict["result"] for verdict in verdicts if verdict["check"] == "OM-08"} == {"not seen"}


def test_a_slot_is_leased_to_many_or_to_one(org: OrgClient) -> None:
    assert org.post("lease", test="a") == {"leased": True}
    assert org.post("lease", test="b") == {"leased": True}
    held = org.post("lease", test="alone", exclusive=True, timeout=0.03)
    assert held == {"leased": False, "held_by": ["a", "b"]}
    for test in ("a", "b"):
        org.delete("lease", test=test)
    assert org.post("lease", test="alone", exclusive=True) == {"leased": True}
    assert org.post("lease", test="c", timeout=0.03) == {"leased": False, "held_by": ["alone"]}
    org.delete("lease", test="alone")


def test_a_lease_is_waited_for_until_it_is_given_back(org: OrgClient) -> None:
    org.post("lease", test="a", exclusive=True)
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(org.post("lease", test="b", timeout=5)))
    waiting.start()
    org.delete("lease", test="a")
    waiting.join(5)
    assert answers == [{"leased": True}]


def test_an_exclusive_test_that_hangs_up_while_it_waits_keeps_nobody_out(inside: Emulator, org: OrgClient) -> None:
    org.post("lease", test="a")
    url = f"{inside.origin}/understudy/orgs/{org.org}/lease"
    body = json.dumps({"test": "gone", "exclusive": True, "timeout": 30})
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        urllib3.request("POST", url, body=body, timeout=0.1, retries=False)
    assert org.post("lease", test="b", timeout=2) == {"leased": True}


def test_a_cause_stands_in_the_record_at_once(org: OrgClient) -> None:
    after = org.get("cursor")["entries"]
    org.post("faults", status=503)
    org.post("advance", seconds=1)
    for name in ("fault.prepared", "clock.jumped"):
        assert org.get("entries", after=after, match={"name": name}, timeout=0)["entry"] is not None


def test_every_method_of_the_driver_that_is_a_route_stands_in_the_table() -> None:
    named = {route.__name__ for route in WAITING.values()}
    public = {name for name in vars(ControlDriver) if not name.startswith("_")} - {"handle"}
    assert named == public
