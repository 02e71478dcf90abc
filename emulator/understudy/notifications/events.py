"""Which change of an org becomes which notification.

Detail events tell one change each. Snapshots of a conversation go to the users and queues that have to do with it; of a
run of changes to one conversation only the last makes a snapshot, because it shows the state after all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Conversation, Participant
from understudy.notifications import details, snapshots
from understudy.world.changes import Change
from understudy.world.org import Org

DETAIL: Final = "v2.detail.events.conversation"
# Changes that show in a snapshot; assumed: a flow's steps, typing and bare receipts do not.
SHOWN: Final = frozenset(
    {
        "conversation.started",
        "conversation.ended",
        "participant.added",
        "participant.state",
        "participant.attributes",
        "participant.wrapup",
        "participant.acw",
        "message.received",
        "message.sent",
        "message.status",
    }
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


def happenings(org: Org, changes: Sequence[Change]) -> Iterator[Happening]:
    """What a run of changes means, in order."""
    last = {change.conversation: change.number for change in changes if change.conversation and change.kind in SHOWN}
    subjects: dict[str, set[str]] = {}
    for change in changes:
        if change.conversation is None:
            yield from _of_user(change)
            continue
        conversation = org.conversations.get(change.conversation)
        if conversation is None:
            continue  # forgotten since; its events are gone with it
        yield from _details(conversation, change)
        if change.kind in SHOWN:
            subjects.setdefault(conversation.id, set()).update(_subjects(conversation, change))
            if last[conversation.id] == change.number:
                yield from _snapshots(conversation, subjects.pop(conversation.id))


def _details(conversation: Conversation, change: Change) -> Iterator[Happening]:
    participant = conversation.participant(str(change.data.get("participant", "")))
    found = _detail(change, participant) if participant is not None else None
    if participant is not None and found is not None:
        word, body = found
        yield Happening(
            f"{DETAIL}.{conversation.id}.{word}",
            _bound(body, conversation, participant, change.at),
            conversation.id,
            change.customer,
        )


def _detail(change: Change, participant: Participant) -> tuple[str, details.Detail] | None:
    party = details.PURPOSES.get(participant.purpose)
    match change.kind:
        case "participant.added" if party is not None:
            return f"{party.word}.start", party.start
        case "participant.state" if party is not None and change.data.get("state") == "disconnected":
            return f"{party.word}.end", party.end
        case "participant.attributes":
            return "attributes", details.attributes
        case "participant.wrapup":
            return "wrapup", details.wrapup
        case "participant.acw" if change.data.get("state") == "end":
            return "acw", details.acw  # its body has the code and the duration, so it tells the end
    return None


def _bound(body: details.Detail, conversation: Conversation, participant: Participant, at: float) -> Callable[[], Any]:
    return lambda: body(conversation, participant, at)


def _subjects(conversation: Conversation, change: Change) -> set[str]:
    """``users.{id}`` and ``routing.queues.{id}`` that hear of a change: those of live participants, of agents in
    wrap-up, and of whom the change is about; at the end, all (assumed: who hears is not documented)."""
    about = change.data.get("participant")
    is_over = change.kind == "conversation.ended"
    parties = [
        party for party in conversation.participants if is_over or party.is_live or party.in_wrapup or party.id == about
    ]
    users = {f"users.{party.user}" for party in parties if party.user}
    return users | {f"routing.queues.{party.queue}" for party in parties if party.queue}


def _snapshots(conversation: Conversation, subjects: Iterable[str]) -> Iterator[Happening]:
    for subject in sorted(subjects):
        for suffix, shape in ((".messages", snapshots.media), ("", snapshots.whole)):
            yield Happening(
                f"v2.{subject}.conversations{suffix}",
                _shaped(shape, conversation),
                conversation.id,
                conversation.leg.address,
            )


def _shaped(shape: Callable[[Conversation], Any], conversation: Conversation) -> Callable[[], Any]:
    return lambda: shape(conversation)


def _of_user(change: Change) -> Iterator[Happening]:
    user = change.data.get("user")
    match change.kind:
        case "user.routingStatus":
            status = {"status": change.data.get("status"), "startTime": iso(change.at)}
            yield Happening(f"v2.users.{user}.routingStatus", lambda: {"id": user, "routingStatus": status})
        case "user.presence":
            yield Happening(f"v2.users.{user}.presence", lambda: _presence(change))


def _presence(change: Change) -> dict[str, Any]:
    given = change.data.get("presence")
    definition = given if isinstance(given, dict) else {"systemPresence": str(given)}
    nested = definition.get("presenceDefinition")
    definition = nested if isinstance(nested, dict) else definition
    return {
        "source": "PURECLOUD",
        "presenceDefinition": {key: definition[key] for key in ("id", "systemPresence") if key in definition},
        "primary": True,
        "modifiedDate": iso(change.at),
    }
