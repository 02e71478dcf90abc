from __future__ import annotations

from collections.abc import Callable

from understudy.conversations.model import Conversation
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
