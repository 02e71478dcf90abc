"""WM-04 to WM-07, WM-11 to WM-14, WM-18, WM-19, WM-21, WM-23: what is said and shown. Time: retryAfter of WM-07."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import NeverHappened, Rehearsal
from understudy.actors.visitor import Visitor

SETTLE = 0.5
WAIT = 3  # seconds of retryAfter
MANY = 12
MARKUP = "<b>bold</b> & <script>alert(1)</script> <img src=x onerror=alert(1)>"
POST = {"type": "Postback", "text": "Choose", "payload": "first"}
REPLIES = [
    {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y-1", "action": "Message"}},
    {"contentType": "QuickReply", "quickReply": {"text": "No", "payload": "n-1", "action": "Message"}},
]
CARD = {"title": "Room", "description": "with a view", "actions": [POST]}
OTHER = {"title": "Room", "description": "to the yard", "actions": [{**POST, "payload": "second"}]}


@pytest.mark.checks("WM-04")
def test_the_conversation_starts_by_itself_once(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-04"):
        ann.types()
        ann.guest()
        rehearsal.pause(SETTLE)


@pytest.mark.checks("WM-05")
def test_a_message_of_ones_own_is_shown_once(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    text = f"My number is {ann.id[:8]}"
    with rehearsal.check("WM-05", texts=[text]):
        ann.says(text)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("WM-06", "WS-03")
def test_a_text_that_is_too_long_is_told(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-06"):
        ann.meets(rehearsal.agent())
        ann.says("x" * 5000)
        ann.sees(1, 2.0)
        ann.says("Then this")
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("WM-06")
def test_attributes_that_are_too_large_are_told(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-06"):
        ann.meets(rehearsal.agent())
        ann.meets_next("onMessage", code=4013)
        ann.says("hello")
        ann.sees(1, 2.0)
        ann.says("Then this")
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("WM-07")
def test_who_writes_too_fast_waits(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    texts = ["First", "Second"]
    with rehearsal.check("WM-07", texts=texts):
        ann.meets_next("onMessage", code=429, retry_after=WAIT)
        cursor = rehearsal.cursor()
        for text in texts:
            ann.says(text)
        match = {"conversation": agent.conversation, "text": texts[-1]}
        rehearsal.client.wait("changes", WAIT + 2.0, after=cursor, kind="message.received", match=match)
        rehearsal.pause(0.2)


@pytest.mark.checks("WM-11")
@pytest.mark.parametrize(
    ("content", "choice", "kind", "payload"),
    [
        (REPLIES, 1, "QuickReply", "n-1"),
        ([{"contentType": "Card", "card": CARD}], 0, "Button", "first"),
        ([{"contentType": "Carousel", "carousel": {"cards": [CARD, OTHER]}}], 1, "Button", "second"),
    ],
    ids=["quick replies", "card", "carousel"],
)
def test_what_is_clicked_goes_back(
    rehearsal: Rehearsal, content: list[dict[str, Any]], choice: int, kind: str, payload: str
) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    with rehearsal.check("WM-11", kind=kind, payload=payload):
        agent.says("Which one?", type="Structured", content=content)
        offer = offered(ann)
        cursor = rehearsal.entry_cursor()
        ann.clicks(offer["options"][choice], offer)
        rehearsal.wait_entry(after=cursor, name="onMessage", customer=ann.guest())


@pytest.mark.checks("WM-12")
def test_what_is_not_known_is_ignored(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    strange = f"strange-{ann.id[:8]}"
    with rehearsal.check("WM-12", strange=[strange], texts=["Did you see that?"]):
        event = {"eventType": "Fireworks", "fireworks": {"text": strange}}
        ann.hears(
            {"type": "message", "class": "Fireworks", "code": 200, "body": {"text": strange}},
            told(rehearsal, "", content=[{"contentType": "Fireworks", "fireworks": {"text": strange}}]),
            told(rehearsal, "", type="Event", events=[event]),
            {
                "type": "message",
                "class": "StructuredMessage",
                "code": 200,
                "body": {"type": "Receipt", "text": strange},
            },
            probe="unknown",
        )
        agent.says("Did you see that?")
        ann.has_seen(["Did you see that?"])


@pytest.mark.checks("WM-13")
def test_a_conversation_that_has_ended_is_not_written_into(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    with rehearsal.check("WM-13"):
        cursor = rehearsal.entry_cursor()
        agent.leaves()
        rehearsal.wait_entry(after=cursor, name="StructuredMessage", customer=ann.guest(), direction="out")
        ann.sees(1)
        cursor = rehearsal.entry_cursor()
        ann.says("One more thing")
        match = {"name": "onMessage", "customer": ann.guest()}
        rehearsal.client.wait("entries", 2.0, after=cursor, match=match)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("WM-14")
def test_typing_is_told_now_and_then(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-14"):
        for _ in range(4):
            ann.types()
            rehearsal.pause(0.15)


@pytest.mark.checks("WM-14")
def test_somebody_who_types_is_shown_for_a_while(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    event = {"eventType": "Typing", "typing": {"type": "On", "duration": 600}}
    with rehearsal.check("WM-14"):
        ann.types()
        ann.hears(told(rehearsal, "", type="Event", events=[event]), probe="typing")
        rehearsal.pause(0.1)
        ann.sees(0)
        rehearsal.pause(1.0)
        ann.sees(0)


@pytest.mark.checks("WM-18")
def test_messages_are_shown_in_the_order_of_their_time(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    texts = ["One", "Two", "Three"]
    frames = [told(rehearsal, text, second=place) for place, text in enumerate(texts)]
    with rehearsal.check("WM-18", texts=texts):
        ann.hears(frames[0], frames[2], frames[1], probe="disorder")
        ann.sees(3)


@pytest.mark.checks("WM-19")
def test_custom_attributes_are_cut(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-19"):
        ann.has_attributes({"order": "4711", **{f"note{number}": "x" * 500 for number in range(6)}})
        ann.says("Here is everything about me")
        rehearsal.wait_entry(after=0, name="onMessage", customer=ann.guest())
        rehearsal.pause(SETTLE)


@pytest.mark.checks("WM-21")
def test_markup_is_shown_as_text(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    with rehearsal.check("WM-21", texts=[MARKUP]):
        agent.says(MARKUP)
        ann.sees(1)


@pytest.mark.checks("WM-23")
def test_many_messages_wait_in_the_client(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    texts = [f"Line {number:02} of {ann.id[:8]}" for number in range(MANY)]
    with rehearsal.check("WM-23", texts=texts):
        cursor = rehearsal.cursor()
        for text in texts:
            ann.says(text)
        match = {"conversation": agent.conversation, "text": texts[-1]}
        rehearsal.client.wait("changes", 6.0, after=cursor, kind="message.received", match=match)
        rehearsal.pause(0.2)


def offered(ann: Visitor) -> dict[str, Any]:
    """The message with something to click."""
    while shown := ann.sees(1):
        for one in shown:
            if one.get("options"):
                return one
    raise NeverHappened("nothing was offered")


def told(rehearsal: Rehearsal, text: str, *, second: int = 0, **more: Any) -> dict[str, Any]:
    """A message of the other side, as the platform would say it so many seconds after the first."""
    id_ = rehearsal.new_id()
    channel = {"time": f"2099-01-01T00:00:0{second}.000Z", "messageId": id_, "type": "Private"}
    body = {"type": "Text", "text": text, "direction": "Outbound", "id": id_, "channel": channel, **more}
    return {
        "type": "message",
        "class": "StructuredMessage",
        "code": 200,
        "body": {**body, "originatingEntity": "Human"},
    }
