from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.architect_api.conftest import FLOW

from understudy.architect.publish import published as form_of
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"


def test_versions_are_listed_newest_first_and_read_back(ask: Ask, flow: str) -> None:
    for text in ("first", FLOW):
        ask("POST", f"{FLOWS}/{flow}/versions", {"yaml": text})
    assert [v["id"] for v in ask("GET", f"{FLOWS}/{flow}/versions")[1]["entities"]] == ["2.0", "1.0"]
    assert ask("GET", f"{FLOWS}/{flow}/versions/1.0")[1]["type"] == "SAVE"
    assert ask("GET", f"{FLOWS}/{flow}/versions/1.0/configuration")[1] == {"yaml": "first"}
    assert ask("GET", f"{FLOWS}/{flow}/latestconfiguration")[1] == {"yaml": FLOW}
    assert ask("GET", f"{FLOWS}/{flow}/versions/7.0")[1]["code"] == "architect.flow.version.missing"


def test_a_version_is_saved_unchecked_and_may_come_as_json(ask: Ask, office: Org, flow: str) -> None:
    state = {"name": "S", "actions": [{"endState": {"name": "E"}}]}
    document = {"inboundShortMessage": {"name": "F", "startUpRef": "state[S]", "states": [{"state": state}]}}
    assert ask("POST", f"{FLOWS}/{flow}/versions", document)[1]["id"] == "1.0"
    assert form_of(office, flow) is None
    assert ask("POST", f"{FLOWS}/actions/publish?flow={flow}")[1]["actionStatus"] == "SUCCESS"


def test_an_empty_version_is_refused(ask: Ask, flow: str) -> None:
    assert ask("POST", f"{FLOWS}/{flow}/versions", {})[1]["code"] == "architect.flow.data.missing"


def test_the_versions_of_a_deleted_flow_are_shown_to_who_asks_for_deleted_ones(ask: Ask, published: str) -> None:
    ask("DELETE", f"{FLOWS}/{published}")
    assert ask("GET", f"{FLOWS}/{published}/latestconfiguration?deleted=true")[1] == {"yaml": FLOW}
    assert ask("GET", f"{FLOWS}/{published}/versions?deleted=true")[1]["total"] == 2
