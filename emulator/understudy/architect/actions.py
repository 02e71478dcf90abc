"""The actions of a loaded flow (facts: messaging §4.1, §4.2). Immutable.

``branches`` holds an action's output branches by name. Where an output writes variables, a mapping of the output's name
to the variable says so (``Targets``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from understudy.architect.expression import Expression

Targets = Mapping[str, str]  # output or column or slot → canonical name of a variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every action has: its name, its line in the file, its output branches."""

    key: ClassVar[str] = ""
    name: str
    line: int
    branches: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    failure_outputs: Targets = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResponse(Step):
    """Says something to the customer."""

    key: ClassVar[str] = "sendResponse"
    message_body: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferToAcd(Step):
    """Ends the flow in a queue; branch ``failure`` where that can't be done. Skills and language by name; the queue by
    its name, or by a value that is one (``found``)."""

    key: ClassVar[str] = "transferToAcd"
    queue: str
    priority: Expression
    found: Expression | None = None
    skills: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectAction(Step):
    """Ends the conversation."""

    key: ClassVar[str] = "disconnect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Stops for a while of the org's time; what the customer writes meanwhile is not lost (assumed)."""

    key: ClassVar[str] = "wait"
    duration: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Step):
    """Branches ``yes`` and ``no``."""

    key: ClassVar[str] = "decision"
    condition: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Step):
    """The first case that is true; branches ``case 1`` … and ``default``."""

    key: ClassVar[str] = "switch"
    cases: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Step):
    """Branch ``loop``, ``count`` times; ``index`` is the variable that counts from 0 (assumed)."""

    key: ClassVar[str] = "loop"
    count: Expression
    index: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopExit(Step):
    """Leaves the innermost loop."""

    key: ClassVar[str] = "loopExit"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopNext(Step):
    """Goes to the next turn of the innermost loop."""

    key: ClassVar[str] = "loopNext"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTask(Step):
    """Runs a task and comes back; ``inputs`` are variables of the task, ``outputs`` say where its own ones go."""

    key: ClassVar[str] = "callTask"
    target: str
    inputs: Mapping[str, Expression] = field(default_factory=dict)
    outputs: Targets = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpToTask(Step):
    """Goes to a task and does not come back."""

    key: ClassVar[str] = "jumpToTask"
    target: str
    inputs: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTask(Step):
    """Leaves the task, by one of the output paths of the action that called it."""

    key: ClassVar[str] = "endTask"
    output: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeState(Step):
    """Goes to another state."""

    key: ClassVar[str] = "changeState"
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndState(Step):
    """Leaves the state; without a further one the flow is over."""

    key: ClassVar[str] = "endState"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateData(Step):
    """Sets variables, one after the other."""

    key: ClassVar[str] = "updateData"
    statements: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParticipantData(Step):
    """Sets attributes of the customer."""

    key: ClassVar[str] = "setParticipantData"
    attributes: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetParticipantData(Step):
    """Reads attributes of the customer into variables; one that is missing is NOT_SET."""

    key: ClassVar[str] = "getParticipantData"
    attributes: tuple[tuple[Expression, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTableLookup(Step):
    """The row of a key; branches ``found``, ``notFound``, ``failure``."""

    key: ClassVar[str] = "dataTableLookup"
    table: str
    lookup: Expression
    found: Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class FindQueue(Step):
    """The queue of a name into a variable; branches ``found``, ``notFound``."""

    key: ClassVar[str] = "findQueue"
    queue_name: Expression
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateScheduleGroup(Step):
    """Whether a group is open now (or at ``at``); branches ``open``, ``closed``, ``holiday``, ``emergency``.

    ``in_service`` is the variable for the names of the schedules that apply.
    """

    key: ClassVar[str] = "evaluateScheduleGroup"
    group: str
    emergency_group: str = ""
    at: Expression | None = None
    in_service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallData(Step):
    """A data action of a category (an integration); branches ``success``, ``failure``, ``timeout``."""

    key: ClassVar[str] = "callData"
    category: str
    action: str
    timeout: Expression
    inputs: Mapping[str, Expression] = field(default_factory=dict)
    success_outputs: Targets = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBotFlow(Step):
    """A bot flow of Architect's own; branches ``success``, ``failure`` and ``intent NAME``; ``slots`` are by intent."""

    key: ClassVar[str] = "callBotFlow"
    flow: str
    text: Expression
    inputs: Mapping[str, Expression] = field(default_factory=dict)
    outputs: Targets = field(default_factory=dict)
    slots: Mapping[str, Targets] = field(default_factory=dict)
    success_outputs: Targets = field(default_factory=dict)  # intent, exitReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAction(Step):
    """An action of calls only, by the key that it has in the file: parsed, never carried out."""

    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBot(Step):
    """One run with a bot of a Bot Connector; branches ``success``, ``failure``, ``timeout`` and ``intent NAME``.

    ``slots`` are by intent. ``digital`` is the Digital Bot Connector (facts: messaging §4.1, §3.3).
    """

    key: ClassVar[str] = "callBotConnector"
    integration: str
    bot: str
    version: str
    text: Expression
    follow_up: Expression
    response_timeout: Expression | None = None
    session: tuple[tuple[Expression, Expression], ...] = ()
    session_outputs: Targets = field(default_factory=dict)
    slots: Mapping[str, Targets] = field(default_factory=dict)
    success_outputs: Targets = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDigitalBot(CallBot):
    """The same with a Digital Bot Connector."""

    key: ClassVar[str] = "callDigitalBotConnector"


Action = Step
