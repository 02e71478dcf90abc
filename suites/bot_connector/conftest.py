"""A vendor's own list of bots is registered before the first turn; the org's is that of the reference."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.bots import put_bots

REGISTERED: set[str] = set()  # orgs, in this process


@pytest.fixture(autouse=True)
def own_bots(rehearsal: Rehearsal) -> None:
    """For a real target of v1 with a ``bots_door``; v2's provider is asked by the platform."""
    slot = rehearsal.slot
    if rehearsal.is_real and slot.profile == "v1" and slot.settings.get("bots_door") and slot.org not in REGISTERED:
        REGISTERED.add(slot.org)
        put_bots(rehearsal, "Administrator")
