"""API usage of a client or of the whole organization: asked for by a query, read by its execution id.

The figures are what the pipeline counted as permitted (``permissions.used``): requests by client and operation since
the emulator started. They have no times, so ``interval`` and ``granularity`` choose nothing; statuses are not told
apart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.grants import CLIENTS
from understudy.platform.listings import named
from understudy.platform.messages import Answer

USED: Final = "permissions.used"  # org.live[USED]: dict[client id, dict[operationId, count]]
LIVE: Final = "usage.executions"  # org.live[LIVE]: OrderedDict[execution id, (client id or "", rows)]
EXECUTIONS_KEPT: Final = 100  # older results are forgotten

Rows = list[dict[str, Any]]

# groupBy → the fields of a row that it keeps apart
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "OAuthClientId": ("clientId", "clientName"),
    "OrganizationId": ("organizationId",),
    "UserId": (),
    "TemplateUri": ("templateUri",),
    "HttpMethod": ("httpMethod",),
}


def query_client(call: Call) -> Answer:
    """``POST …/oauth/clients/{clientId}/usage/query`` → executionId and resultsUri."""
    client = named(call, CLIENTS, call.path["clientId"], "OAuth client").id
    id_ = _execute(call, client, [client])
    return _started(id_, f"/api/v2/oauth/clients/{client}/usage/query/results/{id_}")


def client_summary(call: Call) -> Answer:
    """``GET …/oauth/clients/{clientId}/usage/summary``: the same query, started by a GET."""
    return query_client(call)


def client_results(call: Call) -> Answer:
    """``GET …/oauth/clients/{clientId}/usage/query/results/{executionId}``."""
    return _results(call, call.path["clientId"])


def query_organization(call: Call) -> Answer:
    """``POST …/usage/query``: every client of the org."""
    id_ = _execute(call, "", call.org.live.get(USED, {}))
    return _started(id_, f"/api/v2/usage/query/{id_}/results")


def organization_results(call: Call) -> Answer:
    """``GET …/usage/query/{executionId}/results``."""
    return _results(call, "")


def _execute(call: Call, owner: str, clients: Iterable[str]) -> str:
    body = call.body or {}
    groups = body.get("groupBy") or list(GROUPS)
    fields = [field for group in groups for field in GROUPS.get(str(group), ())]
    executions: OrderedDict[str, tuple[str, Rows]] = call.org.live.setdefault(LIVE, OrderedDict())
    id_ = call.org.ids.uuid(LIVE)
    executions[id_] = (owner, _grouped(_rows(call, clients), fields))
    while len(executions) > EXECUTIONS_KEPT:
        executions.popitem(last=False)
    return id_


def _rows(call: Call, clients: Iterable[str]) -> Rows:
    operations = (call.catalogue or load_catalogue()).by_id
    rows: Rows = []
    for client in clients:
        entity = call.org.entities.get(CLIENTS, client)
        for operation, count in call.org.live.get(USED, {}).get(client, {}).items():
            rows.append(
                {
                    "clientId": client,
                    "clientName": entity.name if entity else "",
                    "organizationId": call.org.id,
                    "templateUri": operations[operation].path,
                    "httpMethod": operations[operation].method,
                    "requests": count,
                }
            )
    return rows


def _grouped(rows: Rows, fields: list[str]) -> Rows:
    """Rows that agree in ``fields`` become one, without the other fields."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[field] for field in fields)
        merged = found.setdefault(key, {**{field: row[field] for field in fields}, "requests": 0})
        merged["requests"] += row["requests"]
    return list(found.values())


def _started(id_: str, uri: str) -> Answer:
    return Answer(body={"executionId": id_, "resultsUri": uri})


def _results(call: Call, owner: str) -> Answer:
    id_ = call.path["executionId"]
    found: tuple[str, Rows] | None = call.org.live.get(LIVE, {}).get(id_)
    if found is None or found[0] != owner:
        raise Refused(404, "not.found", f"Usage query execution [{id_}] was not found", params={"id": id_})
    return Answer(body={"results": found[1], "queryStatus": "Complete"})


ACTIONS: Final[Mapping[str, Action]] = {
    "postOauthClientUsageQuery": query_client,
    "getOauthClientUsageSummary": client_summary,
    "getOauthClientUsageQueryResult": client_results,
    "postUsageQuery": query_organization,
    "getUsageQueryExecutionIdResults": organization_results,
}
