from __future__ import annotations

from typing import get_args

from understudy.web_messaging import intentions
from understudy.web_messaging.frames import ServerFrame


def test_every_intention_is_in_the_union_and_so_is_any_frame() -> None:
    defined = {
        one for one in vars(intentions).values() if isinstance(one, type) and one.__module__ == intentions.__name__
    }
    assert defined | {ServerFrame} == set(get_args(intentions.Intention))
