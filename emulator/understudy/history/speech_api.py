"""Speech and text analytics over REST (catalogue: speech-text-analytics).

Nothing analyses what is said, so sentiment is "not calculated" and categories, sentiment reasons and summaries are
empty. Transcripts and the search in them are of what was really said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.model import Conversation
from understudy.history.files import file_of
from understudy.history.reach import named_conversation
from understudy.history.recordings import recordings_of
from understudy.history.transcripts import find_communication, transcript, transcript_id
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.world.entities import Entity

SETTINGS: Final = "speechandtextanalytics.settings"
PROGRAMS: Final = "/api/v2/speechandtextanalytics/programs"


def get_metrics(call: Call) -> Answer:
    """``GET …/conversations/{conversationId}`` → ConversationMetrics."""
    conversation = named_conversation(call)
    return Answer(body={"conversation": _reference(conversation), "sentimentTrendClass": "NotCalculated"})


def list_categories(call: Call) -> Answer:
    """``GET …/categories``."""
    named_conversation(call)
    return page(call, [])


def get_sentiments(call: Call) -> Answer:
    """``GET …/sentiments``."""
    named_conversation(call)
    return Answer(body={"insights": {"positiveSentimentReasons": [], "negativeSentimentReasons": []}})


def list_summaries(call: Call) -> Answer:
    """``GET …/summaries``."""
    named_conversation(call)
    return Answer(body={"entities": []})


def get_transcript_url(call: Call) -> Answer:
    """``GET …/communications/{communicationId}/transcripturl``: nobody needs a token to read it."""
    return Answer(body={"url": _url(call, named_conversation(call))})


def get_transcript_urls(call: Call) -> Answer:
    """``GET …/communications/{communicationId}/transcripturls``: with the recording where there is one."""
    conversation = named_conversation(call)
    url: dict[str, Any] = {"url": _url(call, conversation)}
    for recording in recordings_of(call.org, conversation):
        if recording.communication.id == call.path["communicationId"]:
            path = f"/api/v2/conversations/{conversation.id}/recordings/{recording.id}"
            url["recording"] = {"id": recording.id, "selfUri": path}
    body = {"conversation": _reference(conversation), "communicationId": call.path["communicationId"], "urls": [url]}
    return Answer(body=body)


def settings_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """The request names the default program by its id, the response refers to it."""
    if after is None or not isinstance(call.body, Mapping) or "defaultProgramId" not in call.body:
        return
    id_, body = call.body["defaultProgramId"], dict(after.body)
    body.pop("defaultProgram", None)
    if id_:
        body["defaultProgram"] = {"id": str(id_), "selfUri": f"{PROGRAMS}/{id_}"}
    call.org.entities.put(after.type, after.id, body)


def _reference(conversation: Conversation) -> dict[str, str]:
    return {"id": conversation.id, "selfUri": f"/api/v2/conversations/{conversation.id}"}


def _url(call: Call, conversation: Conversation) -> str:
    _, communication = find_communication(conversation, call.path["communicationId"])
    id_ = transcript_id(call.org, communication)
    content = transcript(call.org, conversation, communication)
    return call.origin + file_of(call.org, f"transcript/{id_}", f"{id_}.json", content).path


ACTIONS: Final[Mapping[str, Action]] = {
    "getSpeechandtextanalyticsConversation": get_metrics,
    "getSpeechandtextanalyticsConversationCategories": list_categories,
    "getSpeechandtextanalyticsConversationSentiments": get_sentiments,
    "getSpeechandtextanalyticsConversationSummaries": list_summaries,
    "getSpeechandtextanalyticsConversationCommunicationTranscripturl": get_transcript_url,
    "getSpeechandtextanalyticsConversationCommunicationTranscripturls": get_transcript_urls,
}
RULES: Final[Mapping[str, Lifecycle]] = {SETTINGS: Lifecycle(consequence=settings_consequence)}
