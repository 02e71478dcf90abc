"""A bot session joined to the world: what a flow asks becomes turns, what comes of them commands and notes.

No I/O: ``driver.py`` posts the turns and hears what comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.bot_connector.diagnoses import Diagnosis, diagnosis_of
from understudy.bot_connector.faults import Fault
from understudy.bot_connector.messages import ClickShape, InputMessage, Variant
from understudy.bot_connector.outcome import Ended, Event, Faulted, Outcome, Replied
from understudy.bot_connector.outputs import shown_in
from understudy.bot_connector.provider import declared_of, terms_of
from understudy.bot_connector.replies import ReplyMessage
from understudy.bot_connector.session import BotSession
from understudy.bot_connector.steps import Opening, Say
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.switches import switch

INTERFACE: Final = "bot_connector"
UNSUPPORTED: Final = "unsupported_output"
FINAL: Final = Fault(rule="BC-41.final", path="", expected="the only final one", observed="sent after the session",
                     is_fatal=False)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """For the record: ``bot_connector.<name>``."""

    name: str
    data: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Talk:
    """A session under way and who is in it. ``pending`` is the flow's name of the turn that was asked last; a test's
    own talk (``is_probe``) has no flow."""

    org: Org
    session: BotSession
    integration: str
    conversation: str | None = None
    customer: str | None = None
    interface: str = ""  # of the conversation's leg: what can be shown there
    pending: str = ""
    is_probe: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)  # test and check of a hand-made turn

    @property
    def data(self) -> dict[str, Any]:
        """What entries and notes say of it."""
        opening = self.session.opening
        told = {"variant": self.session.terms.variant.value, "session": opening.session}
        told |= {"integration": self.integration, "bot": opening.bot, "version": opening.version}
        return told | dict(self.labels)


def opened(org: Org, effect: Effect) -> Talk:
    """The talk that a flow's first ``ask`` begins. Raises ``SettingsError`` for a timeout that there can't be."""
    data = effect.data
    variant = Variant.V2 if data["digital"] else Variant.V1
    opening = Opening(
        bot=data["bot"],
        version=data["version"],
        session=data["session"],
        conversation=effect.conversation or "",
        language=data["language"],
        timeout=max(1, ceil(data["followUp"] / 60)),  # minutes (SDK); that it is the follow-up timeout is assumed
        parameters=data["parameters"] or {},
    )
    declared = declared_of(org, data["integration"], data["bot"], data["version"])
    conversation = org.conversations.get(effect.conversation or "")
    return Talk(
        org=org,
        session=BotSession(opening, declared, terms_of(org, variant, data["responseTimeout"])),
        integration=data["integration"],
        conversation=effect.conversation,
        customer=effect.customer,
        interface=conversation.leg.interface if conversation is not None else "",
    )


def said(org: Org, effect: Effect) -> Say:
    """What the customer says in a turn; where a button click stands says the switch."""
    shape = ClickShape(switch(org, "bot_connector.click_shape"))
    content = tuple(effect.data["content"])
    return Say(InputMessage.said(effect.data["text"], content, shape), effect.data["messageId"])


def outcomes(talk: Talk, events: list[Event]) -> Iterator[Note | BotAnswered | BotFailed]:
    """What events of a session mean for the record and for the flow, in order."""
    ended = next((event for event in events if isinstance(event, Ended)), None)
    for i, event in enumerate(events):
        if isinstance(event, Faulted):
            is_last = i + 1 < len(events) and isinstance(events[i + 1], Ended)  # of several, what ended the session
            yield from _told(event, is_reason=is_last)
        elif isinstance(event, Replied):
            shown, notes = _shown(talk, event)
            yield from notes
            yield _answered(talk, event, shown, ended)
        elif event.outcome is Outcome.FAILURE and event.answer is None:
            yield BotFailed(talk.session.opening.session, talk.pending, event.error_type, event.error_message)


def notes_of_faults(faults: Iterable[Fault], turn: int = 0) -> Iterator[Note]:
    """The notes that rules count and, where a fault ends or hides something, one that people read."""
    is_told = False
    for fault in faults:
        yield from _told(Faulted(turn, fault), is_reason=fault.is_fatal and not is_told)
        is_told = is_told or fault.is_fatal


def _told(faulted: Faulted, *, is_reason: bool) -> Iterator[Note]:
    yield Note("fault", faulted.to_json())
    diagnosis = diagnosis_of(faulted.fault)
    if is_reason or diagnosis.name == UNSUPPORTED:
        yield _diagnosed(diagnosis, rule=faulted.fault.rule, turn=faulted.turn)


def _diagnosed(diagnosis: Diagnosis, **more: Any) -> Note:
    return Note(diagnosis.name, {"text": diagnosis.text, **more})


def _shown(talk: Talk, replied: Replied) -> tuple[tuple[ReplyMessage, ...], list[Note]]:
    """The messages as the customer's channel shows them; a test's own talk has none."""
    if talk.is_probe:
        return replied.answer.messages, []
    shown: list[ReplyMessage] = []
    notes: list[Note] = []
    for i, message in enumerate(replied.answer.messages):
        taken, left = shown_in(talk.interface, message)
        if taken is not None:
            shown.append(taken)
        for one in left:
            instead = "left out" if taken is None else "shown by its text" if not taken.content else "shown without it"
            kind = f"content of type {one.type!r}" if one.type else "content without a type"
            text = f"{talk.interface} can't show {kind} in message {i}: it is {instead}"
            told = {"text": text, "path": f"[{i}].{one.path}", "type": one.type, "turn": replied.turn}
            notes.append(Note(UNSUPPORTED, told))
    return tuple(shown), notes


def _answered(talk: Talk, replied: Replied, shown: tuple[ReplyMessage, ...], ended: Ended | None) -> BotAnswered:
    answer = replied.answer
    return BotAnswered(
        session=talk.session.opening.session,
        turn=talk.pending,
        state=answer.state.value,
        messages=tuple(message.to_json() for message in shown),
        intent=answer.intent or "",
        confidence=answer.confidence,
        slots=dict(answer.values),
        parameters=dict(talk.session.variables),
        error_type=ended.error_type if ended is not None else "",
        error_message=ended.error_message if ended is not None else "",
    )
