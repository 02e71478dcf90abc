"""API usage of a client or of the whole organization: asked for by a query, read by its execution id.

The figures are what the pipeline answered (``count_request``): by day of the org's clock, client, user, operation and
class of status. Days are UTC; those beyond ``DAYS_KEPT`` are forgotten. A 429 is counted as such and not as a 400
(assumed).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from understudy.clock import iso
from understudy.errors import Refused
from understudy.history.cursor import piece
from understudy.history.interval import Interval, parse_interval, refused
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.grants import CLIENTS
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.world.org import Org
from understudy.world.tokens import Token

DAYS: Final = "usage.days"  # org.live[DAYS]: OrderedDict[day, dict[(client, user, operation), counts]]
DAYS_KEPT: Final = 93
LIVE: Final = "usage.executions"  # org.live[LIVE]: OrderedDict[execution id, (owner, rows)]
EXECUTIONS_KEPT: Final = 100  # older results are forgotten
DAY: Final = 86_400
SUMMARY_DAYS: Final = "7"  # catalogue: default of days
PAGE_DEFAULT: Final = 100  # of a simple search; not documented
PAGE_MAX: Final = 1_000

# what counts[…] holds, in the fields of ApiUsageRow
COUNTS: Final = ("requests", "status200", "status300", "status400", "status500", "status429")
TOO_MANY: Final = 5
# metric of a query → the field of a row
METRICS: Final[Mapping[str, str]] = {name[0].upper() + name[1:]: name for name in COUNTS}
# groupBy → the fields of a row that it keeps apart
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "OAuthClientId": ("clientId", "clientName"),
    "OrganizationId": ("organizationId",),
    "UserId": ("userId",),
    "TemplateUri": ("templateUri",),
    "HttpMethod": ("httpMethod",),
}
DEFAULT_GROUPS: Final = ("OAuthClientId", "OrganizationId", "TemplateUri", "HttpMethod")
# metric of a simple search that is none of the counts → the field of a row
COLUMNS: Final[Mapping[str, str]] = {
    "Date": "date",
    "ClientName": "clientName",
    "HttpMethod": "httpMethod",
    "TemplateUri": "templateUri",
}

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str, str]  # client, user or "", operationId


def count_request(org: Org, token: Token, operation: str, status: int) -> None:
    """Count one answer of the pipeline."""
    day = int(org.now()) // DAY
    days: OrderedDict[int, dict[Key, list[int]]] | None = org.live.get(DAYS)
    if days is None:
        days = org.live[DAYS] = OrderedDict()
    known = days.get(day)
    if known is None:
        known = days[day] = {}
        while len(days) > DAYS_KEPT:
            days.popitem(last=False)
    key = (token.client, token.user or "", operation)
    counts = known.get(key)
    if counts is None:
        counts = known[key] = [0] * len(COUNTS)
    counts[0] += 1
    counts[TOO_MANY if status == 429 else min(max(status // 100 - 1, 1), 4)] += 1


def query_client(call: Call) -> Answer:
    """``POST …/oauth/clients/{clientId}/usage/query`` → executionId and resultsUri."""
    client = named(call, CLIENTS, call.path["clientId"], "OAuth client").id
    body = call.body or {}
    return _client_started(call, client, body, parse_interval(body.get("interval")))


def client_summary(call: Call) -> Answer:
    """``GET …/oauth/clients/{clientId}/usage/summary?days=7``: the same query over the last days."""
    client = named(call, CLIENTS, call.path["clientId"], "OAuth client").id
    days = call.query.get("days", SUMMARY_DAYS)
    if not days.isascii() or not days.isdigit() or not 1 <= int(days[:4]) <= DAYS_KEPT:
        raise refused("invalid.query.param.value", "days", f"[{days}] is not a number from 1 to {DAYS_KEPT}")
    now = call.org.now()
    return _client_started(call, client, {}, Interval(now - int(days[:4]) * DAY, now + 1))


def client_results(call: Call) -> Answer:
    """``GET …/oauth/clients/{clientId}/usage/query/results/{executionId}``."""
    return _results(call, call.path["clientId"])


def query_organization(call: Call) -> Answer:
    """``POST …/usage/query``: every client of the org."""
    rows = _asked(call, call.body, _rows(call, parse_interval(call.body.get("interval")), lambda _: True))
    id_ = _execute(call, "", rows)
    return _started(id_, f"/api/v2/usage/query/{id_}/results")


def organization_results(call: Call) -> Answer:
    """``GET …/usage/query/{executionId}/results``."""
    return _results(call, "")


def simple_search(call: Call) -> Answer:
    """``POST …/usage/simplesearch``: rows of some clients, methods and templates, with the columns asked for."""
    body = call.body
    wanted = {"clientName": "oauthClientNames", "httpMethod": "httpMethods", "templateUri": "templateUris"}
    chosen = {field: {str(one) for one in body.get(key) or ()} for field, key in wanted.items()}
    rows = [
        row
        for row in _rows(call, parse_interval(body.get("interval")), lambda _: True)
        if all(not values or row[field] in values for field, values in chosen.items())
    ]
    metrics = [str(one) for one in body.get("metrics") or (*COLUMNS, *METRICS)]
    fields = [COLUMNS[name] for name in metrics if name in COLUMNS]
    counts = [METRICS[name] for name in metrics if name in METRICS]
    id_ = _execute(call, "search", _grouped(rows, fields, counts))
    return _started(id_, f"/api/v2/usage/simplesearch/{id_}/results")


def search_results(call: Call) -> Answer:
    """``GET …/usage/simplesearch/{executionId}/results``, in pieces."""
    id_, rows = call.path["executionId"], _found(call, "search")
    page, after = piece(call, rows, id_, default=PAGE_DEFAULT, most=PAGE_MAX, parameter="after")
    body: dict[str, Any] = {"results": list(page), "queryStatus": "Complete"}
    return Answer(body=body | ({"cursors": {"after": after}} if after else {}))


def _client_started(call: Call, client: str, body: Mapping[str, Any], interval: Interval) -> Answer:
    id_ = _execute(call, client, _asked(call, body, _rows(call, interval, lambda one: one == client)))
    return _started(id_, f"/api/v2/oauth/clients/{client}/usage/query/results/{id_}")


def _asked(call: Call, body: Mapping[str, Any], rows: Iterable[Row]) -> list[Row]:
    """Rows grouped, dated and measured as a query asks."""
    fields = [field for group in body.get("groupBy") or DEFAULT_GROUPS for field in GROUPS.get(str(group), ())]
    counts = [METRICS[name] for one in body.get("metrics") or METRICS if (name := str(one)) in METRICS]
    granularity = body.get("granularity")
    if not granularity:
        return _grouped(rows, fields, counts)
    dated = [{**row, "date": _begin(row["date"], granularity)} for row in rows]
    return _grouped(dated, ["date", *fields], counts)


def _begin(date: str, granularity: str) -> str:
    """The first day of a date's day, week (Monday) or month."""
    day = datetime.fromisoformat(date)
    if granularity == "Month":
        day = day.replace(day=1)
    stamp = day.timestamp() - (day.weekday() * DAY if granularity == "Week" else 0)
    return iso(datetime.fromtimestamp(stamp, UTC).timestamp())


def _rows(call: Call, interval: Interval, is_wanted: Callable[[str], bool]) -> list[Row]:
    """One row a day, client, user and operation; a day counts as soon as the interval touches it."""
    org, operations = call.org, (call.catalogue or load_catalogue()).by_id
    rows: list[Row] = []
    for day, known in org.live.get(DAYS, {}).items():
        if not interval.overlaps(day * DAY, (day + 1) * DAY - 1):
            continue
        for (client, user, operation), counts in known.items():
            if is_wanted(client) and operation in operations:
                entity = org.entities.get(CLIENTS, client)
                row: Row = {"clientId": client, "clientName": entity.name if entity else "", "userId": user}
                row |= {"organizationId": org.id, "date": iso(day * DAY)}
                row |= {"templateUri": operations[operation].path, "httpMethod": operations[operation].method}
                rows.append(row | dict(zip(COUNTS, counts, strict=True)))
    return rows


def _grouped(rows: Iterable[Row], fields: Iterable[str], counts: Iterable[str]) -> list[Row]:
    """Rows that agree in ``fields`` become one, without the other fields; empty ones are left out."""
    fields, counts = list(dict.fromkeys(fields)), list(dict.fromkeys(counts))
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[field] for field in fields)
        shown = {field: row[field] for field in fields if row[field] != ""}
        merged = found.setdefault(key, {**shown, **dict.fromkeys(counts, 0)})
        for name in counts:
            merged[name] += row[name]
    return list(found.values())


def _execute(call: Call, owner: str, rows: list[Row]) -> str:
    executions: OrderedDict[str, tuple[str, list[Row]]] = call.org.live.setdefault(LIVE, OrderedDict())
    id_ = call.org.ids.uuid(LIVE)
    executions[id_] = (owner, rows)
    while len(executions) > EXECUTIONS_KEPT:
        executions.popitem(last=False)
    return id_


def _started(id_: str, uri: str) -> Answer:
    return Answer(body={"executionId": id_, "resultsUri": uri})


def _results(call: Call, owner: str) -> Answer:
    return Answer(body={"results": _found(call, owner), "queryStatus": "Complete"})


def _found(call: Call, owner: str) -> list[Row]:
    id_ = call.path["executionId"]
    found: tuple[str, list[Row]] | None = call.org.live.get(LIVE, {}).get(id_)
    if found is None or found[0] != owner:
        raise Refused(404, "not.found", f"Usage query execution [{id_}] was not found", params={"id": id_})
    return found[1]


ACTIONS: Final[Mapping[str, Action]] = {
    "postOauthClientUsageQuery": query_client,
    "getOauthClientUsageSummary": client_summary,
    "getOauthClientUsageQueryResult": client_results,
    "postUsageQuery": query_organization,
    "getUsageQueryExecutionIdResults": organization_results,
    "postUsageSimplesearch": simple_search,
    "getUsageSimplesearchExecutionIdResults": search_results,
}
