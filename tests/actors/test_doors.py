from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from understudy.actors import NotApplicable, Rehearsal
from understudy.actors.doors import copilot_heard, disabled_endpoint, door
from understudy.errors import UnderstudyError

Meet = Callable[..., Rehearsal]


class Broken(Exception):
    """What a test may do while the endpoint is off."""


def last_text(rehearsal: Rehearsal) -> str:
    ann = rehearsal.guest()
    ann.joins()
    ann.says("hello there")
    return str(ann.sees(1)[-1]["text"])


def test_a_disabled_endpoint_is_enabled_again_whatever_happens(meet: Meet) -> None:
    rehearsal = meet()
    with suppress(Broken), disabled_endpoint(rehearsal):
        assert last_text(rehearsal) == "fail message"
        raise Broken
    assert last_text(rehearsal) == "You said: hello there"


def test_what_the_copilot_heard_becomes_a_note_each(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    ann.joins()
    ann.converses(["hello there"])
    cursor = rehearsal.entry_cursor()
    copilot_heard(rehearsal, ann, ["hello there"])
    assert rehearsal.wait_entry(after=cursor, name="copilot.heard")["data"]["text"] == "hello there"
    copilot_heard(rehearsal, ann, ["never said"], timeout=0.05)


def test_without_a_door_there_is_nothing_to_open(meet: Meet) -> None:
    for rehearsal in (meet(side=""), meet(settings={"enabled_door": "", "copilot_door": ""})):
        with pytest.raises(NotApplicable):
            door(rehearsal, "enabled_door")
        ann = rehearsal.guest()
        ann.joins()
        ann.converses(["hello"])
        copilot_heard(rehearsal, ann, ["hello"])  # silent: then what was sent counts


def test_a_door_that_is_none_is_named(meet: Meet) -> None:
    rehearsal = meet(settings={"enabled_door": "/nowhere", "copilot_door": "/nowhere"})
    with pytest.raises(UnderstudyError, match=r"enabled_door: .*/nowhere answers 404"), disabled_endpoint(rehearsal):
        raise AssertionError("never got here")
    ann = rehearsal.guest()
    ann.joins()
    ann.converses(["hello"])
    with pytest.raises(UnderstudyError, match=r"copilot_door: .* answers 404"):
        copilot_heard(rehearsal, ann, ["hello"])
