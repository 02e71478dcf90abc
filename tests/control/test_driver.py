"""The control API over HTTP, in a running emulator: every route, and what a caller is told who asks wrongly."""

from __future__ import annotations

import json

import pytest
import urllib3
from tests.control.conftest import FILE, ask, perform_in, world

from understudy.control import driver as control_driver
from understudy.control.client import ControlClient, OrgClient
from understudy.control.variation import IN_ORG
from understudy.control.waiting import WAITING
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator
from understudy.errors import UnderstudyError

UPLOADING = """
organization: {name: Uploads}
authorization.roles: [{name: All, permissionPolicies: [{domain: "*", entityName: "*", actionSet: ["*"]}]}]
oauth.clients:
  - {id: up-%s, name: U, authorizedGrantType: CLIENT-CREDENTIALS, secret: upload-secret, roles: [All]}
"""
UNKNOWN = "70ac9258-0000-4000-8000-000000000000"


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


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_upload_goes_to_its_job_without_a_control_token(
    inside: Emulator, client: ControlClient, method: str
) -> None:
    made = client.call("POST", "orgs", {"text": UPLOADING % method, "path": "org.yaml", "env": {}})
    headers = {
        **urllib3.make_headers(basic_auth=f"up-{method}:upload-secret"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    login = urllib3.request(
        "POST", f"{inside.origin}/oauth/token", body="grant_type=client_credentials", headers=headers
    )
    bearer = {"Authorization": f"Bearer {login.json()['access_token']}"}
    jobs = f"{inside.origin}/api/v2/flows/jobs"
    job = urllib3.request("POST", jobs, headers=bearer).json()
    inside.control_token = "control-token"
    try:
        sent = urllib3.request(method, job["presignedUrl"], body=b"not a flow", headers={"Content-Type": "text/yaml"})
        assert (sent.status, sent.json()) == (200, {})
        assert ask(inside, method, f"uploads/{made['id']}/nope")[1]["code"] == "not.found"
    finally:
        inside.control_token = ""
    assert urllib3.request("GET", f"{jobs}/{job['id']}", headers=bearer).json()["status"] == "Failure"
    client.org(made["id"]).delete()


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


def test_limits_are_told_with_their_sources(client: ControlClient) -> None:
    limits = client.call("GET", "limits")["limits"]
    assert {"namespace", "key", "value", "unit", "source", "certainty"} == set(limits[0])


def test_a_cause_stands_in_the_record_at_once(org: OrgClient) -> None:
    after = org.get("cursor")["entries"]
    org.post("faults", status=503)
    org.post("advance", seconds=1)
    for name in ("fault.prepared", "clock.jumped"):
        assert org.get("entries", after=after, match={"name": name}, timeout=0)["entry"] is not None


def test_a_snapshot_may_be_longer_than_other_bodies_but_not_without_bound(
    inside: Emulator, org: OrgClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"orgs/{org.org}/restore"
    with pytest.raises(UnderstudyError, match="snapshot is 'no snapshot'"):
        org.control.call("PUT", path, {"x": "x" * 2_000_000})
    monkeypatch.setattr(control_driver, "SIZE_MAX", 1000)
    with pytest.raises(UnderstudyError, match="body is 'more than 1000 bytes long'"):
        org.control.call("PUT", path, {"x": "x" * 2_000})
