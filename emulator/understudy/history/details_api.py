"""Conversation details over REST: the query, one conversation, several by id (catalogue: analytics)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.history.details import DetailsQuery, aggregations, without_attributes
from understudy.history.documents import document, documents
from understudy.history.interval import parse_interval, refused
from understudy.history.reach import named_conversation, within
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import Models, load_catalogue
from understudy.platform.messages import Answer

NAMESPACE: Final = "analytics"
IDS_MAX: Final = 1_000  # conversations in one look-up by id; the emulator's own bound


def query_details(call: Call) -> Answer:
    """``POST …/conversations/details/query`` → conversations, totalHits, aggregations."""
    body = call.body
    query = details_query(call, body)
    size, number = paging(call, body.get("paging"))
    asked = [one for one in body.get("aggregations") or () if isinstance(one, Mapping)]
    found = query.run(call.org, within(call, call.org.conversations.values()))
    page = found[(number - 1) * size : number * size]
    answer: dict[str, Any] = {"totalHits": len(found)}
    # the platform leaves an empty list out (observed: consumers guard against it), an empty one is valid as well
    answer["conversations"] = [without_attributes(one.document) for one in page]
    if asked:
        answer["aggregations"] = aggregations(asked, found, models_of(call))
    return Answer(body=answer)


def get_details(call: Call) -> Answer:
    """``GET …/conversations/{conversationId}/details``."""
    return Answer(body=document(call.org, named_conversation(call)))


def multi_get_details(call: Call) -> Answer:
    """``GET …/conversations/details?id=…``: those that there are, in the order asked for; without ids none."""
    ids = list(dict.fromkeys(filter(None, call.query.get("id", "").split(","))))
    if len(ids) > IDS_MAX:
        raise refused("invalid.value", "id", f"names more than {IDS_MAX} conversations")
    known = [call.org.conversations[id_] for id_ in ids if id_ in call.org.conversations]
    return Answer(body={"conversations": documents(call.org, within(call, known))})


def details_query(call: Call, body: Mapping[str, Any], *, by_start: bool = False) -> DetailsQuery:
    """The checked query of a body."""
    days = call.org.limits.value(NAMESPACE, "details.interval.days.max")
    interval = parse_interval(body.get("interval"), days_max=days)
    return DetailsQuery(body, interval, models_of(call), by_start=by_start)


def models_of(call: Call) -> Models:
    """The models of the catalogue that the call came through."""
    return (call.catalogue or load_catalogue()).models


def paging(call: Call, given: Any) -> tuple[int, int]:
    """``paging`` of a query as (pageSize, pageNumber); Refused 400 where a number is out of bounds."""
    paging = given if isinstance(given, Mapping) else {}
    most = int(call.org.limits.value(NAMESPACE, "details.page.size.max"))
    size, number = paging.get("pageSize"), paging.get("pageNumber")
    size = int(call.org.limits.value("platform", "page.size.default")) if size is None else size
    number = 1 if number is None else number
    if not 1 <= size <= most:
        raise refused("invalid.value", "paging.pageSize", f"[{size}] is not a number from 1 to {most}")
    if not 1 <= number <= 2_147_483_647:
        raise refused("invalid.value", "paging.pageNumber", f"[{number}] is not a number from 1")
    return size, number


ACTIONS: Final[Mapping[str, Action]] = {
    "postAnalyticsConversationsDetailsQuery": query_details,
    "getAnalyticsConversationDetails": get_details,
    "getAnalyticsConversationsDetails": multi_get_details,
}
