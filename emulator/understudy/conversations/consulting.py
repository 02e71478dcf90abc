"""Who hears whom during a consult transfer (facts: messaging §5; how the platform marks it is inferred).

The participant that is consulted names the *object* (the party to be handed over) in ``consult`` and the initiator in
``consult_by``. DESTINATION holds the object, OBJECT holds the consulted one, BOTH and CONFERENCE hold nobody.
"""

from __future__ import annotations

from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.conversations.parties import tell_state
from understudy.errors import Refused
from understudy.world.org import Org

SPEAK_TO = ("DESTINATION", "OBJECT", "BOTH", "CONFERENCE")


def consulted(conversation: Conversation, object_: str) -> Participant | None:
    """The live participant that is consulted about an object: an agent before the queue that he came from."""
    found = [p for p in conversation.participants if p.consult == object_ and p.is_live]
    return found[-1] if found else None


def consulted_by(conversation: Conversation, initiator: str) -> Participant | None:
    """The live participant whom an initiator consults."""
    found = [p for p in conversation.participants if p.consult_by == initiator and p.is_live]
    return found[-1] if found else None


def speak(org: Org, conversation: Conversation, object_: Participant, other: Participant, speak_to: str) -> None:
    """Hold whom the initiator does not speak to."""
    if speak_to not in SPEAK_TO:
        raise Refused(400, "invalid.value", f"speakTo {speak_to!r} is none of {', '.join(SPEAK_TO)}.")
    held(org, conversation, object_, is_held=speak_to == "DESTINATION")
    held(org, conversation, other, is_held=speak_to == "OBJECT")


def initiator_leaves(conversation: Conversation, participant: Participant) -> bool:
    """Whether someone who leaves hands the object over by it."""
    return consulted_by(conversation, participant.id) is not None


def released(org: Org, conversation: Conversation, participant: Participant) -> None:
    """Somebody left: the object is held no more, and where the initiator left the transfer is complete."""
    followers = [p for p in conversation.participants if p.is_live and p.consult_by == participant.id]
    for follower in followers:
        _free(org, conversation, follower.consult)
        held(org, conversation, follower, is_held=False)
        follower.consult = follower.consult_by = ""
    if participant.consult and consulted(conversation, participant.consult) is None:
        _free(org, conversation, participant.consult)


def held(org: Org, conversation: Conversation, participant: Participant, *, is_held: bool) -> None:
    """Hold a party's connected call, or take it back; silent where nothing changes."""
    call = participant.of("call")
    if call is None or call.held == is_held or (is_held and call.state is not CommunicationState.CONNECTED):
        return
    call.held, call.held_since = is_held, org.now() if is_held else None
    tell_state(org, conversation, participant, call)


def _free(org: Org, conversation: Conversation, id_: str) -> None:
    object_ = conversation.participant(id_)
    if object_ is not None and object_.is_live:
        held(org, conversation, object_, is_held=False)
