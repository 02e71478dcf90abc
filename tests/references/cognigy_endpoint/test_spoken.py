"""Structured messages."""

from __future__ import annotations

from understudy.bot_connector.replies import structure_faults
from understudy.references.cognigy_endpoint import spoken


def test_structures_break_no_rule_and_spoilt_cards_do() -> None:
    for make in (spoken.quick_replies, spoken.card, spoken.carousel):
        assert list(structure_faults(make("order", "agent please")["content"], "")) == []
    assert len(list(structure_faults(spoken.spoilt(spoken.card("order", ""))["content"], ""))) == 3


def test_payloads_are_phrases() -> None:
    content = spoken.quick_replies("buy", "person!")["content"]
    assert [item["quickReply"]["payload"] for item in content] == ["buy tea", "buy coffee", "person!"]
