"""Metrics of one session, from the times of its participant (model AnalyticsSessionMetric; names of the catalogue).

Durations are whole milliseconds, counts are numbers. A metric is there once what it measures is over, dated to that
moment; one that the emulator can't know (hold times, response times of voice) is left out. Which session carries which
metric is not documented: assumed, after the definitions that the names carry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Communication, Conversation, Message, Participant, Sender
from understudy.world.org import Org

TRANSFERS: Final[Mapping[str, str]] = {"transfer": "nBlindTransferred", "transfer.consult": "nConsultTransferred"}


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurement: milliseconds or a count, and when it was made (org's time, POSIX seconds)."""

    name: str
    value: int
    at: float

    def body(self) -> dict[str, Any]:
        """AnalyticsSessionMetric."""
        return {"emitDate": iso(self.at), "name": self.name, "value": self.value}


@dataclass(frozen=True, slots=True)
class Session:
    """What analytics calls a session: one communication of one participant."""

    org: Org
    conversation: Conversation
    participant: Participant
    communication: Communication

    @property
    def is_last(self) -> bool:
        """The newest of its participant, which after-call work belongs to."""
        return self.communication is self.participant.communications[-1]


def session_metrics(session: Session) -> list[Metric]:
    """All metrics of a session, in order of time."""
    measure = MEASURES.get(session.participant.purpose) if session.participant.is_party else None
    found = list(measure(session)) if measure else []
    messages = session.conversation.messages
    said = [m for m in map(messages.get, session.communication.messages) if m is not None]
    if said:
        found.append(Metric("oMessageCount", len(said), said[-1].at))
    return sorted(found, key=lambda metric: metric.at)


def promised(org: Org, queue: str, media: str) -> tuple[float, float] | None:
    """A queue's service level for a medium: (share of the conversations, seconds within which they are answered)."""
    entity = org.entities.get("routing.queues", queue)
    settings = (entity.body.get("mediaSettings") or {}) if entity else {}
    level = (settings.get(media) or {}).get("serviceLevel") or {}
    share, duration = level.get("percentage"), level.get("durationMs")
    if not isinstance(duration, int | float) or duration <= 0 or not isinstance(share, int | float):
        return None
    return float(share), duration / 1000


def _customer(session: Session) -> Iterator[Metric]:
    communication = session.communication
    if communication.connected is not None:
        yield Metric("nConnected", 1, communication.connected)
        yield from _lasted("tConnected", communication.connected, communication.disconnected)
    if communication.direction == "outbound":
        yield Metric("nOutbound", 1, communication.started)
    yield from _responses(session)


def _workflow(session: Session) -> Iterator[Metric]:
    communication = session.communication
    yield Metric("nFlow", 1, communication.started)
    yield from _lasted("tFlow", communication.started, communication.disconnected)
    out = "tFlowOut" if communication.disconnect_type == "transfer" else "tFlowDisconnect"
    yield from _lasted(out, communication.started, communication.disconnected)


def _acd(session: Session) -> Iterator[Metric]:
    communication = session.communication
    yield Metric("nOffered", 1, communication.started)
    ended = communication.disconnected
    if ended is None:
        return
    # who goes on to an agent leaves with "transfer"; all else is a wait that was given up
    outcome = "tAnswered" if communication.disconnect_type == "transfer" else "tAbandon"
    for name in ("tAcd", "tWait", outcome):
        yield from _lasted(name, communication.started, ended)
    level = promised(session.org, session.participant.queue or "", communication.media)
    if level is not None and ended - communication.started > level[1]:
        yield Metric("nOverSla", 1, ended)


def _agent(session: Session) -> Iterator[Metric]:
    communication = session.communication
    until = communication.connected if communication.connected is not None else communication.disconnected
    yield from _lasted("tAlert", communication.alerted, until)
    if communication.connected is None:
        if communication.disconnect_type == "transfer.noanswer":
            yield from _lasted("tNotResponding", communication.alerted, until)
        return
    ended = communication.disconnected
    if ended is None:
        return
    for name in ("tTalk", "tTalkComplete"):
        yield from _lasted(name, communication.connected, ended)
    yield from _handled(session, communication.connected, ended)
    if communication.disconnect_type in TRANSFERS:
        yield Metric("nTransferred", 1, ended)
        yield Metric(TRANSFERS[communication.disconnect_type or ""], 1, ended)


def _handled(session: Session, connected: float, ended: float) -> Iterator[Metric]:
    """After-call work, and the time from talking to its end; not before it is done."""
    person = session.participant
    work = 0.0
    if session.is_last and person.acw_started is not None:
        if person.acw_ended is None:
            return
        work = person.acw_ended - person.acw_started
        yield from _lasted("tAcw", person.acw_started, person.acw_ended)
        ended, connected = person.acw_ended, connected + (person.acw_ended - ended) - work
    yield Metric("tHandle", _millis(ended - connected), ended)


def _responses(session: Session) -> Iterator[Metric]:
    """How long customer and agent let each other wait, on the customer's session (assumed: it sees both sides)."""
    first = True
    for before, after in pairwise(_said(session)):
        if before.sender is Sender.CUSTOMER and after.sender is Sender.AGENT:
            yield Metric("tAgentResponseTime", _millis(after.at - before.at), after.at)
            if first:
                yield Metric("tFirstResponse", _millis(after.at - before.at), after.at)
            first = False
        elif before.sender is Sender.AGENT and after.sender is Sender.CUSTOMER:
            yield Metric("tUserResponseTime", _millis(after.at - before.at), after.at)


def _said(session: Session) -> list[Message]:
    """The turns of customer and agents during a session: of several messages in a row the first."""
    communication = session.communication
    turns: list[Message] = []
    for message in session.conversation.messages.values():
        if message.type == "Event" or message.sender not in (Sender.CUSTOMER, Sender.AGENT):
            continue
        ended = communication.disconnected
        if message.at < communication.started or (ended is not None and message.at > ended):
            continue
        if not turns or turns[-1].sender is not message.sender:
            turns.append(message)
    return turns


def _lasted(name: str, start: float | None, end: float | None) -> Iterator[Metric]:
    if start is not None and end is not None:
        yield Metric(name, _millis(end - start), end)


def _millis(seconds: float) -> int:
    return max(0, round(seconds * 1000))


Measure = Callable[[Session], Iterator[Metric]]
MEASURES: Final[Mapping[str, Measure]] = {
    "customer": _customer,
    "external": _customer,
    "workflow": _workflow,
    "ivr": _workflow,
    "acd": _acd,
    "agent": _agent,
    "user": _agent,
}
