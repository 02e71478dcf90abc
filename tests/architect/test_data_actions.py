from __future__ import annotations

from collections.abc import Callable

from understudy.conversations.model import Conversation
from understudy.world.org import Org


def steps(org: Org) -> list[tuple[str, str]]:
    return [(c.data["action"], c.data["branch"]) for c in org.changes.read(0) if c.kind == "flow.step"]


def test_attributes_are_the_customer_s(org: Org, begin: Callable[..., Conversation]) -> None:
    attribute = "{attribute: {name: {lit: n}, value: {exp: 1 + 1}}}"
    conversation = begin(f"setParticipantData: {{attributes: [{attribute}]}}")
    assert conversation.customer.attributes == {"n": "2"}


def test_a_row_that_is_not_there_is_not_found(org: Org, begin: Callable[..., Conversation]) -> None:
    look = "dataTableLookup: {lookupValue: {lit: 7}, dataTable: {T: {foundOutputs: {A: {var: Flow.n}}}}}"
    begin(look)
    org.entities.put("architect.datatables.rows/t1", "7", {"key": "7", "A": "12"})
    begin(look)
    org.entities.put("architect.datatables.rows/t1", "7", {"key": "7", "A": 1.5})
    begin(look)
    assert [branch for _, branch in steps(org)] == ["notFound", "found", "failure"]


def test_a_table_that_is_gone_fails(org: Org, begin: Callable[..., Conversation]) -> None:
    look = "dataTableLookup: {lookupValue: {lit: 7}, dataTable: {T: {}}}"
    wait = "wait: {duration: {lit: {seconds: 5}}}"
    begin(wait, look)
    org.entities.remove("architect.datatables", "t1")
    org.schedule.next_due()
    due = org.schedule.pop(org.now() + 5)
    assert due is not None
    org.perform(due.command)
    assert steps(org)[-1] == ("dataTableLookup", "failure")
