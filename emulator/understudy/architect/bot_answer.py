"""What a bot said in a turn, as the flow that called it takes it: slots, session variables, the way it goes on.

facts: messaging §3.1: an intent that is not declared fails, so does a loop of the same intent without a new slot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.architect.actions import CallBot, Targets
from understudy.architect.bot_actions import find_bot, settings_of
from understudy.architect.place import Failed, Next, Run, Step
from understudy.architect.values import COLLECTION, Currency, EvaluationError, Result, Single, read
from understudy.integrations.bot_sessions import BotSession
from understudy.world.org import Org

TURNS_ALIKE: Final = 3  # facts: messaging §3.1: more than that with one intent and no slot change end the session


@dataclass(frozen=True, slots=True)
class BotAnswered:
    """A bot's reply to a turn (``turn`` of the effect ``ask``), from the interface. ``slots`` are as they came.

    Refused 404 where no run waits for it. ``state`` is Complete, Failed or MoreData in any letter case.
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
    """The callout failed: not reachable, HTTP error, bad body; or it took too long (``timeout``)."""

    session: str
    turn: str
    type: str
    message: str
    timeout: bool = False


def finished(org: Org, run: Run, action: CallBot, session: BotSession, answer: BotAnswered) -> Step:
    """How the flow goes on after the last turn; its variables are set."""
    outputs = {"botState": answer.state, "intent": answer.intent}
    if answer.state.casefold() == "failed":
        reason = answer.error_message or "the bot failed"
        return Failed(reason, outputs, answer.error_type or "BotFailed")
    if not answer.intent or not _declared(org, session, answer.intent):
        return Failed(f"intent {answer.intent!r} is not declared in the bot list", outputs, "UndeclaredIntent")
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


def is_circling(org: Org, answer: BotAnswered) -> bool:
    """Whether the bot said the same once too often; remembers what it says."""
    settings = settings_of(org)[answer.session]
    told = [answer.intent, {name: repr(value) for name, value in answer.slots.items()}]
    alike = settings["alike"] + 1 if answer.intent and settings.get("told") == told else 1
    settings["told"], settings["alike"] = told, alike
    return bool(alike > TURNS_ALIKE)


def _declared(org: Org, session: BotSession, intent: str) -> bool:
    bot = find_bot(org, session.integration, session.bot)
    versions = bot.body.get("versions") or () if bot is not None else ()
    return any(
        one.get("name") == intent
        for version in versions
        if version.get("version") == session.version
        for one in version.get("intents") or ()
    )


def _confidence(answer: BotAnswered) -> float:
    return 1.0 if answer.confidence is None else float(answer.confidence)  # facts: messaging §3.1: null is 1.0


def _bind(run: Run, targets: Targets, values: Mapping[str, Any]) -> None:
    for name, target in targets.items():
        run.assign(target, _value(values.get(name), run.type_of(target)))


def _value(raw: Any, type_: str) -> Result:
    if isinstance(raw, list):
        return tuple(_single(one, type_.removesuffix(COLLECTION)) for one in raw)
    return _single(raw, type_)


def _single(raw: Any, type_: str) -> Single:
    if raw is None:
        return None
    if isinstance(raw, str):
        return read(raw, type_) if not type_.endswith(COLLECTION) else raw
    if isinstance(raw, bool | int | float):
        return str(raw).lower() if type_ == "string" else raw
    if isinstance(raw, dict) and isinstance(raw.get("code"), str):
        amount = raw.get("amount")
        if isinstance(amount, int | float) and not isinstance(amount, bool):
            return Currency(float(amount), raw["code"])
    raise EvaluationError(f"a value of type {type(raw).__name__} is no {type_}")
