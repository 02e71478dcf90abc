"""A loaded flow: states, actions, values (facts: messaging §4). Immutable; a run keeps its own place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from understudy.architect.expression import Expression


@dataclass(frozen=True, slots=True)
class SendResponse:
    """``sendResponse``: says something to the customer."""

    key: ClassVar[str] = "sendResponse"
    name: str
    line: int
    message_body: Expression


@dataclass(frozen=True, slots=True)
class TransferToAcd:
    """``transferToAcd``: ends the flow in a queue; ``failure`` is the branch where that can't be done."""

    key: ClassVar[str] = "transferToAcd"
    name: str
    line: int
    queue: str  # by name
    priority: Expression
    failure: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class DisconnectAction:
    """``disconnect``: ends the conversation."""

    key: ClassVar[str] = "disconnect"
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class EndState:
    """``endState``: leaves the state; without a further one the flow is over."""

    key: ClassVar[str] = "endState"
    name: str
    line: int


Action = SendResponse | TransferToAcd | DisconnectAction | EndState


@dataclass(frozen=True, slots=True)
class State:
    """A container of actions, named by its reference id."""

    name: str
    ref: str
    line: int
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """An inbound message flow. ``start`` is the reference id of the state that it starts in."""

    type: str  # the YAML's top key
    name: str
    description: str
    source: str
    start: str
    states: dict[str, State]

    def actions(self) -> list[Action]:
        """Every action, branches included."""
        found: list[Action] = []
        pending = [action for state in self.states.values() for action in state.actions]
        while pending:
            action = pending.pop(0)
            found.append(action)
            pending[:0] = branches(action).get("failure", ())
        return found


def branches(action: Action) -> dict[str, tuple[Action, ...]]:
    """The output branches that an action has."""
    return {"failure": action.failure} if isinstance(action, TransferToAcd) else {}
