"""The states of a guest's socket and what moves it from one to the next: one table (facts: messaging §2.2, §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class State(Enum):
    """A socket's life."""

    UNCONFIGURED = auto()
    CONFIGURING = auto()  # the world thinks about it
    READY = auto()
    READ_ONLY = auto()  # the conversation ended; the client may read and start a new one
    CLOSED = auto()


class Input(Enum):
    """What may happen to a socket."""

    CONFIGURE = auto()  # the client asks
    CONFIGURED = auto()
    CONFIGURED_READ_ONLY = auto()
    REFUSED = auto()  # its request to configure
    SAY = auto()  # we send a frame
    END = auto()  # the conversation ended read-only
    REOPEN = auto()  # another connection started a new one
    LEAVE = auto()  # the session is left, cleared or expired; the socket stays
    CLOSE = auto()
    PEER_CLOSED = auto()


GONE: Final = {Input.CLOSE: State.CLOSED, Input.PEER_CLOSED: State.CLOSED}
TRANSITIONS: Final[Mapping[State, Mapping[Input, State]]] = {
    State.UNCONFIGURED: {Input.CONFIGURE: State.CONFIGURING, Input.SAY: State.UNCONFIGURED, **GONE},
    State.CONFIGURING: {
        Input.CONFIGURED: State.READY,
        Input.CONFIGURED_READ_ONLY: State.READ_ONLY,
        Input.REFUSED: State.UNCONFIGURED,
        Input.SAY: State.CONFIGURING,
        **GONE,
    },
    State.READY: {
        Input.CONFIGURE: State.CONFIGURING,
        Input.SAY: State.READY,
        Input.END: State.READ_ONLY,
        Input.LEAVE: State.UNCONFIGURED,
        **GONE,
    },
    State.READ_ONLY: {
        Input.CONFIGURE: State.CONFIGURING,
        Input.SAY: State.READ_ONLY,
        Input.REOPEN: State.READY,
        Input.LEAVE: State.UNCONFIGURED,
        **GONE,
    },
    State.CLOSED: {},
}
