from __future__ import annotations

from typing import Any

import pytest

from understudy.web_messaging.codes import BAD_REQUEST, MISSING_PARAMETER
from understudy.web_messaging.guest_message import Fault, GuestMessage, attributes_of, fault_of, size_of


def event(**fields: Any) -> dict[str, Any]:
    return {"type": "Event", "events": [fields]}


def test_presence_and_typing_are_read_from_events() -> None:
    join = GuestMessage(event(eventType="Presence", presence={"type": "Join"}))
    assert (join.presence, join.is_typing) == ("Join", False)
    typing = GuestMessage(event(eventType="Typing", typing={"type": "On"}))
    assert (typing.presence, typing.is_typing) == ("", True)


def test_attachments_are_the_ids_of_uploads() -> None:
    content = [{"contentType": "Attachment", "attachment": {"id": "a"}}]
    assert GuestMessage({"type": "Text", "content": content}).attachments == ("a",)
    assert GuestMessage({"type": "Text", "text": None}).attachments == ()


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"type": "Text", "text": "x"}, None),
        ({"type": "Text", "text": "x", "content": None, "events": None, "metadata": None, "channel": None}, None),
        (event(eventType="CoBrowse"), None),
        ({}, Fault(MISSING_PARAMETER, "message.type is missing")),
        ({"type": "Texts"}, Fault(BAD_REQUEST, "message.type is not one of Text, Structured, Event")),
        (
            event(eventType="Presence", presence={"type": None}),
            Fault(MISSING_PARAMETER, "message.events[0].presence.type is missing"),
        ),
        ({"type": "Event", "events": ["x"]}, Fault(BAD_REQUEST, "message.events[0] is not an object")),
    ],
)
def test_a_fault_names_the_place(message: dict[str, Any], fault: Fault | None) -> None:
    assert fault_of(message) == fault


def test_custom_attributes_are_counted_as_json_bytes() -> None:
    assert size_of({}) == 0
    assert size_of({"a": "ö"}) == len('{"a":"ö"}'.encode())
    assert attributes_of({"metadata": {"customAttributes": {"a": "b"}}}) == {"a": "b"}
    assert attributes_of({"metadata": None}) == {}
