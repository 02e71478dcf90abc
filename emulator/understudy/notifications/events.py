"""Which change of an org becomes which notification.

Detail events tell one change each. Snapshots (a conversation, a user's activity, an entity) show the state after all
changes of a run, so of a run only the last change makes one. A body is made when somebody listens, and once a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from understudy.conversations.model import Communication, Conversation, Participant
from understudy.notifications import configuration, details, indicator, snapshots, transcripts, users
from understudy.notifications.media import Medium, media_of
from understudy.world.changes import Change
from understudy.world.org import Org

DETAIL: Final = "v2.detail.events"
# Changes that show in a snapshot; assumed: a flow's steps, typing and bare receipts do not.
SHOWN: Final = ("conversation.", "participant.", "message.", "email.")
ACTIVE: Final = frozenset(  # they show in a user's activity
    {"user.routingStatus", "user.presence", "user.outofoffice", "queue.member"}
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A notification that somebody may listen to. ``body`` is made only when somebody does."""

    topic: str
    body: Callable[[], Any]
    conversation: str | None = None
    customer: str | None = None

    @property
    def name(self) -> str:
        """The topic, folded."""
        return self.topic.casefold()


class Once:
    """A body that several topics share: made by the first who asks."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._made = make, None

    def __call__(self) -> Any:
        """The body."""
        if self._made is None:
            self._made = self._make()
        return self._made


def happenings(org: Org, changes: Sequence[Change]) -> Iterator[Happening]:
    """What a run of changes means, in order."""
    last = {key: change.number for change in changes for key in _snapshot_keys(change)}
    subjects: dict[str, set[str]] = {}
    for change in changes:
        if change.conversation is None:
            yield from _of_org(org, change, last)
            continue
        conversation = org.conversations.get(change.conversation)
        if conversation is None:
            continue  # forgotten since; its events are gone with it
        yield from _of_conversation(org, conversation, change)
        if _is_shown(change):
            subjects.setdefault(conversation.id, set()).update(_subjects(conversation, change))
            if last[f"conversation/{conversation.id}"] == change.number:
                yield from _snapshots(conversation, subjects.pop(conversation.id))
        yield from _summary(org, conversation, change, last)


def _snapshot_keys(change: Change) -> Iterator[str]:
    """What a change has a new snapshot of."""
    if change.conversation is not None:
        if _is_shown(change):
            yield f"conversation/{change.conversation}"
        if _is_counted(change):
            yield f"summary/{change.data['user']}"
    elif change.kind in ACTIVE:
        yield f"activity/{change.data.get('user')}"
    elif change.kind in configuration.KINDS:
        yield f"entity/{change.data.get('type')}/{change.data.get('id')}"


def _is_shown(change: Change) -> bool:
    return change.kind.startswith(SHOWN)


def _is_counted(change: Change) -> bool:
    """Whether it may change how many conversations its user has."""
    return change.kind in ("participant.state", "participant.acw") and bool(change.data.get("user"))


def _of_conversation(org: Org, conversation: Conversation, change: Change) -> Iterator[Happening]:
    about = (conversation.id, change.customer)
    if change.kind == "typing" and change.data.get("from") == "customer":
        body = Once(lambda: indicator.body(conversation, change))
        for subject in indicator.subjects(conversation):
            yield Happening(f"v2.{subject}.{indicator.SUFFIX}", body, *about)
    elif change.kind == "transcript":
        topic = f"v2.conversations.{conversation.id}.transcription"
        yield Happening(topic, lambda: transcripts.body(org.id, conversation, change), *about)
    elif change.kind == "flow.outcome":
        yield from _flow_outcome(conversation, change)
    elif (participant := conversation.participant(str(change.data.get("participant", "")))) is not None:
        yield from _of_participant(conversation, participant, change)


def _of_participant(conversation: Conversation, participant: Participant, change: Change) -> Iterator[Happening]:
    about = (conversation.id, change.customer)
    communication = _communication(participant, change)
    seen = details.seen_in(participant, communication)
    if (found := _detail(change, seen, is_later=communication is not participant.communication)) is not None:
        word, body = found
        topic = f"{DETAIL}.conversation.{conversation.id}.{word}"
        yield Happening(topic, lambda: body(conversation, seen, change.at), *about)
    if participant.user and change.kind in ("participant.state", "participant.acw"):
        state = Once(lambda: {"conversationId": conversation.id, **users.agent_state(seen, change.at)})
        yield Happening(f"{DETAIL}.agent.{participant.user}.state", state, *about)


def _communication(participant: Participant, change: Change) -> Communication:
    """The communication that a change is about; what it came with, where the change names none."""
    named = change.data.get("communication")
    return next((one for one in participant.communications if one.id == named), participant.communication)


def _detail(change: Change, participant: Participant, *, is_later: bool) -> tuple[str, details.Detail] | None:
    party = details.PURPOSES.get(participant.purpose)
    state = change.data.get("state")
    communication = participant.communication
    match change.kind:
        case "participant.added" if party is not None:
            return f"{party.word}.start", party.start
        case "participant.state" if party is not None and state == "disconnected":
            return f"{party.word}.end", party.end
        case "participant.state" if party is not None and is_later and change.at == communication.started:
            return f"{party.word}.start", party.start  # it took up another medium
        case "participant.attributes":
            return "attributes", details.attributes
        case "participant.contact":
            return "contact", details.contact
        case "participant.wrapup":
            return "wrapup", details.wrapup
        case "participant.acw" if state == "end":
            return "acw", details.acw  # its body has the code and the duration, so it tells the end
    return None


def _flow_outcome(conversation: Conversation, change: Change) -> Iterator[Happening]:
    flows = [party for party in conversation.participants if party.purpose == "workflow"]
    if flows:
        topic = f"{DETAIL}.conversation.{conversation.id}.flow.outcome"
        body = Once(lambda: details.flow_outcome(conversation, flows[-1], change.at, change.data))
        yield Happening(topic, body, conversation.id, change.customer)


def _subjects(conversation: Conversation, change: Change) -> set[str]:
    """``users.{id}`` and ``routing.queues.{id}`` that hear of a change: those of live participants, of agents in
    wrap-up, and of whom the change is about; at the end, all (assumed: who hears is not documented)."""
    about = change.data.get("participant")
    is_over = change.kind == "conversation.ended"
    parties = [
        party for party in conversation.participants if is_over or party.is_live or party.in_wrapup or party.id == about
    ]
    heard = {f"users.{party.user}" for party in parties if party.user}
    return heard | {f"routing.queues.{party.queue}" for party in parties if party.queue}


def _snapshots(conversation: Conversation, subjects: Iterable[str]) -> Iterator[Happening]:
    shapes = [(f".{medium.array}", Once(_flattened(conversation, medium))) for medium in media_of(conversation)]
    shapes.append(("", Once(lambda: snapshots.whole(conversation))))
    for subject in sorted(subjects):
        for suffix, body in shapes:
            topic = f"v2.{subject}.conversations{suffix}"
            yield Happening(topic, body, conversation.id, conversation.leg.address)


def _flattened(conversation: Conversation, medium: Medium) -> Callable[[], Any]:
    return lambda: snapshots.flattened(conversation, medium)


def _summary(org: Org, conversation: Conversation, change: Change, last: dict[str, int]) -> Iterator[Happening]:
    if _is_counted(change) and last[f"summary/{change.data['user']}"] == change.number:
        user = str(change.data["user"])
        body = Once(lambda: users.conversation_summary(org, user, conversation))
        yield Happening(f"v2.users.{user}.conversationsummary", body, conversation.id, change.customer)


def _of_org(org: Org, change: Change, last: dict[str, int]) -> Iterator[Happening]:
    user = change.data.get("user")
    match change.kind:
        case "user.routingStatus":
            yield Happening(f"v2.users.{user}.routingStatus", lambda: users.routing_status(change))
        case "user.presence":
            yield Happening(f"v2.users.{user}.presence", lambda: users.presence(change))
        case "user.outofoffice":
            yield Happening(f"v2.users.{user}.outofoffice", lambda: users.out_of_office(org, str(user)))
        case "user.station":
            yield Happening(f"v2.users.{user}.station", lambda: users.station(org, str(user)))
        case "queue.member":
            topic = f"v2.routing.queues.{change.data.get('queue')}.users"
            yield Happening(topic, lambda: users.queue_member(change))
        case "token.granted" if user:
            yield Happening(f"v2.users.{user}.tokens", lambda: users.token(change))
        case kind if kind in configuration.KINDS:
            yield from _of_entity(org, change, last)
    if change.kind in ACTIVE and last[f"activity/{user}"] == change.number:
        yield Happening(f"v2.users.{user}.activity", lambda: users.activity(org, str(user)))


def _of_entity(org: Org, change: Change, last: dict[str, int]) -> Iterator[Happening]:
    is_last = last[f"entity/{change.data.get('type')}/{change.data.get('id')}"] == change.number
    topic = configuration.topic_of(change) if is_last else None
    if topic is not None:
        yield Happening(topic, lambda: configuration.body(org, change, topic))
