from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import LocalProtocolError
from understudy.notifications.messages import HEARTBEAT, PONG, SubscribeReply, parse_notification
from understudy.notifications.session import (
    CLOSE_GOING_AWAY,
    TRANSITIONS,
    ChannelSession,
    Close,
    Input,
    PeerClosed,
    Pinged,
    SocketClosing,
    State,
    SubscribeAsked,
    Tolerated,
)

PING = '{"message":"ping"}'


@pytest.fixture
def protocol() -> ChannelSession:
    return ChannelSession("streaming-0-a", now=1000.0, heartbeat=30.0, grace=60.0)


def test_every_state_has_a_row_and_every_row_is_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {State.OPEN} | {state for row in TRANSITIONS.values() for state in row.values()}
    assert reached == set(State)
    assert {given for row in TRANSITIONS.values() for given in row} == set(Input)


def test_a_ping_gets_a_pong(protocol: ChannelSession) -> None:
    protocol.receive(PING)
    assert protocol.events() == [Pinged()]
    assert protocol.data_to_send() == [PONG.to_text()]
    assert protocol.data_to_send() == []


def test_a_subscribe_waits_for_its_reply(protocol: ChannelSession) -> None:
    protocol.receive('{"message":"subscribe","topics":["a","b"],"correlationId":"7"}')
    assert protocol.events() == [SubscribeAsked(("a", "b"), "7")]
    assert protocol.data_to_send() == []
    protocol.send(SubscribeReply(200, "7"))
    assert protocol.data_to_send() == ['{"result":"200","status":"subscribed","correlationId":"7"}']


def test_a_heartbeat_is_due_every_interval(protocol: ChannelSession) -> None:
    assert protocol.next_deadline() == (1030.0, "heartbeat")
    protocol.tick(1029.9)
    assert protocol.data_to_send() == []
    protocol.tick(1030.0)
    assert protocol.data_to_send() == [HEARTBEAT.to_text()]
    assert protocol.next_deadline() == (1060.0, "heartbeat")


def test_a_jump_over_many_intervals_gives_one_heartbeat(protocol: ChannelSession) -> None:
    protocol.tick(1000.0 + 7200.5)
    assert protocol.data_to_send() == [HEARTBEAT.to_text()]
    assert protocol.next_deadline() == (1000.0 + 7230.0, "heartbeat")


def test_an_announced_closing_works_on_for_a_minute_and_then_closes(protocol: ChannelSession) -> None:
    protocol.send(SocketClosing(1010.0))
    (announced,) = protocol.data_to_send()
    assert isinstance(announced, str)
    assert parse_notification(announced).topic == "v2.system.socket_closing"
    protocol.receive(PING)
    protocol.tick(1060.0)
    assert protocol.data_to_send() == [PONG.to_text(), HEARTBEAT.to_text()]
    assert protocol.next_deadline() == (1070.0, "closing")
    protocol.tick(1070.0)
    assert protocol.data_to_send() == [Close(CLOSE_GOING_AWAY, "maintenance")]
    assert protocol.state is State.CLOSED
    assert protocol.next_deadline() is None


def test_the_peer_closes_and_nothing_more_is_said(protocol: ChannelSession) -> None:
    protocol.peer_closed(1000)
    protocol.peer_closed(1000)
    assert protocol.events() == [PeerClosed(1000)]
    protocol.receive(PING)
    protocol.tick(5000.0)
    assert protocol.events() == []
    assert protocol.data_to_send() == []


def test_our_own_misuse_is_an_exception(protocol: ChannelSession) -> None:
    protocol.send(SocketClosing(1000.0))
    with pytest.raises(LocalProtocolError, match=r"^notification socket: ANNOUNCE is not allowed in CLOSING$"):
        protocol.send(SocketClosing(1000.0))
    protocol.send(Close())
    with pytest.raises(LocalProtocolError, match=r"^notification socket: SEND is not allowed in CLOSED$"):
        protocol.send(HEARTBEAT)


@given(st.lists(st.text() | st.sampled_from([PING, '{"message":"subscribe"}', "\ud800", "[" * 5000])))
def test_nothing_that_a_client_says_raises(frames: list[str]) -> None:
    protocol = ChannelSession("streaming-0-a", now=0.0, heartbeat=30.0, grace=60.0)
    for frame in frames:
        protocol.receive(frame)
    events = protocol.events()
    assert len(events) == len(frames)
    assert all(isinstance(event, Pinged | SubscribeAsked | Tolerated) for event in events)
    assert protocol.state is State.OPEN
