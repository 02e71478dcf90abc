from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import FLOW

from understudy.architect_api.history import JOBS, JOBS_KEPT
from understudy.architect_api.jobs import deploy
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"


def history(ask: Ask, flow: str, query: str = "") -> dict[str, Any]:
    operation = ask("POST", f"{FLOWS}/{flow}/history")[1]
    assert (operation["actionName"], operation["complete"]) == ("HISTORY", True)
    body: dict[str, Any] = ask("GET", f"{FLOWS}/{flow}/history/{operation['id']}?{query}")[1]
    assert body["id"] == operation["id"]
    return body


def test_a_history_holds_what_was_done_and_by_whom_newest_first(ask: Ask, published: str) -> None:
    ask("POST", f"{FLOWS}/actions/checkout?flow={published}")
    ask("POST", f"{FLOWS}/actions/checkin?flow={published}")
    ask("PUT", f"{FLOWS}/{published}", {"name": "Back door"})
    ask("POST", f"{FLOWS}/actions/deactivate?flow={published}")
    body = history(ask, published, "sortOrder=asc")
    done = [(entry["action"], entry.get("version")) for entry in body["entities"]]
    assert done == [
        ("CREATE", None),
        ("SAVE", "1.0"),
        ("PUBLISH", "2.0"),
        ("CHECKOUT", None),
        ("CHECKIN", "2.0"),
        ("UPDATE", None),
        ("DEACTIVATE", None),
    ]
    assert {entry["client"]["id"] for entry in body["entities"]} == {"boss"}
    assert (body["name"], body["total"]) == ("Back door", 7)


def test_a_history_is_paged_and_filtered_by_action(ask: Ask, published: str) -> None:
    body = history(ask, published, "pageSize=2&pageNumber=2&sortBy=action&sortOrder=asc")
    assert [entry["action"] for entry in body["entities"]] == ["SAVE"]
    assert (body["total"], body["pageCount"], body["pageNumber"]) == (3, 2, 2)
    assert [entry["action"] for entry in history(ask, published, "action=publish,create&sortBy=user")["entities"]] == [
        "CREATE",
        "PUBLISH",
    ]


def test_a_deployment_job_stands_in_the_history(ask: Ask, office: Org) -> None:
    job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    deploy(office, job, FLOW.encode())
    flow = ask("GET", f"{FLOWS}/jobs/{job}")[1]["flow"]["id"]
    actions = [entry["action"] for entry in history(ask, flow, "sortOrder=asc")["entities"]]
    assert actions == ["CREATE", "PUBLISH"]


def test_an_unknown_history_is_not_found(ask: Ask, flow: str) -> None:
    assert ask("GET", f"{FLOWS}/{flow}/history/nope")[0] == 404
    other = ask("POST", FLOWS, {"name": "Other"})[1]["id"]
    operation = ask("POST", f"{FLOWS}/{flow}/history")[1]["id"]
    assert ask("GET", f"{FLOWS}/{other}/history/{operation}")[0] == 404
    assert ask("POST", f"{FLOWS}/nope/history")[0] == 404


def test_the_number_of_history_jobs_is_bounded(ask: Ask, office: Org, flow: str) -> None:
    for _ in range(JOBS_KEPT + 3):
        ask("POST", f"{FLOWS}/{flow}/history")
    assert len(office.live[JOBS]) == JOBS_KEPT


@pytest.mark.parametrize("number", ["0", "-1", "-", "9" * 5000])
def test_a_page_has_a_number_from_one(ask: Ask, flow: str, number: str) -> None:
    operation = ask("POST", f"{FLOWS}/{flow}/history")[1]["id"]
    status, refusal = ask("GET", f"{FLOWS}/{flow}/history/{operation}?pageNumber={number}")
    assert (status, refusal["code"]) == (400, "invalid.query.param.value")


def test_the_history_of_a_deleted_flow_is_gone_with_it(ask: Ask, flow: str) -> None:
    operation = ask("POST", f"{FLOWS}/{flow}/history")[1]["id"]
    ask("DELETE", f"{FLOWS}/{flow}")
    assert ask("GET", f"{FLOWS}/{flow}/history/{operation}")[1]["code"] == "architect.flow.deleted"
