from __future__ import annotations

from understudy.web_messaging.structured import StructuredMessage

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z


def test_what_is_empty_is_left_out() -> None:
    event = StructuredMessage(type="Event", direction="Outbound", time=NOW)
    assert event.to_json() == {
        "type": "Event",
        "direction": "Outbound",
        "channel": {"time": "2026-01-01T00:00:00.000Z", "type": "Private"},
    }


def test_a_text_message_has_a_text_even_if_it_is_empty() -> None:
    assert StructuredMessage(type="Text", direction="Inbound", time=NOW).to_json()["text"] == ""


def test_sender_recipient_and_attributes_stand_in_the_channel() -> None:
    message = StructuredMessage(
        type="Text",
        direction="Inbound",
        time=NOW,
        id="m",
        text="x",
        sender={"nickname": "G"},
        recipient={"nickname": "A"},
        attributes={"plan": "gold"},
    )
    assert message.to_json()["channel"] == {
        "time": "2026-01-01T00:00:00.000Z",
        "messageId": "m",
        "type": "Private",
        "from": {"nickname": "G"},
        "to": {"nickname": "A"},
        "metadata": {"customAttributes": {"plan": "gold"}},
    }
