"""Recordings of conversations: the transcript of a digital one is its recording (models Recording, RecordingMetadata).

There is one for each round of a conversation (each communication of a customer in messages or e-mail) once that is
over; a call has none until something records it. Ids follow from the communication, so nothing is kept but what a
request has changed (archive and delete dates).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.clock import iso, parse_iso
from understudy.conversations.media import Mail
from understudy.conversations.model import Communication, Conversation, Message, Participant
from understudy.errors import Refused
from understudy.ids import IdStream
from understudy.world.org import Org

LIVE: Final = "recordings"  # org.live[LIVE]: OrderedDict[recording id, dates that requests set]
RESTORED: Final = "recordings.restored"  # org.live[RESTORED]: how many were restored
KEPT: Final = 5_000  # changed recordings; the emulator's own bound
MEDIA: Final = ("message", "email")
DATES: Final = ("archiveDate", "deleteDate", "exportDate")

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording. ``dates`` are what requests have set, in the API's own form."""

    id: str
    conversation: Conversation
    customer: Participant
    communication: Communication
    dates: dict[str, str] = field(default_factory=dict)

    @property
    def start(self) -> float:
        """The org's time, POSIX seconds."""
        return self.communication.started

    @property
    def end(self) -> float:
        """There is no recording before its end."""
        return self.communication.disconnected or self.start

    def state(self, now: float) -> str:
        """fileState: DELETED or ARCHIVED once that date has come, else AVAILABLE."""
        for name, state in (("deleteDate", "DELETED"), ("archiveDate", "ARCHIVED")):
            if name in self.dates and parse_iso(self.dates[name]) <= now:
                return state
        return "AVAILABLE"


def recordings_of(org: Org, conversation: Conversation) -> list[Recording]:
    """All recordings of a conversation, oldest first."""
    kept = _kept(org)
    found = []
    for participant in conversation.participants:
        for one in participant.communications:
            if participant.purpose == "customer" and one.media in MEDIA and one.disconnected is not None:
                id_ = IdStream(f"{org.id}/recording/{one.id}").uuid()
                found.append(Recording(id_, conversation, participant, one, kept.get(id_, {})))
    return found


def recording_of(org: Org, conversation: Conversation, id_: str) -> Recording:
    """One of them; Refused 404 where there is none."""
    found = next((one for one in recordings_of(org, conversation) if one.id == id_), None)
    if found is None:
        message = f"Recording {id_} of conversation {conversation.id} was not found"
        raise Refused(404, "not.found", message, params={"recordingId": id_})
    return found


def set_dates(org: Org, recording: Recording, dates: dict[str, str | None]) -> Recording:
    """Set dates (None takes one away); returns the recording as it is now."""
    kept = _kept(org)
    chosen = {name: date for name, date in {**recording.dates, **dates}.items() if date is not None}
    kept[recording.id] = chosen
    kept.move_to_end(recording.id)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return Recording(recording.id, recording.conversation, recording.customer, recording.communication, chosen)


def restorations_left(org: Org) -> int:
    """How many archived recordings the org may still take back."""
    return max(0, _restorations_max(org) - int(org.live.get(RESTORED, 0)))


def count_restoration(org: Org) -> None:
    """One more was taken back."""
    org.live[RESTORED] = int(org.live.get(RESTORED, 0)) + 1


def _restorations_max(org: Org) -> int:
    return int(org.limits.value("recording", "restorations.max"))


def metadata(org: Org, recording: Recording) -> Body:
    """RecordingMetadata."""
    conversation = recording.conversation
    return {
        "id": recording.id,
        "conversationId": conversation.id,
        "startTime": iso(recording.start),
        "endTime": iso(recording.end),
        "media": recording.communication.media,
        "annotations": [],
        "fileState": recording.state(org.now()),
        "maxAllowedRestorationsForOrg": _restorations_max(org),
        "remainingRestorationsAllowedForOrg": restorations_left(org),
        "sessionId": recording.communication.id,
        **recording.dates,
        "selfUri": f"/api/v2/conversations/{conversation.id}/recordings/{recording.id}",
    }


def recording_body(org: Org, recording: Recording) -> Body:
    """Recording: the metadata, who took part, and what was said unless it is deleted."""
    conversation = recording.conversation
    users = dict.fromkeys(p.user for p in conversation.participants if p.user)
    body = metadata(org, recording) | {
        "creationTime": iso(recording.end),
        "originalRecordingStartTime": iso(recording.start),
        "outputDurationMs": round((recording.end - recording.start) * 1000),
        "recordingFileRole": "CUSTOMER_EXPERIENCE",
        "users": [{"id": id_, "selfUri": f"/api/v2/users/{id_}"} for id_ in users],
    }
    if body["fileState"] == "DELETED":
        return body
    if recording.communication.media == "email":
        return body | {"emailTranscript": [_mail(mail) for mail in mails_of(recording)]}
    return body | {"messagingTranscript": [_message(conversation, one) for one in messages_of(recording)]}


def messages_of(recording: Recording) -> Iterator[Message]:
    """What was said in the round."""
    for message in recording.conversation.messages.values():
        if message.type != "Event" and recording.start <= message.at <= recording.end:
            yield message


def mails_of(recording: Recording) -> Iterator[Mail]:
    """The e-mails of the round, drafts left out."""
    for mail in recording.conversation.mails.values():
        if not mail.state and recording.start <= mail.at <= recording.end:
            yield mail


def speaker(conversation: Conversation, message: Message) -> Participant | None:
    """The participant that a message comes from."""
    for participant in conversation.participants:
        if any(one.id == message.communication for one in participant.communications):
            return participant
    return None


def _message(conversation: Conversation, message: Message) -> Body:
    """RecordingMessagingMessage."""
    leg, inbound = conversation.leg, message.direction == "inbound"
    by = speaker(conversation, message)
    body: Body = {
        "id": message.id,
        "from": leg.address if inbound else leg.integration,
        "to": leg.integration if inbound else leg.address,
        "timestamp": iso(message.at),
        "status": message.status,
        "purpose": by.purpose if by else None,
        "participantId": by.id if by else None,
        "messageText": message.text,
        "messageMediaAttachments": _attachments(message),
    }
    if message.user:
        body["fromUser"] = {"id": message.user, "selfUri": f"/api/v2/users/{message.user}"}
    if by is not None and by.queue:
        body["queue"] = {"id": by.queue, "selfUri": f"/api/v2/routing/queues/{by.queue}"}
    return {key: value for key, value in body.items() if value not in (None, "", [])}


def _attachments(message: Message) -> list[Body]:
    """MessageMediaAttachment; its model knows the types of pictures only, others go without."""
    found = []
    for item in message.content:
        one = item.get("attachment")
        if isinstance(one, dict):
            body = {"id": one.get("id"), "url": one.get("url"), "name": one.get("filename")}
            if one.get("mime") in ("image/png", "image/jpeg", "image/gif"):
                body["mediaType"] = one["mime"]
            found.append({key: value for key, value in body.items() if isinstance(value, str)})
    return found


def _mail(mail: Mail) -> Body:
    """RecordingEmailMessage."""
    body: Body = {
        "id": mail.id,
        "from": dict(mail.sender),
        "to": [dict(one) for one in mail.to],
        "cc": [dict(one) for one in mail.cc],
        "bcc": [dict(one) for one in mail.bcc],
        "subject": mail.subject,
        "textBody": mail.text,
        "htmlBody": mail.html,
        "time": iso(mail.at),
    }
    return {key: value for key, value in body.items() if value not in ("", [])}


def _kept(org: Org) -> OrderedDict[str, dict[str, str]]:
    found: OrderedDict[str, dict[str, str]] = org.live.setdefault(LIVE, OrderedDict())
    return found
