from __future__ import annotations

from understudy.open_messaging.behaviour import ACTIONS, HANDLERS, RULES
from understudy.platform.catalogue import load_catalogue


def test_every_action_is_an_operation_of_the_catalogue() -> None:
    known = load_catalogue().by_id
    assert [name for name in ACTIONS if name not in known] == []


def test_the_tables_hold_what_they_say() -> None:
    assert (len(ACTIONS), len(RULES), len(HANDLERS)) == (21, 3, 7)
