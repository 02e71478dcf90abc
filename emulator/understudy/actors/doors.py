"""Doors of the vendor's endpoint that only tests use, below the user side's URL: what its copilot heard, its switch.

A named setting holds the path of each; an empty one, or no user side, means that there is no such door
(suites/USER_SIDE.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from understudy.actors.customer import Customer
from understudy.actors.rehearsal import Rehearsal
from understudy.actors.side import knock
from understudy.actors.slot import PATIENCE, NotApplicable
from understudy.clock import RealClock

EVERY: Final = 0.05  # seconds between looks


def door(rehearsal: Rehearsal, setting: str) -> str:
    """The URL of the door that a setting names; ``NotApplicable`` where there is none."""
    path = rehearsal.setting(setting)
    if not rehearsal.slot.side:
        raise NotApplicable(f"no user side: [user_side] has no url, so {setting} leads nowhere")
    return rehearsal.slot.side.rstrip("/") + path


def copilot_heard(rehearsal: Rehearsal, customer: Customer, texts: Sequence[str], timeout: float = PATIENCE) -> None:
    """Look until the copilot has heard all these texts of the customer's conversation, or the time is up, and write
    down what it heard: a note ``copilot.asked``, and ``copilot.heard`` a message. Without the door there is none: then
    what was sent to the copilot counts."""
    try:
        url = f"{door(rehearsal, 'copilot_door')}/{quote(customer.conversation(), safe='')}"
    except NotApplicable:
        return
    clock = RealClock()
    end, heard = clock.mono() + timeout, _heard(url)
    while not {*texts} <= {one.get("text") for one in heard} and clock.mono() < end:
        clock.pause(EVERY)
        heard = _heard(url)
    rehearsal.note("copilot.asked", customer=customer.id, heard=len(heard))
    for one in heard:
        rehearsal.note("copilot.heard", customer=customer.id, text=str(one.get("text", "")), said_by=one.get("from"))


@contextmanager
def disabled_endpoint(rehearsal: Rehearsal) -> Iterator[None]:
    """The endpoint with its setting Enable Endpoint switched off."""
    url = door(rehearsal, "enabled_door")
    _switch(rehearsal, url, enabled=False)
    try:
        yield
    finally:
        _switch(rehearsal, url, enabled=True)


def _heard(url: str) -> list[dict[str, Any]]:
    return list(knock("copilot_door", "GET", url)["messages"])


def _switch(rehearsal: Rehearsal, url: str, *, enabled: bool) -> None:
    rehearsal.note("vendor.enabled", enabled=enabled)
    knock("enabled_door", "POST", url, {"enabled": enabled})
