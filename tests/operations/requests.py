"""A valid request for every operation: path variables by creating what they name, bodies from models and recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from string import Template
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from tests.operations.bodies import INTERVAL, MOMENT, NOTHING, Bodies
from tests.operations.office import Office, Reply
from tests.operations.recipes import Recipe

from understudy.platform.admission import load_users_only
from understudy.platform.catalogue import Catalogue, Kind, Operation, QueryParameter

NOBODY: Final = "00000000-0000-4000-8000-00000000dead"
NO_RECIPE: Final = Recipe()
# What a variable names where its collection has no create operation, by the variable's name.
USUAL: Final[Mapping[str, str]] = {
    "userId": "user",
    "memberId": "user",
    "subjectId": "user",
    "queueId": "queue",
    "roleId": "role",
    "divisionId": "division",
    "clientId": "client",
    "flowId": "flow",
    "skillId": "skill",
    "languageId": "language",
    "codeId": "wrapupcode",
    "datatableId": "datatable",
    "integrationId": "integration",
    "conversationId": "message_conversation",
    "participantId": "agent_participant",
    "communicationId": "agent_communication",
    "groupId": "group",
}


class Underivable(Exception):
    """There is no valid request: ``reason`` says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``body`` is ``NOTHING`` where none is sent."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    bearer: str
    headers: Mapping[str, str]

    @property
    def target(self) -> str:
        """Path and query, encoded."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return path + ("?" + urlencode(self.query) if self.query else "")

    def elsewhere(self) -> Request:
        """The same for something that does not exist."""
        return replace(self, path={**self.path, self.operation.variables[-1]: NOBODY})


class Requests:
    """Derives requests, and sends those that must come before."""

    def __init__(self, office: Office, catalogue: Catalogue, recipes: Mapping[str, Recipe], bodies: Bodies) -> None:
        self._office, self._recipes, self.bodies = office, recipes, bodies
        self._creates = {o.path: o for o in catalogue.operations if o.method == "POST" and o.kind is Kind.CREATE}
        self._numbers = count(1)
        self._by_id, self._users_only = catalogue.by_id, load_users_only()

    def recipe(self, operation: Operation) -> Recipe:
        """The operation's recipe; an empty one where there is none."""
        return self._recipes.get(operation.id, NO_RECIPE)

    def valid(self, operation: Operation, depth: int = 0) -> Request:
        """A valid request; raises ``Underivable``."""
        recipe = self.recipe(operation)
        if recipe.skip:
            raise Underivable(recipe.skip)
        if depth > 6:
            raise Underivable("what it needs needs itself")
        given = {**self._office.given, "unique": str(next(self._numbers))}
        for id_, name in recipe.before:
            given[name] = self._made(self._by_id[id_], name, depth)
        path: dict[str, str] = {}
        for variable in operation.variables:
            told = recipe.path.get(variable)
            path[variable] = _filled(told, given) if told else self._one(operation, variable, path, depth)
        query = {p.name: _parameter(p) for p in operation.query if p.required and p.name not in recipe.query}
        query |= {name: str(_filled(value, given)) for name, value in recipe.query.items()}
        usual = "user" if operation.id in self._users_only else "client"
        bearer = recipe.bearer or (usual if operation.auth else "guest")
        return Request(operation, path, query, self._body(operation, recipe, given), bearer, recipe.headers)

    def send(self, request: Request, *, token: str | None = None) -> Reply:
        """Send a request."""
        body = b"" if request.body is NOTHING else orjson.dumps(request.body)
        return self._office.send(
            request.operation.method, request.target, body, bearer=request.bearer, token=token, headers=request.headers
        )

    def _body(self, operation: Operation, recipe: Recipe, given: Mapping[str, str]) -> Any:
        if operation.body is None:
            return NOTHING
        told = _filled(recipe.body, given) if recipe.body is not None else None
        made = self.bodies.valid(operation.body)
        if isinstance(told, dict) and isinstance(made, dict):
            return {**made, **told}
        return made if told is None else told

    def _one(self, operation: Operation, variable: str, path: Mapping[str, str], depth: int) -> str:
        """The id of something that the variable may name: created anew, so that nobody else misses it."""
        collection = operation.path.partition("/{" + variable + "}")[0]
        create = self._creates.get(collection)
        if create is None:
            return self._office.given.get(USUAL.get(variable, ""), f"{variable}-1")
        return self._made(create, variable, depth, path)

    def _made(self, create: Operation, variable: str, depth: int, path: Mapping[str, str] | None = None) -> str:
        request = self.valid(create, depth + 1)
        if path:
            request = replace(request, path={**request.path, **{k: v for k, v in path.items() if k in request.path}})
        reply = self.send(request)
        if not 200 <= reply.status < 300:
            raise Underivable(f"{create.id}, which it needs, answered {reply.told}")
        return identity(reply.json, variable)


def identity(made: Any, variable: str) -> str:
    """The id of what was created, as its paths name it."""
    if isinstance(made, list) and made:
        made = made[0]
    names = ("id", variable, "key", "name", "code")
    body = made if isinstance(made, dict) else {}
    return next((str(body[name]) for name in names if isinstance(body.get(name), str)), f"{variable}-1")


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).substitute(given) if value.startswith("$") or "${" in value else value
    if isinstance(value, list):
        return [_filled(item, given) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, given) for name, item in value.items()}
    return value


def _parameter(parameter: QueryParameter) -> str:
    if parameter.default:
        return parameter.default
    if parameter.enum:
        return parameter.enum[0]
    match parameter.type:
        case "integer" | "number":
            return "1"
        case "boolean":
            return "true"
        case "date":
            return MOMENT[:10]
        case "date-time":
            return MOMENT
    return INTERVAL if parameter.name.casefold() == "interval" else "1"
