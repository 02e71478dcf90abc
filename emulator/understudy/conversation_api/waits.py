"""Estimated wait times of queues, from the waits that the org has seen (model EstimatedWaitTimePredictions)."""

from __future__ import annotations

from typing import Final

from understudy.conversations.media import MEDIA
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.routing.history import FORMULA, estimate

OTHERS: Final = ("all", "chat", "socialexpression", "videocomm")  # media of the path that nothing here waits in


def of_queue(call: Call) -> Answer:
    """``GET …/queues/{queueId}/estimatedwaittime``: of a conversation that waits there, or of the next to come."""
    queue = named(call, "routing.queues", call.path["queueId"], "Queue").id
    return _answer(call, queue, "ALL", estimate(call.org, queue, None, call.query.get("conversationId")))


def of_medium(call: Call) -> Answer:
    """``GET …/queues/{queueId}/mediatypes/{mediaType}/estimatedwaittime``."""
    queue = named(call, "routing.queues", call.path["queueId"], "Queue").id
    media = call.path["mediaType"].lower()
    if media not in MEDIA and media not in OTHERS:
        raise Refused(404, "not.found", f"mediaType {media!r} is none of {', '.join((*OTHERS, *MEDIA))}.")
    return _answer(call, queue, media.upper(), estimate(call.org, queue, None if media == "all" else media))


def _answer(call: Call, queue: str, intent: str, seconds: int | None) -> Answer:
    """Without history there is nothing to predict: no results."""
    if seconds is None:
        return Answer(body={"results": []})
    result = {"intent": intent, "formula": FORMULA, "estimatedWaitTimeSeconds": seconds}
    return Answer(body={"results": [result]})


ACTIONS: Final[dict[str, Action]] = {
    "getRoutingQueueEstimatedwaittime": of_queue,
    "getRoutingQueueMediatypeEstimatedwaittime": of_medium,
}
