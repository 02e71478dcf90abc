from __future__ import annotations

from understudy.bot_connector.steps import TRANSITIONS, Input, State


def test_every_state_has_a_row_and_every_row_is_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    assert {state for row in TRANSITIONS.values() for state in row.values()} | {State.READY} == set(State)
    assert {input_ for row in TRANSITIONS.values() for input_ in row} == set(Input)
