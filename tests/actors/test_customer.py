"""The customer, with a reference endpoint as the vendor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.actors import NeverHappened, NotApplicable, Rehearsal

Rehearse = Callable[..., Rehearsal]


def test_a_customer_of_the_vendor_writes_and_sees_what_the_vendor_shows(rehearse: Rehearse) -> None:
    ann = rehearse().customer()
    ann.says("hello")
    shown = ann.sees(1)
    assert [message["from"] for message in shown] == ["bot"]
    ann.says("and now?")
    assert len(ann.sees(1)) == 1, "what was seen already is not shown again"


def test_seeing_too_little_is_no_error(rehearse: Rehearse) -> None:
    assert rehearse().customer().sees(1, timeout=0.05) == []


def test_a_customer_of_genesys_is_forwarded_and_answered(rehearse: Rehearse) -> None:
    ann = rehearse("forward").customer()
    ann.says("hello")
    assert [message["from"] for message in ann.sees(1)] == ["bot"]
    assert ann.sees(1, timeout=0.05) == []


def test_having_seen_some_texts_ends_when_all_of_them_were_shown(rehearse: Rehearse) -> None:
    ann, agent = rehearse().handed_over()
    agent.says("one")
    agent.says("two")
    ann.has_seen(["one", "two"])
    assert ann.sees(1, timeout=0.05) == [], "has_seen looks away behind them"
    ann.has_seen(["never written"], timeout=0.05)


def test_a_conversation_is_waited_for_and_named_when_there_is_none(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann = rehearsal.customer()
    with pytest.raises(NeverHappened) as raised:
        ann.conversation(timeout=0.05)
    assert str(raised.value) == f"no conversation of customer {ann.id} began within 0.05 s"
    ann.says(rehearsal.setting("handoff_phrase"))
    assert ann.conversation() == ann.conversation()
    assert "agent please" in [message["text"] for message in ann.history()]


def test_a_customer_clicks_attaches_types_and_leaves(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, agent = rehearsal.handed_over()
    content = [{"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y", "action": "Message"}}]
    agent.says("Sure?", type="Structured", content=content)
    (asked,) = ann.sees(1)
    before = rehearsal.cursor()
    ann.clicks({"text": "Yes", "payload": "y"}, asked)
    assert rehearsal.wait("message.received", after=before, customer=ann.id)["data"]["text"] == "Yes"
    ann.attaches(rehearsal.media("<svg/>", "image/svg+xml"), "image/svg+xml", "Image")
    before_typing = rehearsal.cursor()
    ann.types()
    assert rehearsal.wait("typing", after=before_typing, customer=ann.id)["data"]["from"] == "customer"
    ann.leaves()
    rehearsal.wait("conversation.ended", after=before, customer=ann.id)


@pytest.mark.parametrize("name", ["a/b", "a?b#c", "naïve 50%", "../x"])
def test_an_odd_id_of_a_customer_reaches_the_vendor_as_it_is(rehearse: Rehearse, name: str) -> None:
    ann = rehearse().customer(known_as=name)
    ann.says("hello")
    assert len(ann.sees(1)) == 1


def test_without_a_user_side_nothing_can_be_done_there(rehearse: Rehearse) -> None:
    ann = rehearse(user_side=False).customer()
    for act in (lambda: ann.says("hello"), ann.types, ann.leaves, lambda: ann.sees(1)):
        with pytest.raises(NotApplicable, match=r"^no user side: \[user_side\] names neither url nor command$"):
            act()
