"""What the org answers to what happens on a guest's socket: from events of ``session.py`` to its intentions.

A message that was accepted goes to every connection of the session, with the sender's tracing id (facts: messaging
§2.3); everything else is answered to the socket that asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.errors import Refused
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging import asked, frames, jwt, messages, uploads
from understudy.web_messaging import guests as g
from understudy.web_messaging.behaviour import GuestClears, GuestEnds, GuestLeaves, GuestSays, GuestTypes
from understudy.web_messaging.codes import BAD_REQUEST, SESSION_NOT_FOUND, UNEXPECTED
from understudy.web_messaging.configuring import ConfigureGuest
from understudy.web_messaging.deployment import session_seconds
from understudy.web_messaging.frames import ServerFrame
from understudy.web_messaging.guest_message import GuestMessage
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.intentions import Cleared, Extended, Intention
from understudy.web_messaging.outgoing import echoed
from understudy.web_messaging.structured import StructuredMessage
from understudy.web_messaging.terms import Terms
from understudy.world.org import Org

LETTERS: Final = 43  # of a resume token
BUTTON: Final = "Button"  # of a click that does not say what was clicked; assumed
TYPING: Final[dict[str, Any]] = {"eventType": "Typing", "typing": {"type": "On"}}
JOIN: Final[dict[str, Any]] = {"eventType": "Presence", "presence": {"type": "Join"}}


@dataclass(slots=True, kw_only=True)
class Connection:
    """One socket as the org sees it. ``origin`` is the base URL by which its client got here, ``languages`` what its
    browser wants, best first; ``guest`` whose session it has configured."""

    number: int
    deployment: str
    origin: str
    terms: Terms
    languages: tuple[str, ...] = ()
    guest: Guest | None = None


@dataclass(slots=True)
class Answer:
    """``own`` goes to the socket that asked, ``everyone`` to the session's ``sockets`` (it is one of them)."""

    own: list[Intention] = field(default_factory=list)
    everyone: list[Intention] = field(default_factory=list)
    sockets: tuple[int, ...] = ()


def answer(org: Org, connection: Connection, event: asked.Event) -> Answer:
    """Carry out what the client wants; what the org refuses is answered with 5000 (assumed)."""
    guest = connection.guest
    match event:
        case asked.ConfigureAsked(request):
            return _configure(org, connection, request)
        case asked.Asked(messages.GetConfiguration() as request):
            return Answer([_configuration(org, connection, request)])
        case asked.Faulted():
            return Answer()
        case asked.Expired() | asked.PeerClosed():
            _leave(org, connection, everywhere=False)
            return Answer()
        case asked.Left(everywhere):
            _leave(org, connection, everywhere=everywhere)
            return Answer()
    if guest is None or g.guest_by_id(org, guest.id) is not guest:  # forgotten: another client cleared it
        return Answer([frames.error(SESSION_NOT_FOUND, "", event.request.tracing_id)])
    try:
        return _serve(org, connection, guest, event)
    except Refused as refused:
        return Answer([frames.error(UNEXPECTED, refused.message, event.request.tracing_id)])


def _configure(
    org: Org, connection: Connection, request: messages.ConfigureSession | messages.ConfigureAuthenticatedSession
) -> Answer:
    before = connection.guest
    command = ConfigureGuest(connection.deployment, connection.number, request, connection.languages)
    guest, intention = org.perform(command)
    if before is not None and before is not guest:
        org.perform(GuestLeaves(before.id, connection.number))
    connection.guest = guest
    return Answer([intention])


def _leave(org: Org, connection: Connection, *, everywhere: bool) -> None:
    guest, connection.guest = connection.guest, None
    if guest is not None:
        org.perform(GuestLeaves(guest.id, connection.number, everywhere))


Wish = (
    asked.Said
    | asked.Typed
    | asked.Joined
    | asked.Signalled
    | asked.ClearAsked
    | asked.DisconnectAsked
    | asked.UploadAsked
    | asked.Asked
)


def _serve(org: Org, connection: Connection, guest: Guest, event: Wish) -> Answer:
    sockets = tuple(guest.sockets)
    match event:
        case asked.Said(request):
            return _said(org, guest, request, sockets)
        case asked.Joined(request):
            return _joined(org, guest, request, sockets)
        case asked.Typed(request):
            org.perform(GuestTypes(guest.id, (TYPING,)))
            return Answer(everyone=[_repeated(org, request)], sockets=sockets)
        case asked.Signalled(request):
            return Answer(everyone=[_repeated(org, request)], sockets=sockets)
        case asked.ClearAsked(request):
            org.perform(GuestClears(guest.id))
            return Answer(everyone=[_repeated(org, request), Cleared()], sockets=sockets)
        case asked.DisconnectAsked(request):
            told = [_repeated(org, request)] if isinstance(request, messages.OnMessage) else []
            org.perform(GuestEnds(guest.id))
            return Answer(everyone=[*told], sockets=sockets)
        case asked.UploadAsked(upload):
            return Answer([uploads.offer(org, guest, upload, connection.origin)])
        case asked.Asked(wanted):
            return Answer([_asked(org, guest, wanted)])


def _said(org: Org, guest: Guest, request: messages.OnMessage, sockets: tuple[int, ...]) -> Answer:
    said = request.said
    content = _content(org, guest, said)
    if isinstance(content, int):
        return Answer([frames.error(content, "", request.tracing_id)])
    text = said.text or next((one["buttonResponse"]["text"] for one in content if "buttonResponse" in one), "")
    command = GuestSays(guest.id, said.type, text, content, (), said.metadata, request.attributes)
    told = _kept(org, guest, request, command, sockets)
    if told.everyone:
        uploads.sent(org, guest, said.attachments)
    return told


def _joined(org: Org, guest: Guest, request: messages.OnMessage, sockets: tuple[int, ...]) -> Answer:
    """The conversation begins; where it is there already, nobody but the connections hears of it. That a join is
    accepted even where autoStart is off is assumed: the setting is the client's, by which it sends one or not."""
    conversation = g.conversation_of(org, guest)
    if conversation is not None and conversation.ended is None:
        return Answer(everyone=[_repeated(org, request)], sockets=sockets)
    command = GuestSays(guest.id, "Event", events=(JOIN,), attributes=request.attributes)
    return _kept(org, guest, request, command, sockets)


def _kept(org: Org, guest: Guest, request: messages.OnMessage, command: GuestSays, sockets: tuple[int, ...]) -> Answer:
    if g.is_read_only(org, guest):  # it ended a moment ago: the client does not know yet
        return Answer([frames.error(BAD_REQUEST, "the conversation has ended", request.tracing_id)])
    _, message = org.perform(command)
    frame = frames.structured_message(echoed(message, guest, request.attributes), request.tracing_id)
    return Answer(everyone=[frame, Extended(guest.expires)], sockets=sockets)


def _repeated(org: Org, request: messages.OnMessage) -> ServerFrame:
    """An event as the connections hear it again."""
    said = request.said
    message = StructuredMessage(type=said.type, direction=frames.INBOUND, time=org.now(), events=said.events)
    return frames.structured_message(message, request.tracing_id)


def _content(org: Org, guest: Guest, said: GuestMessage) -> tuple[dict[str, Any], ...] | int:
    """What a message carries, as the conversation keeps it; or the code of the refusal."""
    found = []
    for item in said.content:
        kept = _attached(org, guest, item) if item["contentType"] == "Attachment" else _clicked(item)
        if isinstance(kept, int):
            return kept
        found.append(kept)
    return tuple(found)


def _attached(org: Org, guest: Guest, item: Mapping[str, Any]) -> dict[str, Any] | int:
    return uploads.content_of(org, guest, str(item["attachment"]["id"]))


def _clicked(item: Mapping[str, Any]) -> dict[str, Any]:
    given = item["buttonResponse"]
    response = {"type": given.get("type") or BUTTON, "text": given["text"], "payload": given["payload"]}
    return {"contentType": "ButtonResponse", "buttonResponse": response}


def _asked(org: Org, guest: Guest, wanted: messages.Request) -> ServerFrame:
    match wanted:
        case messages.GetJwt():
            return frames.jwt(*jwt.issue(org, guest), wanted.tracing_id)
        case messages.GetAttachment():
            return uploads.presented(org, guest, wanted)
        case messages.DeleteAttachment():
            return uploads.delete(org, guest, wanted)
    token = g.guests_of(org).resumable(guest, org.ids.stream("token").word(LETTERS))
    return frames.resume_token(token, guest.expires, wanted.tracing_id)


def _configuration(org: Org, connection: Connection, request: messages.GetConfiguration) -> ServerFrame:
    deployment, terms = org.entities.get(DEPLOYMENTS, connection.deployment), connection.terms
    if deployment is None:
        return frames.error(BAD_REQUEST, "the deployment is gone", request.tracing_id)
    routed = bool((deployment.body.get("flow") or {}).get("id"))
    seconds = session_seconds(org, deployment)
    return frames.configuration(terms.media, terms.attributes_bytes, seconds, request.tracing_id, routing=routed)
