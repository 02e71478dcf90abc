"""What a copilot keeps."""

from __future__ import annotations

from typing import Any

from understudy.references.cognigy_endpoint.heard import MESSAGES_MAX, Conversations, Heard, message_ids, read_messages


def message(id_: str, time: str = "", **fields: Any) -> dict[str, Any]:
    """A MessageData."""
    normalized = {"type": "Text", "text": f"text {id_}", "originatingEntity": fields.pop("by", "Human")}
    return {"id": id_, "timestamp": time, "direction": "outbound", "normalizedMessage": normalized, **fields}


def test_who_said_it_is_read_from_direction_and_entity() -> None:
    given = [message("1", direction="inbound"), message("2"), message("3", by="Bot"), {}, "x"]
    assert [(one["from"], one["text"]) for one in read_messages(given)] == [
        ("customer", "text 1"), ("agent", "text 2"), ("bot", "text 3"),
    ]  # fmt: skip
    assert read_messages(None) == []


def test_messages_stand_in_order_of_time_once_each_and_bounded() -> None:
    heard = Heard("c")
    heard.add(read_messages([message("b", "2"), message("a", "1")]))
    heard.add(read_messages([message("b", "2"), message("c", "0")]))
    assert list(heard.messages) == ["c", "a", "b"]
    assert heard.lacks(["a", "d"]) == ["d"]
    heard.add(read_messages([message(f"n{n}", f"3{n:04}") for n in range(MESSAGES_MAX)]))
    assert len(heard.messages) == MESSAGES_MAX
    assert "c" not in heard.messages


def test_ids_stand_on_participants_or_on_their_legs() -> None:
    flat = {"participants": [{"messages": [{"messageId": "1"}, {"messageId": "1"}]}]}
    nested = {"participants": [{"messages": [{"id": "leg", "messages": [{"messageId": "2"}]}]}]}
    assert message_ids(flat) == ["1"]
    assert message_ids(nested) == ["2"]
    late = {"messages": [{"messageId": str(n), "messageTime": f"{n:04}"} for n in reversed(range(600))]}
    assert message_ids({"participants": [late]}) == [str(n) for n in range(100, 600)]
    assert message_ids({"participants": [None, {"messages": 5}]}) == []


def test_conversations_are_bounded() -> None:
    conversations = Conversations(most=2)
    for id_ in ("a", "b", "c"):
        conversations.admit(id_)
    assert conversations.ids() == ["b", "c"]
    assert conversations.find("a") is None
