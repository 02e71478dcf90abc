"""Uploads that are waited for: a job or a prompt gives out a URL, and what is put there finds its way back.

The URL lies on the emulator's own origin (``/understudy/uploads/{org}/{id}``); its id is the secret, as in a presigned
URL. ``receiving.py`` says what becomes of the bytes.
"""

from __future__ import annotations

from typing import Final

from understudy.platform.call import Call
from understudy.world.org import Org

LIVE: Final = "uploads"  # org.live[LIVE]: dict[upload id, kind]
KEPT: Final = 1000

FLOW: Final = "flow"
TABLE: Final = "table"
PROMPT: Final = "prompt"


def expect(call: Call, kind: str, id_: str) -> str:
    """Wait for an upload of this id; returns the URL. The oldest is no longer waited for when there are too many."""
    waiting = expected(call.org)
    waiting[id_] = kind
    while len(waiting) > KEPT:
        del waiting[next(iter(waiting))]
    return f"{call.origin}/understudy/uploads/{call.org.id}/{id_}"


def expected(org: Org) -> dict[str, str]:
    """Kind by upload id."""
    found: dict[str, str] = org.live.setdefault(LIVE, {})
    return found
