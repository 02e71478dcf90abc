from __future__ import annotations

from collections.abc import Callable

from tests.architect.conftest import HEAD

from understudy.architect.publish import publish
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org


def test_the_place_in_the_queue_has_skills_and_language(org: Org, begin: Callable[..., Conversation]) -> None:
    org.entities.put("routing.skills", "s1", {"id": "s1", "name": "Billing"})
    org.entities.put("routing.languages", "l1", {"id": "l1", "name": "French"})
    asks = "skills: [{skill: {lit: Billing}}], languageSkill: {lit: French}, priority: {lit: 7}"
    conversation = begin(f"transferToAcd: {{targetQueue: {{lit: Support}}, {asks}}}")
    acd = conversation.live("acd")
    assert acd is not None
    assert (acd.skills, acd.language, acd.priority) == (("s1",), "l1", 7)


def test_a_response_that_is_not_set_is_refused(org: Org, begin: Callable[..., Conversation]) -> None:
    begin("sendResponse: {messageBody: {var: Flow.t}}")
    assert "flow.failed" in [note.name for note in org.notes]


def test_a_queue_that_was_not_found_fails_the_transfer(org: Org, begin: Callable[..., Conversation]) -> None:
    found = "{name: Q, queueName: {lit: Nobody}, result: {var: Flow.q}}"
    transfer = "transferToAcd: {name: T, targetQueue: {exp: Flow.q}}"
    flow = org.entities.of("flows")["f1"]
    text = HEAD.replace("variables: [", "variables: [{queueVariable: {name: Flow.q}}, ")
    publish(org, flow, f"{text}          - findQueue: {found}\n          - {transfer}\n", "f.yaml")
    org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hi"))
    (failed,) = [note.data["reason"] for note in org.notes if note.name == "flow.failed"]
    assert failed == "targetQueue is NOT_SET"


def test_a_value_that_is_no_queue_ends_in_the_error_handling(begin: Callable[..., Conversation]) -> None:
    assert begin("transferToAcd: {name: T, targetQueue: {exp: Message.Message.body}}").ended is not None
