from __future__ import annotations

from understudy.web_messaging.states import TRANSITIONS, Input, State


def test_every_state_has_a_row_and_every_state_is_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {State.UNCONFIGURED} | {to for row in TRANSITIONS.values() for to in row.values()}
    assert reached == set(State)


def test_a_closed_socket_takes_nothing() -> None:
    assert TRANSITIONS[State.CLOSED] == {}


def test_every_open_socket_can_be_closed_by_either_side() -> None:
    for state, row in TRANSITIONS.items():
        if state is not State.CLOSED:
            assert row[Input.CLOSE] is row[Input.PEER_CLOSED] is State.CLOSED
