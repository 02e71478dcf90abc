"""Parking: an agent puts a message or an e-mail aside and is free for others meanwhile (facts: messaging §5).

What becomes of a parked one at its time is not documented; it alerts at its agent again, and returns to its queue
where he does not answer (assumed).
"""

from __future__ import annotations

from understudy.conversations.commands import AgentFree
from understudy.conversations.media_commands import Park, Resume
from understudy.conversations.model import CommunicationState, Participant
from understudy.conversations.parties import connect, find, find_participant, tell_state
from understudy.errors import Refused
from understudy.routing.agents import occupy
from understudy.routing.assignment import ring
from understudy.world.org import Handler, Org

PARKABLE = ("message", "email")


def park(org: Org, command: Park) -> Participant:
    """Put a connected agent's communication aside."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    communication = participant.communication
    connected = communication.state is CommunicationState.CONNECTED
    if not connected or communication.media not in PARKABLE or participant.user is None:
        raise Refused(400, "bad.request", f"Participant {participant.id} is no agent with a message or e-mail.")
    if command.resumes is not None and command.resumes <= org.now():
        raise Refused(400, "invalid.date", "resumeTime has passed.")
    communication.state, communication.parked = CommunicationState.PARKED, org.now()
    communication.resumes = command.resumes
    tell_state(org, conversation, participant)
    if command.resumes is not None:
        due = Resume(conversation.id, participant.id, is_due=True)
        org.schedule.at(command.resumes, f"park:{participant.id}", due)
    org.perform(AgentFree(participant.user, participant.id))
    return participant


def resume(org: Org, command: Resume) -> Participant | None:
    """Take it up again, or ring its agent since its time has come."""
    conversation = org.conversations.get(command.conversation) if command.is_due else find(org, command.conversation)
    participant = conversation.participant(command.participant) if conversation else None
    communication = participant.communication if participant else None
    if conversation is None or participant is None or participant.user is None or communication is None:
        return None
    if communication.state is not CommunicationState.PARKED:
        if command.is_due:
            return None
        raise Refused(400, "bad.request", f"Participant {participant.id} is not parked.")
    org.schedule.cancel(f"park:{participant.id}")
    communication.parked = communication.resumes = None
    if command.is_due:
        communication.state, communication.alerted = CommunicationState.ALERTING, org.now()
        tell_state(org, conversation, participant)
        ring(org, conversation, participant)
    else:
        connect(org, conversation, participant)
        occupy(org, participant.user, participant.id, communication.media, answered=True)
    return participant


HANDLERS: dict[type, Handler] = {Park: park, Resume: resume}
