"""The tables of every module of this package, joined."""

from __future__ import annotations

from typing import Final

from understudy.conversation_api import (
    callbacks,
    calls,
    capacities,
    consults,
    custom,
    drafts,
    emails,
    marks,
    messaging,
    participants,
    reading,
    search,
    transfers,
    waits,
    wrapups,
)
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle

ACTIONS: Final[dict[str, Action]] = {
    **reading.ACTIONS,
    **participants.ACTIONS,
    **wrapups.ACTIONS,
    **transfers.ACTIONS,
    **messaging.ACTIONS,
    **calls.ACTIONS,
    **consults.ACTIONS,
    **callbacks.ACTIONS,
    **emails.ACTIONS,
    **drafts.ACTIONS,
    **custom.ACTIONS,
    **marks.ACTIONS,
    **search.ACTIONS,
    **waits.ACTIONS,
    **capacities.ACTIONS,
}
RULES: Final[dict[str, Lifecycle]] = capacities.RULES
