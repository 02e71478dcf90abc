"""What a bot said in a turn, as the flow that called it takes it: slots, session variables, the way it goes on.

The interface has read and judged the answer (``bot_connector.session``): the intent is declared, slots have the types
that the bot's list declares. Here they are bound to the flow's variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.architect.actions import CallBot, Targets
from understudy.architect.place import Failed, Next, Run, Step
from understudy.architect.values import COLLECTION, Currency, EvaluationError, Result, received


@dataclass(frozen=True, slots=True)
class BotAnswered:
    """A bot's reply to a turn (``turn`` of the effect ``ask``), from the interface.

    v2 may say more to a turn that it has answered. Refused 404 where no run is with the bot, or awaits no reply.
    ``state`` is Complete, Failed or MoreData in any letter case; ``parameters`` are all that the bot has set.
    """

    session: str
    turn: str
    state: str
    messages: tuple[Mapping[str, Any], ...] = ()  # {type, text, content}
    intent: str = ""
    confidence: float | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    error_type: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class BotFailed:
    """The bot can't be talked to: not reachable, no answer in time, an HTTP error, an answer that can't be used."""

    session: str
    turn: str
    type: str
    message: str


def finished(run: Run, action: CallBot, answer: BotAnswered) -> Step:
    """How the flow goes on after the last turn; its variables are set."""
    outputs = {"botState": answer.state, "intent": answer.intent}
    if answer.state.casefold() == "failed":
        reason = answer.error_message or "the bot failed"
        return Failed(reason, outputs, answer.error_type or "BotFailedError")
    try:
        if "intent" in action.success_outputs:
            run.assign(action.success_outputs["intent"], answer.intent)
        if "confidence" in action.success_outputs:
            run.assign(action.success_outputs["confidence"], _confidence(answer))
        _bind(run, action.slots.get(answer.intent) or {}, answer.slots)
        _bind(run, action.session_outputs, answer.parameters)
    except EvaluationError as error:
        return Failed(str(error), outputs, "InvalidSlot")
    branch = f"intent {answer.intent}"
    return Next(branch if branch in action.branches else "success", outputs)


def _confidence(answer: BotAnswered) -> float:
    return 1.0 if answer.confidence is None else float(answer.confidence)  # facts: messaging §3.1: null is 1.0


def _bind(run: Run, targets: Targets, values: Mapping[str, Any]) -> None:
    for name, target in targets.items():
        run.assign(target, _value(values.get(name), run.type_of(target)))


def _value(raw: Any, type_: str) -> Result:
    if type_.removesuffix(COLLECTION) == "currency":
        return tuple(_currency(one) for one in raw) if isinstance(raw, list) else _currency(raw)
    if type_ == "string" and isinstance(raw, bool | int | float):
        return str(raw).lower()
    return received(raw, type_)


def _currency(raw: Any) -> Currency | None:
    if raw is None:
        return None
    if isinstance(raw, dict) and isinstance(raw.get("code"), str) and isinstance(raw.get("amount"), int | float):
        return Currency(float(raw["amount"]), raw["code"])
    raise EvaluationError(f"a value of type {type(raw).__name__} is no currency")
