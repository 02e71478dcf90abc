"""A loaded flow: containers (states, tasks) of actions, and the variables of each (facts: messaging §4).

Immutable; a run keeps its own place in it and its own values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from understudy.architect.actions import Action
from understudy.architect.languages import Languages
from understudy.architect.values import Result


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable: canonical name with its scope (``State.count``), type, and the value that it begins with."""

    name: str
    type: str
    initial: Result = None
    is_input: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A state or a task, named by its reference id."""

    kind: str  # state | task | menu
    name: str
    ref: str
    line: int
    actions: tuple[Action, ...]
    variables: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow. ``start`` is the reference id of the container that it starts in, ``division`` the name that its text
    gives. The actions of a menu are its choices."""

    type: str  # the YAML's top key
    name: str
    description: str
    source: str
    start: str
    states: dict[str, Container]
    tasks: dict[str, Container] = field(default_factory=dict)
    variables: tuple[Declaration, ...] = ()
    languages: Languages = field(default_factory=Languages)
    menus: dict[str, Container] = field(default_factory=dict)
    division: str = ""

    @property
    def first(self) -> Container:
        """The container that the flow starts in."""
        return next(known[self.start] for known in (self.states, self.tasks, self.menus) if self.start in known)

    def containers(self) -> Iterator[Container]:
        """States, then tasks, then menus."""
        return chain(self.states.values(), self.tasks.values(), self.menus.values())

    def actions(self) -> list[Action]:
        """Every action, branches included, in the order of the file."""
        found: list[Action] = []
        pending = [action for container in self.containers() for action in container.actions]
        while pending:
            action = pending.pop(0)
            found.append(action)
            pending[:0] = [inner for branch in action.branches.values() for inner in branch]
        return found
