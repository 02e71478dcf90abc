from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import FLOW

from understudy.architect.publish import published as form_of
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"
BROKEN = FLOW.replace("Support", "Nobody")


def test_a_flow_is_saved_checked_in_and_published(ask: Ask, office: Org, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": FLOW})
    status, operation = ask("POST", f"{FLOWS}/actions/checkin?flow={flow}")
    assert (status, operation["actionName"], operation["actionStatus"]) == (200, "CHECKIN", "SUCCESS")
    status, operation = ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    assert (status, operation["actionName"], operation["actionStatus"]) == (200, "PUBLISH", "SUCCESS")
    body = ask("GET", f"{FLOWS}/{flow}")[1]
    assert (body["active"], body["publishedVersion"]["id"]) == (True, "2.0")
    assert body["currentOperation"]["id"] == operation["id"]
    assert form_of(office, flow) is not None


def test_a_broken_flow_is_a_failed_operation_with_its_line(ask: Ask, office: Org, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": BROKEN})
    status, operation = ask("POST", f"{FLOWS}/actions/publish?flow={flow}")
    assert (status, operation["actionStatus"]) == (200, "FAILURE")
    assert operation["errorCode"] == "architect.flow.validate.failed"
    assert operation["errorMessage"] == "Front door:9: 'T' names queue 'Nobody': known are Support"
    assert form_of(office, flow) is None


def test_an_older_version_can_be_published(ask: Ask, office: Org, flow: str) -> None:
    for text in (FLOW, BROKEN):
        ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": text})
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["actionStatus"] == "FAILURE"
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}&version=1.0")[1]["actionStatus"] == "SUCCESS"


def test_an_unlock_takes_anybodys_lock_away(ask: Ask, office: Org, flow: str) -> None:
    assert ask("POST", f"{FLOWS}/actions/checkout?flow={flow}")[1]["lockedClient"]["id"] == "boss"
    office.entities.put("flows", flow, {**office.entities.of("flows")[flow].body, "lockedClient": {"id": "another"}})
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["code"] == "architect.flow.locked.by.user"
    assert "lockedClient" not in ask("POST", f"{FLOWS}/actions/unlock?flow={flow}")[1]
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["code"] == "architect.flow.version.missing"


def test_a_check_in_needs_a_version(ask: Ask, flow: str) -> None:
    status, refusal = ask("POST", f"{FLOWS}/actions/checkin?flow={flow}")
    assert (status, refusal["code"]) == (409, "architect.flow.cannot.checkin.missing.config")


def test_a_revert_drops_what_was_saved_since_the_check_in_and_the_lock(ask: Ask, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": "first"})
    ask("POST", f"{FLOWS}/actions/checkin?flow={flow}")
    ask("POST", f"{FLOWS}/actions/checkout?flow={flow}")
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": "second"})
    reverted = ask("POST", f"{FLOWS}/actions/revert?flow={flow}")[1]
    assert reverted["savedVersion"]["id"] == reverted["checkedInVersion"]["id"] == "1.0"
    assert "lockedClient" not in reverted
    assert ask("GET", f"{FLOWS}/{flow}/latestconfiguration")[1] == {"yaml": "first"}
    assert ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": "third"})[1]["id"] == "3.0"


def test_a_revert_of_a_flow_that_was_never_checked_in_leaves_no_version(ask: Ask, flow: str) -> None:
    ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": "first"})
    assert "savedVersion" not in ask("POST", f"{FLOWS}/actions/revert?flow={flow}")[1]
    assert ask("GET", f"{FLOWS}/{flow}/versions")[1]["total"] == 0


@pytest.mark.parametrize(
    ("resource", "field", "code"),
    [
        ("routing.message.recipients", "flow", "used.by.message.addresses"),
        ("routing.queues", "queueFlow", "used.in.queues"),
        ("architect.ivrs", "openHoursFlow", "used.in.ivr.configs"),
    ],
)
def test_a_flow_that_something_leads_to_is_neither_deactivated_nor_deleted(
    ask: Ask, office: Org, published: str, resource: str, field: str, code: str
) -> None:
    office.entities.put(resource, "x1", {"id": "x1", "name": "User", field: {"id": published}})
    assert ask("POST", f"{FLOWS}/actions/deactivate?flow={published}")[1]["code"] == (
        f"architect.flow.cannot.deactivate.{code}"
    )
    status, refusal = ask("DELETE", f"{FLOWS}/{published}")
    assert (status, refusal["code"]) == (409, f"architect.flow.cannot.delete.{code}")
    assert [detail["entityName"] for detail in refusal["details"]] == ["User"]
    office.entities.remove(resource, "x1")
    assert ask("POST", f"{FLOWS}/actions/deactivate?flow={published}")[1]["active"] is False
    assert form_of(office, published) is None
    assert ask("DELETE", f"{FLOWS}/{published}")[0] < 300
