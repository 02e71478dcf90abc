from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.history.conftest import Office

from understudy.conversations.commands import MessageOutcome
from understudy.errors import ContractError
from understudy.history.events_api import load_definitions

EVENTS = "/api/v2/usage/events"
FAILED = "OPEN-MESSAGING-DELIVERY-FAILED"


def _failure(office: Office, customer: str = "ann") -> str:
    office.online()
    conversation = office.says("Hello?", customer)
    office.answers(conversation, "Hi")
    message = next(reversed(conversation.messages.values()))
    office.org.perform(MessageOutcome(conversation.id, message.id, "failed", f"no answer for {customer}"))
    return conversation.id


def _query(office: Office, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = office.post(f"{EVENTS}/query", {"interval": office.interval(), **more})
    return found


def test_a_delivery_that_failed_is_an_event(office: Office) -> None:
    conversation = _failure(office)
    (event,) = _query(office)["entities"]
    assert event["eventDefinition"]["id"] == FAILED
    assert (event["conversation"]["id"], event["currentValue"]) == (conversation, "no answer for ann")
    assert office.get(event["eventDefinition"]["selfUri"])["id"] == FAILED


def test_events_are_chosen_ordered_and_read_in_pieces(office: Office) -> None:
    for customer in ("ann", "bob"):
        _failure(office, customer)
        office.wait(1)
    assert [one["currentValue"][-3:] for one in _query(office, sortOrder="DESC")["entities"]] == ["bob", "ann"]
    assert len(_query(office, searchTerm="BOB")["entities"]) == 1
    assert len(_query(office, searchTerm="delivery failed")["entities"]) == 2
    assert _query(office, searchTerm="selfUri")["entities"] == []  # names of fields are not searched
    assert _query(office, eventDefinitionIds=["FLOW-ERROR"])["entities"] == []
    first = office.post(f"{EVENTS}/query?pageSize=1", {"interval": office.interval()})
    second = office.post(f"{first['nextUri']}&pageSize=1", {"interval": office.interval()})
    assert first["entities"] != second["entities"]
    assert "nextUri" not in second


def test_aggregates_count_each_kind(office: Office) -> None:
    _failure(office)
    office.ask("DELETE", "/api/v2/tokens/me", token=office.token())
    found = office.post(f"{EVENTS}/aggregates/query", {"interval": office.interval()})
    counts = {one["eventDefinition"]["id"]: one["eventCount"] for one in found["eventDefinitionAggregates"]}
    assert counts == {FAILED: 1, "TOKEN-REVOKED": 1}


def test_definitions_are_listed_and_read(office: Office) -> None:
    listed = office.get(f"{EVENTS}/definitions")["entities"]
    assert [one["id"] for one in listed] == list(load_definitions())
    assert office.get(f"{EVENTS}/definitions/{FAILED}") in listed
    assert office.ask("GET", f"{EVENTS}/definitions/nothing")[0] == 404


def test_a_wrong_interval_is_refused(office: Office) -> None:
    for what in ("query", "aggregates/query"):
        assert office.ask("POST", f"{EVENTS}/{what}", {"interval": "x"})[0] == 400
        assert office.ask("POST", f"{EVENTS}/{what}")[0] == 400


@pytest.mark.parametrize("text", ["", "[[event]]\nid='x'\n", "?"])
def test_a_malformed_file_is_a_contract_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "events.toml"
    path.write_text(text)
    with pytest.raises(ContractError, match=r"events\.toml"):
        load_definitions(path)
