from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from understudy.notifications.messages import (
    FRAME_MAX,
    HEARTBEAT,
    PONG,
    TOPICS_MAX,
    Ping,
    Subscribe,
    SubscribeReply,
    SystemTopic,
    Unreadable,
    event,
    parse_client_frame,
    parse_notification,
    socket_closing,
    system_message,
    text_frame,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "notifications"

BUILT = {
    "out_heartbeat": HEARTBEAT,
    "out_pong": PONG,
    "out_event": event(
        "v2.users.u1.routingStatus",
        {"id": "u1", "routingStatus": {"status": "IDLE", "startTime": "2026-01-01T00:00:00.000Z"}},
        "c-1",
    ),
    "out_socket_closing": socket_closing("streaming-0-a", "soon"),
    "out_token_revoked": system_message(
        SystemTopic.TOKEN_REVOKED, {"channelId": "streaming-0-a", "reason": "user_tokens_revoked"}
    ),
}
PARSED = {
    "in_ping": Ping(),
    "in_subscribe": Subscribe(("v2.users.u1.presence",), "7"),
    "in_timestamp": Unreadable("not JSON"),
    "in_empty": Unreadable("not JSON"),
    "in_cut": Unreadable("not JSON"),
    "in_array": Unreadable("not a JSON object"),
    "in_topics_no_list": Unreadable("topics is not a list of strings"),
    "in_topics_no_strings": Unreadable("topics is not a list of strings"),
    "in_message_no_text": Unreadable("message is neither ping nor subscribe"),
    "in_unknown": Unreadable("message is neither ping nor subscribe"),
}


def test_every_vector_is_used() -> None:
    assert {path.stem for path in VECTORS.iterdir()} == {*BUILT, *PARSED}


@pytest.mark.parametrize("name", sorted(BUILT))
def test_frames_of_the_platform_are_built_as_in_the_vector_and_parse_back(name: str) -> None:
    text = (VECTORS / f"{name}.json").read_text("utf-8").rstrip("\n")
    assert BUILT[name].to_text() == text
    assert parse_notification(text) == BUILT[name]


@pytest.mark.parametrize("name", sorted(PARSED))
def test_client_frames_mean_what_the_vector_says_or_are_tolerated(name: str) -> None:
    expected, found = PARSED[name], parse_client_frame((VECTORS / f"{name}.txt").read_text("utf-8"))
    if isinstance(expected, Unreadable):
        assert isinstance(found, Unreadable)
        assert found.reason == expected.reason
    else:
        assert found == expected


@pytest.mark.parametrize("text", ["{}", "[]", '{"topicName":1,"eventBody":{}}', '{"topicName":"a"}'])
def test_what_is_no_notification_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a notification"):
        parse_notification(text)


def test_oversized_client_frames_are_not_parsed() -> None:
    assert parse_client_frame(" " * FRAME_MAX + '{"message":"ping"}') == Unreadable("longer than 65536 characters")
    many = orjson.dumps({"message": "subscribe", "topics": ["t"] * (TOPICS_MAX + 1)}).decode()
    found = parse_client_frame(many)
    assert isinstance(found, Unreadable)
    assert found.reason == "more than 1000 topics"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (SubscribeReply(200), '{"result":"200","status":"subscribed"}'),
        (SubscribeReply(400, "7"), '{"result":"400","status":"failure","correlationId":"7"}'),
        (SubscribeReply(404), '{"result":"404"}'),
    ],
)
def test_subscribe_replies_have_the_form_that_the_library_expects(reply: SubscribeReply, text: str) -> None:
    assert reply.to_text() == text


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_text_frame_is_read_by_another_implementation(size: int) -> None:
    reader = StreamReader()
    reader.feed_data(text_frame(b"x" * size))
    reader.feed_eof()
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    frame = done.value.value
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, b"x" * size)
    assert reader.at_eof()
