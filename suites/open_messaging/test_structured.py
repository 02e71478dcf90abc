"""OM-16 to OM-19: structured content, and clicks on it."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import Customer, Rehearsal


def quick_reply(text: str, payload: str) -> dict[str, Any]:
    return {"contentType": "QuickReply", "quickReply": {"text": text, "payload": payload, "action": "Message"}}


def card(title: str, *actions: dict[str, str]) -> dict[str, Any]:
    return {"title": title, "description": "", "actions": list(actions)}


def postback(text: str, payload: str) -> dict[str, str]:
    return {"type": "Postback", "text": text, "payload": payload}


def offered(rehearsal: Rehearsal, check: str, content: list[dict[str, Any]], click: str, options: list[str]) -> None:
    """Send structured content as an agent, look at the options, click the one with this payload."""
    ann, agent = rehearsal.handed_over()
    with rehearsal.check(check, customer=ann.id, options=options, payload=click):
        message = agent.says("Choose", type="Structured", content=content)
        shown = ann.sees(1)
        rehearsal.note("structured.sent", customer=ann.id, message=message)
        clicked(rehearsal, ann, shown, click)


def clicked(rehearsal: Rehearsal, ann: Customer, shown: list[dict[str, Any]], payload: str) -> None:
    """Click the option with this payload, if it was shown, and wait for what the endpoint makes of it."""
    for message in shown:
        for option in message.get("options", []):
            if option.get("payload") == payload:
                cursor = rehearsal.cursor()
                ann.clicks({"text": option["text"], "payload": payload}, message)
                rehearsal.wait("message.received", after=cursor, customer=ann.id, timeout=2.0)
                return


@pytest.mark.checks("OM-16")
@pytest.mark.parametrize("count", [1, 10])
def test_quick_replies_come_back(rehearsal: Rehearsal, count: int) -> None:
    texts = [f"Option {n}" for n in range(1, count + 1)]
    content = [quick_reply(text, f"payload-{text[7:]}") for text in texts]
    offered(rehearsal, "OM-16", content, f"payload-{count}", texts)


@pytest.mark.checks("OM-17")
def test_quick_replies_of_the_second_kind_come_back(rehearsal: Rehearsal) -> None:
    actions = [{"action": "Message", "text": t, "payload": f"p-{t}"} for t in ("Red", "Green")]
    content = [{"contentType": "QuickReplyV2", "quickReplyV2": {"title": "Which", "actions": actions}}]
    offered(rehearsal, "OM-17", content, "p-Green", ["Red", "Green"])


@pytest.mark.checks("OM-18")
def test_a_cards_link_stays_a_link(rehearsal: Rehearsal) -> None:
    link = {"type": "Link", "text": "Read", "url": "https://example.invalid/terms"}
    content = [{"contentType": "Card", "card": card("Terms", link, postback("Agree", "yes"))}]
    offered(rehearsal, "OM-18", content, "yes", ["Read", "Agree"])


@pytest.mark.checks("OM-19")
def test_equal_texts_are_kept_apart(rehearsal: Rehearsal) -> None:
    cards = [card(f"Room {n}", postback("Book", f"room-{n}")) for n in (1, 2, 3)]
    content = [{"contentType": "Carousel", "carousel": {"cards": cards}}]
    offered(rehearsal, "OM-19", content, "room-2", ["Book", "Book", "Book"])
