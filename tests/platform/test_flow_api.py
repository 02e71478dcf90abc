from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from understudy.architect.publish import published
from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.orgfile import apply_org, default_org
from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import Catalogue
from understudy.platform.flow_api import JOBS_KEPT, accept_upload, jobs
from understudy.tables import ACTIONS, HANDLERS, RULES
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - transferToAcd: {name: T, targetQueue: {lit: {name: Support}}}
"""
BROKEN = FLOW.replace("Support", "Nobody")


@pytest.fixture(scope="module")
def platform(catalogue: Catalogue) -> Platform:
    return Platform(World(), catalogue, ACTIONS, RULES)


@pytest.fixture
def office(platform: Platform) -> Iterator[Org]:
    plan = default_org("boss", "boss-secret")
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(ManualClock()),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=HANDLERS,
    )
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support"})
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "name": "Channel", "messengerType": "open"})
    yield org
    platform.world.remove(org.id)


@pytest.fixture
def flow(ask: Ask) -> str:
    """A flow without a version."""
    status, body = ask("POST", FLOWS, {"name": "Front door", "publishedVersion": {"id": "9.0"}})
    assert (status, body["type"], body["active"]) == (200, "INBOUNDSHORTMESSAGE", False)
    assert "publishedVersion" not in body
    id_: str = body["id"]
    return id_


def test_a_flow_is_saved_checked_in_and_published(ask: Ask, office: Org, flow: str) -> None:
    assert ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})[1]["id"] == "1.0"
    assert published(office, flow) is None
    status, operation = ask("POST", f"{FLOWS}/actions/checkin?flow={flow}")
    assert (status, operation["actionName"], operation["actionStatus"]) == (200, "CHECKIN", "SUCCESS")
    status, operation = ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    assert (status, operation["actionName"], operation["actionStatus"]) == (200, "PUBLISH", "SUCCESS")
    body = ask("GET", f"{FLOWS}/{flow}")[1]
    assert (body["active"], body["publishedVersion"]["id"]) == (True, "2.0")
    assert body["currentOperation"]["id"] == operation["id"]
    assert published(office, flow) is not None


def test_a_broken_flow_is_a_failed_operation_with_its_line(ask: Ask, office: Org, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": BROKEN})
    status, operation = ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    assert (status, operation["actionStatus"]) == (200, "FAILURE")
    assert operation["errorCode"] == "architect.flow.validate.failed"
    assert operation["errorMessage"] == "Front door:9: 'T' names queue 'Nobody': known are Support"
    assert published(office, flow) is None


def test_the_same_structure_may_come_as_json(ask: Ask, office: Org, flow: str) -> None:
    state = {"name": "S", "actions": [{"endState": {"name": "E"}}]}
    document = {"inboundShortMessage": {"name": "F", "startUpRef": "state[S]", "states": [{"state": state}]}}
    ask("POST", f"{FLOWS}/{flow}/versions", document)
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["actionStatus"] == "SUCCESS"


def test_versions_are_listed_newest_first_and_read_back(ask: Ask, flow: str) -> None:
    for text in ("first", FLOW):
        ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": text})
    assert [v["id"] for v in ask("GET", f"{FLOWS}/{flow}/versions")[1]["entities"]] == ["2.0", "1.0"]
    assert ask("GET", f"{FLOWS}/{flow}/versions/1.0")[1]["type"] == "SAVE"
    assert ask("GET", f"{FLOWS}/{flow}/versions/1.0/configuration")[1] == {"yaml": "first"}
    assert ask("GET", f"{FLOWS}/{flow}/latestconfiguration")[1] == {"yaml": FLOW}
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}&version=1.0")[1]["actionStatus"] == "FAILURE"


def test_a_lock_keeps_others_out_until_it_is_taken_away(
    ask: Ask, office: Org, flow: str, grant: Callable[..., Token]
) -> None:
    office.entities.put("users", "u1", {"id": "u1", "name": "Uma"})
    assert ask("POST", f"{FLOWS}/actions/checkout?flow={flow}")[1]["lockedClient"]["id"] == "boss"
    assert ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})[0] == 200
    office.entities.put("flows", flow, {**office.entities.of("flows")[flow].body, "lockedClient": {"id": "another"}})
    for path, body in ((f"{FLOWS}/{flow}/versions", {"yaml": FLOW}), (f"{FLOWS}/actions/publish?flow={flow}", None)):
        status, refusal = ask("POST", path, body)
        assert (status, refusal["code"]) == (409, "architect.flow.locked.by.user")
    assert "lockedClient" not in ask("POST", f"{FLOWS}/actions/unlock?flow={flow}")[1]
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["actionStatus"] == "SUCCESS"


def test_a_put_leaves_what_the_platform_keeps(ask: Ask, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})
    ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    body = ask("PUT", f"{FLOWS}/{flow}", {"name": "Back door", "active": False})[1]
    assert (body["name"], body["active"], body["publishedVersion"]["id"]) == ("Back door", True, "2.0")


def test_only_a_published_flow_is_attached_to_an_address(ask: Ask, flow: str) -> None:
    path = "/api/v2/routing/message/recipients/i1"
    status, refusal = ask("PUT", path, {"flow": {"id": flow}})
    assert (status, refusal["code"]) == (400, "invalid.flow")
    assert ask("PUT", path, {"flow": {"id": "nope"}})[0] == 400
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})
    ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    status, body = ask("PUT", path, {"flow": {"id": flow}})
    assert (status, body["flow"]["id"]) == (200, flow)


def test_a_flow_in_use_is_neither_deleted_nor_deactivated(ask: Ask, office: Org, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})
    ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    ask("PUT", "/api/v2/routing/message/recipients/i1", {"flow": {"id": flow}})
    assert ask("DELETE", f"{FLOWS}/{flow}")[1]["code"] == "architect.flow.cannot.delete.used.by.message.addresses"
    deactivated = ask("POST", f"{FLOWS}/actions/deactivate?flow={flow}")[1]
    assert deactivated["code"] == "architect.flow.cannot.deactivate.used.by.message.addresses"
    office.entities.put("routing.message.recipients", "i1", {"id": "i1", "name": "Channel"})
    assert ask("POST", f"{FLOWS}/actions/deactivate?flow={flow}")[1]["active"] is False
    assert published(office, flow) is None
    assert ask("DELETE", f"{FLOWS}/{flow}")[0] in (200, 204)


def test_a_job_publishes_what_is_uploaded(ask: Ask, office: Org) -> None:
    status, job = ask("POST", f"{FLOWS}/jobs", {})
    assert status == 200
    assert job["presignedUrl"] == f"http://127.0.0.1:1/understudy/uploads/{office.id}/{job['id']}"
    assert ask("GET", f"{FLOWS}/jobs/{job['id']}")[1]["status"] == "Registered"
    accept_upload(office, job["id"], FLOW.encode())
    state = ask("GET", f"{FLOWS}/jobs/{job['id']}")[1]
    assert state["status"] == "Success"
    assert ask("GET", f"{FLOWS}/{state['flow']['id']}")[1]["publishedVersion"]["id"] == "1.0"
    again = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    assert accept_upload(office, again, FLOW.encode()).flow == state["flow"]["id"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BROKEN.encode(), "upload:9: 'T' names queue 'Nobody': known are Support"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"", "upload:0: the file is empty"),
    ],
)
def test_a_bad_upload_is_the_job_s_failure(ask: Ask, office: Org, data: bytes, message: str) -> None:
    job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    accept_upload(office, job, data)
    state = ask("GET", f"{FLOWS}/jobs/{job}")[1]
    assert (state["status"], [m["text"] for m in state["messages"]]) == ("Failure", [message])
    assert office.entities.of("flows") == {}
    with pytest.raises(Refused, match="has its upload already"):
        accept_upload(office, job, data)


def test_unknown_jobs_flows_and_versions_are_not_found(ask: Ask, office: Org, flow: str) -> None:
    for method, path in (
        ("GET", f"{FLOWS}/jobs/nope"),
        ("GET", f"{FLOWS}/nope/versions"),
        ("GET", f"{FLOWS}/{flow}/versions/7.0"),
        ("POST", f"{FLOWS}/actions/publish?flow=nope"),
        ("POST", f"{FLOWS}/actions/publish?flow={flow}"),
    ):
        assert ask(method, path)[0] == 404, path
    assert ask("POST", f"{FLOWS}/actions/checkin?flow={flow}")[0] == 409
    with pytest.raises(Refused, match="no job"):
        accept_upload(office, "nope", b"")


def test_the_number_of_jobs_is_bounded(ask: Ask, office: Org) -> None:
    for _ in range(JOBS_KEPT + 5):
        ask("POST", f"{FLOWS}/jobs")
    assert len(jobs(office)) == JOBS_KEPT
