"""Where a conversation is in its flow: the stack of frames, the values of variables, what the run waits for."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from understudy.architect.actions import Action, CallTask, Loop
from understudy.architect.flow import Container, Declaration, Flow
from understudy.architect.values import EvaluationError, Result, fitting
from understudy.conversations.model import Conversation, Message, Participant
from understudy.world.org import Org


@dataclass(slots=True)
class Values:
    """The variables of one scope and what they hold."""

    types: Mapping[str, str] = field(default_factory=dict)
    held: dict[str, Result] = field(default_factory=dict)

    @classmethod
    def of(cls, declarations: tuple[Declaration, ...]) -> Values:
        """As they begin."""
        return cls({one.name: one.type for one in declarations}, {one.name: one.initial for one in declarations})


@dataclass(slots=True)
class Frame:
    """A list of actions under way; ``at`` is the next one. ``owner`` is the loop or the call that began it."""

    actions: tuple[Action, ...]
    at: int = 0
    owner: Action | None = None
    turn: int = 0
    turns: int = 1
    values: Values | None = None  # of a task


@dataclass(slots=True)
class Run:
    """A flow under way. ``pending`` is what it waits for at ``waiting``, ``failed`` why the last action failed."""

    flow: Flow
    flow_id: str
    participant: str
    execution: str
    frames: list[Frame] = field(default_factory=list)
    flow_values: Values = field(default_factory=Values)
    state_values: Values = field(default_factory=Values)
    pending: str = ""
    waiting: Action | None = None
    failed: str = ""
    waits: int = 0
    session: str = ""  # of the bot that the run is with
    then: Next | Failed | None = None  # how the action at ``waiting`` ends, where that is known already
    language: str = ""  # code that the run speaks, as in "en-us"

    def enter(self, container: Container) -> None:
        """Begin in a state or a task; nothing is left below it."""
        self.frames = [Frame(container.actions)]
        if container.kind == "state":
            self.state_values = Values.of(container.variables)
        else:
            self.frames[0].values = Values.of(container.variables)

    def variables(self, conversation: Conversation) -> Mapping[str, Result]:
        """Every name that an expression may use here."""
        scopes = (self._task().held, self.state_values.held, self.flow_values.held, _built_in(conversation))
        return ChainMap(*scopes)

    def assign(self, name: str, value: Result) -> None:
        """Set a variable; raises ``EvaluationError`` where the value is not of its type."""
        for values in (self._task(), self.state_values, self.flow_values):
            if name in values.types:
                try:
                    values.held[name] = fitting(value, values.types[name])
                except EvaluationError as error:
                    raise EvaluationError(f"{name}: {error}") from error
                return

    def type_of(self, name: str) -> str:
        """The type of a variable that is known here."""
        known = ChainMap(*(dict(one.types) for one in (self._task(), self.state_values, self.flow_values)))
        return known[name]

    def next_pending(self, what: str) -> str:
        """A new name for what the run waits for; no other run ever waits for the same."""
        self.waits += 1
        return f"{what}:{self.execution}:{self.waits}"

    def take(self) -> Action | None:
        """The next action, its frame moved on; ``None`` when there is none left."""
        while self.frames:
            frame = self.frames[-1]
            if frame.at < len(frame.actions):
                frame.at += 1
                return frame.actions[frame.at - 1]
            if isinstance(frame.owner, Loop) and frame.turn + 1 < frame.turns:
                self.next_turn(frame)
            elif frame.values is not None:
                self.leave_task("default")
            else:
                self.frames.pop()
        return None

    def next_turn(self, frame: Frame) -> None:
        """The next turn of a loop."""
        frame.turn, frame.at = frame.turn + 1, 0
        if isinstance(frame.owner, Loop) and frame.owner.index:
            self.assign(frame.owner.index, frame.turn)

    def unwind_to_loop(self) -> Frame | None:
        """Drop what lies above the innermost loop; its frame is the topmost then."""
        while self.frames:
            if isinstance(self.frames[-1].owner, Loop):
                return self.frames[-1]
            self.frames.pop()
        return None

    def leave_task(self, output: str) -> None:
        """Go back to the action that called the task, and on in its branch ``output``."""
        while self.frames and self.frames[-1].values is None:
            self.frames.pop()
        task = self.frames.pop() if self.frames else None
        if task is None or task.values is None or not isinstance(task.owner, CallTask):
            return
        for name, target in task.owner.outputs.items():
            self.assign(target, task.values.held[name])
        self.branch(task.owner, output)

    def branch(self, action: Action, name: str) -> None:
        """Go on in one of an action's branches; without it behind the action."""
        if actions := action.branches.get(name):
            self.frames.append(Frame(actions))

    def _task(self) -> Values:
        return next((f.values for f in reversed(self.frames) if f.values is not None), Values())


@dataclass(frozen=True, slots=True)
class Next:
    """Go on in a branch, or with the next action."""

    branch: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Take the failure branch (or ``branch``); without one, go on with the next action. ``outputs`` are what the action
    tells of the failure besides ``errorType`` and ``errorMessage``."""

    reason: str
    inputs: dict[str, Any] = field(default_factory=dict)
    type: str = "failure"
    branch: str = "failure"
    outputs: Mapping[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Await:
    """Stop here until ``resume`` names the same thing; ``then`` is how the action ends, where that is known already."""

    pending: str
    inputs: dict[str, Any] = field(default_factory=dict)
    then: Next | Failed | None = None


Outcome = Literal["transfer", "disconnect", "end", "error"]


@dataclass(frozen=True, slots=True)
class Over:
    """The flow has ended."""

    outcome: Outcome
    branch: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


Step = Next | Failed | Await | Over


def workflow(conversation: Conversation, run: Run) -> Participant:
    """The participant that the flow speaks as."""
    return next(p for p in conversation.participants if p.id == run.participant)


def _built_in(conversation: Conversation) -> dict[str, Result]:
    """A reply that opens an ended conversation again is not of a new one (assumed)."""
    rounds = sum(p.purpose == "customer" for p in conversation.participants)
    message = last_said(conversation)
    return {
        "Message.Message.body": message.text if message is not None else "",
        "Message.IsNewConversation": rounds == 1,
        "Message.ConversationId": conversation.id,
    }


def last_said(conversation: Conversation) -> Message | None:
    """What the customer said last in this round; ``None`` where the round began without a message (a join)."""
    said = reversed(conversation.customer.communication.messages)
    found = (conversation.messages[id_] for id_ in said if id_ in conversation.messages)
    return next((message for message in found if message.direction == "inbound"), None)


Executor = Callable[[Org, Conversation, Run, Any], Step]
