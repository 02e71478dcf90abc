"""After-call work: it begins when an agent leaves, and ends with a wrap-up code, by being skipped, or by time.

The prompts are those of the queue's acwSettings. With an optional or agent-requested prompt the agent is free at once;
otherwise only when the work is done (inferred; facts: messaging §5).
"""

from __future__ import annotations

from understudy.clock import iso
from understudy.conversations.commands import AcwDue, AgentFree, Wrapup
from understudy.conversations.model import Conversation, Participant
from understudy.conversations.parties import WRAPUP_PROMPTS, communication_of, find, find_participant
from understudy.errors import Refused
from understudy.world.org import Handler, Org

HOLDS_AGENT = ("mandatory", "timeout", "forcedTimeout")


def prepare(org: Org, participant: Participant) -> None:
    """Give a new agent participant the wrap-up settings of its queue; without a queue there is no wrap-up."""
    queue = org.entities.get("routing.queues", participant.queue) if participant.queue else None
    settings = (queue.body.get("acwSettings") or {}) if queue else {}
    participant.wrapup_required = queue is not None
    participant.wrapup_prompt = WRAPUP_PROMPTS.get(str(settings.get("wrapupPrompt", "")).upper(), "optional")
    timeout = settings.get("timeoutMs")
    default = org.limits.value("routing", "wrapup.seconds")
    participant.wrapup_timeout = timeout / 1000 if isinstance(timeout, int) and timeout > 0 else default


def begin(org: Org, conversation: Conversation, participant: Participant) -> None:
    """An agent left: start the after-call work, and free the agent where it does not hold him."""
    if not participant.wrapup_required or participant.communication.connected is None:
        _free(org, participant)
        return
    participant.in_wrapup, participant.acw_started = True, org.now()
    _tell(org, conversation, participant, "start")
    if participant.communication.wrapup is not None or participant.wrapup_skipped:
        _finish(org, conversation, participant)
        return
    timeout = participant.wrapup_timeout or org.limits.value("routing", "wrapup.seconds")
    if participant.wrapup_prompt != "mandatory":
        due = AcwDue(conversation.id, participant.id)
        org.schedule.at(org.now() + timeout, f"acw:{participant.id}", due)
    if participant.wrapup_prompt not in HOLDS_AGENT:
        _free(org, participant)


def wrap_up(org: Org, command: Wrapup) -> Participant:
    """Store the code (``None`` skips) and end the after-call work if it runs. Only agents have one."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    if participant.purpose != "agent":
        raise Refused(400, "bad.request", f"Participant {participant.id} is no agent and has no wrap-up.")
    if command.code is None:
        if participant.wrapup_prompt in HOLDS_AGENT:
            raise Refused(400, "conversation.error.wrapup.cannot.skip", "The queue makes the wrap-up mandatory.")
        participant.wrapup_skipped = True
    else:
        _store(org, participant, command)
        org.changed(
            "participant.wrapup",
            conversation=conversation.id,
            customer=conversation.leg.address,
            participant=participant.id,
            user=participant.user,
            code=command.code,
            notes=command.notes,
            media=participant.communication.media,
        )
    if participant.in_wrapup and not command.provisional:
        _finish(org, conversation, participant)
    return participant


def acw_due(org: Org, command: AcwDue) -> None:
    """The time of the after-call work is over."""
    conversation = org.conversations.get(command.conversation)
    participant = conversation.participant(command.participant) if conversation else None
    if conversation is not None and participant is not None and participant.in_wrapup:
        _finish(org, conversation, participant)


def _store(org: Org, participant: Participant, command: Wrapup) -> None:
    code = org.entities.get("routing.wrapupcodes", command.code or "")
    if code is None:
        raise Refused(
            400,
            "conversation.error.wrapup.code.required",
            f"There is no wrap-up code {command.code}.",
            params={"code": str(command.code)},
        )
    started = participant.acw_started
    communication = communication_of(participant, command.communication) if command.communication else None
    (communication or participant.communication).wrapup = {
        "code": code.id,
        "name": code.name,
        "notes": command.notes,
        "tags": list(command.tags),
        "durationSeconds": int(org.now() - started) if started is not None else 0,
        "endTime": iso(org.now()),
    }


def _finish(org: Org, conversation: Conversation, participant: Participant) -> None:
    org.schedule.cancel(f"acw:{participant.id}")
    participant.in_wrapup, participant.acw_ended = False, org.now()
    _tell(org, conversation, participant, "end")
    _free(org, participant)


def _free(org: Org, participant: Participant) -> None:
    if participant.user is not None:
        org.perform(AgentFree(participant.user, participant.id))


def _tell(org: Org, conversation: Conversation, participant: Participant, state: str) -> None:
    org.changed(
        "participant.acw",
        conversation=conversation.id,
        customer=conversation.leg.address,
        participant=participant.id,
        user=participant.user,
        state=state,
        media=participant.communication.media,
    )


HANDLERS: dict[type, Handler] = {Wrapup: wrap_up, AcwDue: acw_due}
