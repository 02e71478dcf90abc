"""Paths and bodies of the operations, and the faults that spoil them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from understudy.references.polyai_endpoint.operations import Operations, said
from understudy.references.polyai_endpoint.users import User
from understudy.references.vendor_side.genesys import Answer

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FILE = {"mediaType": "Image", "url": "http://x/a.png", "mime": "image/png"}
OPEN = "/api/v2/conversations/messages/i-1/inbound/open"


class Calls:
    """Writes calls down in place of a client."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, Any]] = []

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Write it down."""
        self.made.append((method, path, body))
        return Answer(200)


def make(*faults: str) -> tuple[Operations, Calls]:
    """Operations and what they call."""
    calls = Calls()
    return Operations(calls, "i-1", frozenset(faults)), calls  # type: ignore[arg-type]


ANN = User("ann", name="Ann")
TEXTS = [said(text) for text in ("one", "two", "three", "four", "five", "six")]


def test_a_message_has_sender_time_and_a_unique_id() -> None:
    operations, calls = make()
    operations.message(ANN, said("one"))
    operations.message(ANN, said("two", FILE))
    (first_method, first_path, first), (_, _, second) = calls.made
    assert (first_method, first_path, first["text"]) == ("POST", f"{OPEN}/message", "one")
    assert first["channel"]["from"] == {"id": "ann", "idType": "Opaque", "nickname": "Ann"}
    assert ISO.fullmatch(first["channel"]["time"])
    assert first["channel"]["messageId"] != second["channel"]["messageId"]
    assert second["content"] == [{"attachment": FILE}]


def test_a_hand_off_carries_context_and_asks_for_the_conversation() -> None:
    operations, calls = make()
    operations.message(ANN, said("help"), {"reason": "asked"})
    ((_, path, body),) = calls.made
    assert path == f"{OPEN}/message?prefetchConversationId=true"
    assert body["channel"]["metadata"] == {"customAttributes": {"reason": "asked"}}


def test_typing_click_and_receipt() -> None:
    operations, calls = make()
    operations.typing(ANN)
    operations.click(ANN, "QuickReply", "Yes", "yes", "m9")
    operations.receipt("ann", "m9", "Delivered")
    operations.receipt("bob", "m8", "Failed", ("InvalidDestination", "nobody"))
    typing, click, delivered, failed = (body for _, _, body in calls.made)
    assert [path for _, path, _ in calls.made] == [
        f"{OPEN}/event",
        f"{OPEN}/structured/response",
        f"{OPEN}/receipt",
        f"{OPEN}/receipt",
    ]
    assert typing["events"] == [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}]
    assert click["buttonResponse"] == {"type": "QuickReply", "text": "Yes", "payload": "yes"}
    assert click["originatingMessageId"] == "m9"
    assert (delivered["id"], delivered["status"], delivered["isFinalReceipt"]) == ("m9", "Delivered", True)
    assert delivered["channel"]["to"] == {"id": "ann"}
    assert delivered["reasons"] == []
    assert failed["reasons"] == [{"code": "InvalidDestination", "message": "nobody"}]


def test_the_rest_is_called_as_documented() -> None:
    operations, calls = make()
    operations.agentless("ann", "hi")
    operations.communication("c/1", "k1", "hi")
    operations.conversation("c1")
    operations.disconnect("c1")
    operations.open_channel()
    operations.subscribe("s1", ["a", "b"])
    operations.subscribe("s1", ["a"], replace=True)
    messages = "/api/v2/conversations/messages"
    agentless = {
        "fromAddress": "i-1",
        "toAddress": "ann",
        "toAddressMessengerType": "open",
        "textBody": "hi",
        "useExistingActiveConversation": True,
    }
    assert calls.made == [
        ("POST", f"{messages}/agentless", agentless),
        ("POST", f"{messages}/c%2F1/communications/k1/messages", {"textBody": "hi"}),
        ("GET", f"{messages}/c1", None),
        ("PATCH", f"{messages}/c1", {"state": "disconnected"}),
        ("POST", "/api/v2/notifications/channels", None),
        ("POST", "/api/v2/notifications/channels/s1/subscriptions", [{"id": "a"}, {"id": "b"}]),
        ("PUT", "/api/v2/notifications/channels/s1/subscriptions", [{"id": "a"}]),
    ]


def test_local_time_is_neither_utc_nor_in_milliseconds() -> None:
    operations, calls = make("local_time")
    operations.message(ANN, said("x"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+02:00", calls.made[0][2]["channel"]["time"])


def test_repeats_message_id_gives_every_third_text_the_same() -> None:
    operations, calls = make("repeats_message_id")
    bob = User("bob")
    for text in TEXTS:
        operations.message(bob, text)
    ids = [body["channel"]["messageId"] for _, _, body in calls.made]
    assert (len(set(ids)), ids[2]) == (5, ids[5])


def test_attachment_as_text_sends_the_address() -> None:
    operations, calls = make("attachment_as_text")
    operations.message(ANN, said("look", FILE))
    assert calls.made[0][2]["text"] == "look http://x/a.png"
    assert "content" not in calls.made[0][2]


def test_uses_deprecated_sends_every_third_text_in_the_old_form() -> None:
    operations, calls = make("uses_deprecated")
    bob = User("bob")
    operations.message(bob, said("x"), {})
    for attachment in (None, None, FILE):
        operations.message(bob, said("look", attachment))
    path, body = calls.made[3][1:]
    assert [made[1].startswith(OPEN) for made in calls.made] == [True, True, True, False]
    assert path == "/api/v2/conversations/messages/inbound/open"
    assert (body["channel"]["to"], body["type"], body["direction"]) == ({"id": "i-1"}, "Text", "Inbound")
    assert body["content"] == [{"contentType": "Attachment", "attachment": FILE}]


def test_click_as_text_sends_what_is_written_on_the_option() -> None:
    operations, calls = make("click_as_text")
    operations.click(ANN, "QuickReply", "Yes", "yes", "m9")
    assert (calls.made[0][1], calls.made[0][2]["text"]) == (f"{OPEN}/message", "Yes")


@pytest.mark.parametrize("fault", ["reads_whole_conversation"])
def test_reads_whole_conversation_asks_for_what_the_role_forbids(fault: str) -> None:
    operations, calls = make(fault)
    operations.conversation("c1")
    assert calls.made[0][:2] == ("GET", "/api/v2/conversations/c1")
