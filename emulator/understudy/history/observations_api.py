"""Observations over REST: queues, users and activity as they are at this moment (catalogue: analytics; facts §7).

``oWaiting``, ``oAlerting`` and ``oInteracting`` are told by queue and media type, the counts of users by queue, with
the routing status or the presence as their qualifier (observed in consumers). ``oActiveUsers`` are members who joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from understudy.clock import iso
from understudy.history.cursor import query_number
from understudy.history.documents import Body
from understudy.history.filters import Filter, named_values
from understudy.history.interval import refused
from understudy.history.live import Activity, activities, observation, user_states
from understudy.history.rows import values
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.presence import DEFINITIONS
from understudy.routing.agents import queues_of
from understudy.world.org import Org

OBSERVED_MAX: Final = 100  # values in one list of details; the rest is said to be truncated (not documented)
GROUPS_MAX: Final = 1_000  # of one page of activity; not documented
PAGES_MAX: Final = 1_000_000
QUEUES: Final = "routing.queues"
MEDIA_METRICS: Final = ("oWaiting", "oAlerting", "oInteracting")
LONGEST: Final[Mapping[str, str]] = {"oLongestWaiting": "oWaiting", "oLongestInteracting": "oInteracting"}
QUEUE_DIMENSIONS: Final = ("queueId", "mediaType")
NOT_PLAIN: Final = frozenset({"requestedRoutings", "requestedRoutingSkillIds"})


def query_queues(call: Call) -> Answer:
    """``POST …/queues/observations/query``: the queues that the filter names."""
    org, body = call.org, call.body
    wanted = Filter(body.get("filter") or {}, "filter", lambda name: name in QUEUE_DIMENSIONS)
    queues = _named(body.get("filter"), "queueId")
    metrics, detailed = _metrics(body), set(body.get("detailMetrics") or ())
    results: list[Body] = []
    found = activities(org)
    for queue in queues:
        here = [one for one in found if one.row.get("queueId") == queue and wanted.holds(one.row)]
        media = {one.row["mediaType"] for one in here} | set(named_values(body["filter"], "mediaType"))
        for medium in sorted(media):
            if wanted.holds({"queueId": queue, "mediaType": medium}):
                group = {"queueId": queue, "mediaType": medium}
                data = _media_data(org, [one for one in here if one.row["mediaType"] == medium], metrics, detailed)
                results += [{"group": group, "data": data}] if data else []
        users = _user_data(org, queue, metrics, detailed) if queue in org.entities.of(QUEUES) else []
        results += [{"group": {"queueId": queue}, "data": users}] if users else []
    mappings: dict[str, list[str]] = {}
    for id_, name in DEFINITIONS.items():
        mappings.setdefault(name.upper().replace(" ", "_"), []).append(id_)
    return Answer(body={"systemToOrganizationMappings": mappings, "results": results})


def query_users(call: Call) -> Answer:
    """``POST …/users/observations/query``: in how many queues the named users are, and are active."""
    body = call.body
    Filter(body.get("filter") or {}, "filter", lambda name: name == "userId")
    metrics, detailed = _metrics(body), set(body.get("detailMetrics") or ())
    members: dict[str, dict[str, bool]] = call.org.live.get("queue.members", {})
    results: list[Body] = []
    for user in _named(body.get("filter"), "userId"):
        if user not in call.org.entities.of("users"):
            continue
        counts = {
            "oMemberQueues": [queue for queue, joined in members.items() if user in joined],
            "oActiveQueues": queues_of(call.org, user),
        }
        data = [_counted(name, len(counts[name])) for name in metrics if name in counts]
        for one in data:
            if one["metric"] in detailed:
                now = iso(call.org.now())
                one["observations"] = [{"observationDate": now, "userId": user} for _ in counts[one["metric"]]]
        results.append({"group": {"userId": user}, "data": data})
    return Answer(body={"results": results})


def query_activity(call: Call) -> Answer:
    """``POST …/conversations/activity/query``: what goes on, by the dimensions asked for."""
    body = call.body
    group_by = [str(dimension) for dimension in body.get("groupBy") or ()]
    asked = [one for one in body.get("metrics") or () if isinstance(one, Mapping) and one.get("metric")]
    if not asked:
        raise refused("required.field.missing", "metrics", "names no metric")
    wanted = Filter(body["filter"], "filter", lambda _: True) if body.get("filter") else None
    groups: dict[tuple[tuple[str, str], ...], list[Activity]] = {}
    for one in activities(call.org):
        if wanted is None or wanted.holds(one.row):
            key = tuple((name, str(found[0])) for name in group_by if (found := values(one.row, name)))
            groups.setdefault(key, []).append(one)
    ordered = sorted(groups.items(), reverse=body.get("order") == "desc")
    size, number = _page(call)
    page = ordered[(number - 1) * size : number * size]
    results = [{"group": dict(key), **_activity_data(call.org, asked, found)} for key, found in page]
    return Answer(body={"results": results})


def _media_data(org: Org, here: Sequence[Activity], metrics: Sequence[str], detailed: set[str]) -> list[Body]:
    data: list[Body] = []
    for name in metrics:
        found = [one for one in here if one.metric == LONGEST.get(name, name)]
        if name in MEDIA_METRICS:
            data.append(_observed(name, found, detailed))
        elif name in LONGEST and found:
            age = _age(org, found)
            data.append({"metric": name, "stats": {"calculatedMetricValue": age}})
    return data


def _observed(name: str, found: Sequence[Activity], detailed: set[str]) -> Body:
    body = _counted(name, len(found))
    if name in detailed:
        body["observations"] = [observation(one) for one in found[:OBSERVED_MAX]]
        body["truncated"] = len(found) > OBSERVED_MAX
    return body


def _user_data(org: Org, queue: str, metrics: Sequence[str], detailed: set[str]) -> list[Body]:
    states = list(user_states(org, queue))
    chosen: Mapping[str, Callable[[], Iterable[tuple[str, str]]]] = {
        "oMemberUsers": lambda: ((user, "") for user, *_ in states),
        "oActiveUsers": lambda: ((user, "") for user, joined, *_ in states if joined),
        "oOnQueueUsers": lambda: ((u, status) for u, joined, status, _ in states if joined and status != "OFF_QUEUE"),
        "oOffQueueUsers": lambda: ((u, presence) for u, _, status, presence in states if status == "OFF_QUEUE"),
        "oUserPresences": lambda: ((user, presence) for user, _, _, presence in states if presence),
        "oUserRoutingStatuses": lambda: ((user, status) for user, _, status, _ in states),
    }
    data: list[Body] = []
    for name in metrics:
        if name in chosen:
            data += _qualified(org, name, chosen[name](), detailed)
    return data


def _qualified(org: Org, name: str, users: Iterable[tuple[str, str]], detailed: set[str]) -> list[Body]:
    """One count a qualifier; without any user one that says zero."""
    by_qualifier: dict[str, list[str]] = {}
    for user, qualifier in users:
        by_qualifier.setdefault(qualifier, []).append(user)
    found: list[Body] = []
    for qualifier, ids in sorted(by_qualifier.items()) or [("", [])]:
        body = _counted(name, len(ids)) | ({"qualifier": qualifier} if qualifier else {})
        if name in detailed:
            now = iso(org.now())
            body["observations"] = [{"observationDate": now, "userId": user} for user in ids[:OBSERVED_MAX]]
            body["truncated"] = len(ids) > OBSERVED_MAX
        found.append(body)
    return found


def _activity_data(org: Org, asked: Sequence[Mapping[str, Any]], found: Sequence[Activity]) -> Body:
    data: list[Body] = []
    entities: list[Body] = []
    for one in asked:
        name = one["metric"]
        chosen = [activity for activity in found if activity.metric == LONGEST.get(name, name)]
        if name in LONGEST:
            data += [{"metric": name, "calculatedMetricValue": _age(org, chosen)}] if chosen else []
            continue
        data.append({"metric": name, "count": len(chosen)})
        if one.get("details"):
            entities += [_entity(name, activity) for activity in chosen[:OBSERVED_MAX]]
    body: Body = {"data": data}
    return body | ({"entities": entities, "truncated": len(found) > OBSERVED_MAX} if entities else {})


def _entity(metric: str, activity: Activity) -> Body:
    """ConversationActivityEntityData."""
    return {"activityDate": iso(activity.since), "metric": metric, **activity.row}


def _counted(name: str, count: int) -> Body:
    return {"metric": name, "stats": {"count": count}}


def _age(org: Org, found: Sequence[Activity]) -> int:
    """Milliseconds that the oldest has lasted."""
    return round((org.now() - min(one.since for one in found)) * 1000)


def _named(body: Any, dimension: str) -> list[str]:
    """The ids that a filter names; without one there is nothing to observe."""
    found = named_values(body, dimension)
    if not found:
        raise refused("required.field.missing", "filter", f"names no {dimension}")
    return found


def _metrics(body: Mapping[str, Any]) -> list[str]:
    found = [str(name) for name in body.get("metrics") or ()]
    if not found:
        raise refused("required.field.missing", "metrics", "names no metric")
    return found


def _page(call: Call) -> tuple[int, int]:
    size = query_number(call, "pageSize", OBSERVED_MAX, GROUPS_MAX)
    return size, query_number(call, "pageNumber", 1, PAGES_MAX)


ACTIONS: Final[Mapping[str, Action]] = {
    "postAnalyticsQueuesObservationsQuery": query_queues,
    "postAnalyticsUsersObservationsQuery": query_users,
    "postAnalyticsConversationsActivityQuery": query_activity,
}
