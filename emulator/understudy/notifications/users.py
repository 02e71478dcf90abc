"""Bodies of the topics about one user: presence, routing status, activity, conversations in numbers, tokens, queues.

Source: the models of the topics. That ``systemPresence`` is in upper case here (``ON_QUEUE``, where REST says ``On
Queue``) is observed: the sample of an activity event in the developer blog of 2021-06-01.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.notifications.details import millis
from understudy.notifications.media import MEDIA, medium_of
from understudy.platform.presence import DEFINITIONS, definition_id, presence_of
from understudy.routing.agents import load, queues_of, status_body
from understudy.world.changes import Change
from understudy.world.org import Org

Body = dict[str, Any]
OUT_OF_OFFICE: Final = "user.outofoffice"  # org.live[OUT_OF_OFFICE]: dict[user id, what the user said]
STATIONS: Final = "stations"  # Station.userId names who sits there
# From a communication's state to ``currentState`` of an agent's state event; what rings or works is told apart below.
AGENT_STATES: Final[Mapping[str, str]] = {
    "alerting": "ALERT",
    "dialing": "DIALING",
    "contacting": "CONTACTING",
    "connected": "INTERACT",
    "parked": "PARKED",
    "scheduled": "SCHEDULED",
    "disconnected": "TERMINATED",
}


def presence(change: Change) -> Body:
    """UserPresence, of a change ``user.presence``: ``presence`` is a name (its ``definition`` an id) or a whole one."""
    definition = _definition(change.data.get("presence"), change.data.get("definition"))
    body: Body = {"source": "PURECLOUD", "presenceDefinition": definition}
    message = change.data.get("message")
    body |= {"message": message} if isinstance(message, str) else {}
    return body | {"primary": True, "modifiedDate": iso(change.at)}


def routing_status(change: Change) -> Body:
    """UserRoutingStatus, of a change ``user.routingStatus``."""
    status = {"status": change.data.get("status"), "startTime": iso(change.at)}
    return {"id": change.data.get("user"), "routingStatus": status}


def activity(org: Org, user: str) -> Body:
    """AgentActivity: status, presence and the queues that the user has joined, as they are now."""
    status = {key: value for key, value in status_body(org, user).items() if key in ("status", "startTime")}
    body: Body = {"id": user, "routingStatus": status, "presence": _present(org, user)}
    body["outOfOffice"] = {"active": out_of_office(org, user)["active"]}
    return body | {"activeQueueIds": queues_of(org, user)}


def out_of_office(org: Org, user: str) -> Body:
    """OutOfOffice, as it is now; who never said is in."""
    said: Mapping[str, Any] = org.live.get(OUT_OF_OFFICE, {}).get(user, {})
    known = {key: said[key] for key in ("active", "indefinite", "startDate", "endDate") if key in said}
    return {"user": {"id": user}, "active": False, **known}


def station(org: Org, user: str) -> Body:
    """UserStations: the station at which a user sits now, or none."""
    found = next((one for one in org.entities.of(STATIONS).values() if one.body.get("userId") == user), None)
    if found is None:
        return {}
    return {"associatedStation": {"id": found.id, "name": found.name, "associatedUser": {"id": user}}}


def queue_member(change: Change) -> Body:
    """QueueMember, of a change ``queue.member``; who left is told as not joined (assumed)."""
    user = change.data.get("user")
    joined = bool(change.data.get("joined"))
    return {"id": user, "user": {"id": user}, "queueId": change.data.get("queue"), "joined": joined}


def token(change: Change) -> Body:
    """TokenNotification, of a change ``token.granted`` (which of its fields the platform fills is assumed)."""
    user, client = change.data.get("user"), change.data.get("client")
    return {"user": {"id": user}, "clientId": client, "dateCreated": iso(change.at)}


def conversation_summary(org: Org, user: str, conversation: Conversation) -> Body:
    """UserConversationSummary: how many a user has, active and in after-call work. ``conversation`` is one of them."""
    counts = {word: {side: {"active": 0, "acw": 0} for side in ("contactCenter", "enterprise")} for word in MEDIA}
    for party in _engagements(org, user, conversation):
        side = "contactCenter" if party.queue else "enterprise"
        for one in party.communications:
            active = one.state is CommunicationState.CONNECTED
            counts[medium_of(one).word][side]["active"] += active
        counts[medium_of(party.communication).word][side]["acw"] += party.in_wrapup
    return {"userId": user, **counts}


def agent_state(participant: Participant, at: float) -> Body:
    """AgentStateEventNotification without its conversation's id. ``at`` is when the state began."""
    communication = participant.communication
    state = AGENT_STATES.get(communication.state.value, "UNKNOWN")
    if state == "INTERACT" and communication.held:
        state = "HOLD"
    if participant.in_wrapup:
        state = "WRAPUP"
    body: Body = {
        "sessionId": communication.id,
        "sessionStart": millis(communication.started),
        "currentStateStart": millis(at),
        "currentState": state,
        "userId": participant.user,
        "originatingDirection": "INBOUND" if communication.direction == "inbound" else "OUTBOUND",
        "mediaType": medium_of(communication).detail,
    }
    return body | ({"queueId": participant.queue} if participant.queue else {})


def _engagements(org: Org, user: str, conversation: Conversation) -> Iterator[Participant]:
    """The user's participants that are live or in after-call work. Routing knows how many keep the user busy, and they
    are in the newest conversations as a rule: the search goes back only until they are found."""
    wanted = set(load(org, user))
    seen: set[str] = set()
    for one in chain((conversation,), reversed(org.conversations.values())):
        if one.id in seen:
            continue
        seen.add(one.id)
        for party in one.participants:
            if party.user == user and (party.is_live or party.in_wrapup):
                wanted.discard(party.id)
                yield party
        if not wanted:
            return


def _present(org: Org, user: str) -> Body:
    held = presence_of(org, user)
    body: Body = {"presenceDefinition": _definition(held)}
    return body | ({"modifiedDate": held["modifiedDate"]} if held.get("modifiedDate") else {})


def _definition(given: Any, id_: Any = None) -> Body:
    """``{id, systemPresence}`` of a name, of a definition, or of what has one."""
    if isinstance(given, dict) and isinstance(given.get("presenceDefinition"), dict):
        given = given["presenceDefinition"]
    found = dict(given) if isinstance(given, dict) else {"systemPresence": str(given)}
    name = str(found.get("systemPresence") or "")
    if isinstance(id_, str) and id_:
        found["id"] = id_
    elif "id" not in found and name in DEFINITIONS.values():
        found["id"] = definition_id(name)
    found["systemPresence"] = name.upper().replace(" ", "_")
    return {key: found[key] for key in ("id", "systemPresence") if found.get(key)}
