"""The Platform API without I/O: ``Platform.answer(request)`` is the whole way from a request to its answer.

    match (404, 405) → token (401) → rate (429) → injected fault → permission (403, not.a.user 400)
    → query and body (400, 413, 415) → action, engine, generic answer or 501 → status → response validated

Whatever goes wrong becomes Genesys' error body; our own mistake is a 500 that is noted as ``emulator.error`` and
counted. Listeners of the org are not told here: the seam tells them once the request is in the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import orjson

from understudy.errors import Refused
from understudy.history.trail import witness
from understudy.ids import Ids
from understudy.platform.admission import (
    WINDOW,
    allowance,
    authenticate,
    count,
    load_users_only,
    owner_of,
    rate_headers,
    too_many,
)
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import Catalogue, Operation
from understudy.platform.engine import Engine
from understudy.platform.faults import LIVE as FAULTS
from understudy.platform.faults import take
from understudy.platform.generic import Generic
from understudy.platform.grants import granted, held_by
from understudy.platform.guests import admit_guest, guest_of
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer, error_body
from understudy.platform.permissions import Permissions
from understudy.platform.reading import check_body, read_body, read_query, unknown_fields
from understudy.platform.refusals import forbidden, no_route, not_a_user, not_implemented, own_mistake
from understudy.platform.request import ApiRequest, Outcome
from understudy.platform.resources import load_resources
from understudy.platform.routes import Match, Routes
from understudy.platform.schemas import Schemas, Validator
from understudy.platform.scopes import Scopes
from understudy.platform.statuses import load_statuses
from understudy.platform.usage import count_request
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

__all__ = ["ApiRequest", "Lifecycle", "Outcome", "Platform"]

USED: Final = "permissions.used"  # org.live[USED]: dict[client, dict[operationId, calls]]
Listener = Callable[[Org], None]
NOTHING: Final = Answer(500)
NO_QUERY: Final[Mapping[str, str]] = {}
SANE_CORRELATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")
EMPTY_STATUS: Final = 204
GENERIC: Final = ("Understudy-Certainty", "generic")


@dataclass(slots=True)
class Plan:
    """What is known of an operation before any request. The judge also knows what the gate does, so a body that pleases
    the judge needs no second look."""

    action: Action | None
    judge: Validator | None
    gate: Validator | None
    response: Validator | None  # of hand-made answers; the engine validates what it stores
    status: int
    for_users: bool
    needs_query: bool
    marks: Mapping[str, bool]  # preview, deprecated: told in the record


class Platform:
    """All operations of the Platform API, for all orgs of a world."""

    def __init__(
        self,
        world: World,
        catalogue: Catalogue,
        actions: Mapping[str, Action],
        rules: Mapping[str, Lifecycle],
        *,
        schemas: Schemas | None = None,
        ids: Ids | None = None,
        generic: bool = False,
        scopes: str = "documented",
        load: Callable[[str], None] | None = None,
        validate_every: int = 1,
    ) -> None:
        """``load(path)`` completes actions and rules before the operation of a path is first looked up. ``generic``
        answers operations without a behaviour from their model instead of 501; ``scopes`` is ``documented`` or
        ``strict`` (``platform/scopes.py``); ``validate_every`` N checks one in N of the hand-made responses."""
        self.world, self.catalogue = world, catalogue
        self.schemas = schemas or Schemas(catalogue.models)
        self.permissions = Permissions(catalogue)
        resources = load_resources(catalogue)
        self.engine = Engine(catalogue, resources, rules, self.schemas)
        self.validate_every = validate_every
        self.errors = 0  # our own mistakes: a test run fails on any
        self._actions, self._load = actions, load
        self._generic = Generic(catalogue, resources) if generic else None
        self._routes = Routes(catalogue.operations)
        self._users_only = load_users_only()
        self._scopes = Scopes(scopes)
        self.statuses = load_statuses(catalogue)
        self._plans: list[Plan | None] = [None] * len(catalogue.operations)
        self._correlations = (ids or Ids(0, "platform")).stream("correlation")
        self._handmade = 0
        unknown = sorted(name for name in actions if name not in catalogue.by_id)
        if unknown:
            raise ValueError(f"actions name operations that the catalogue lacks: {', '.join(unknown)}")

    def answer(self, request: ApiRequest) -> Outcome:
        """Answer one request; never raises."""
        given = request.headers.get("ININ-Correlation-Id")
        sane = given is not None and SANE_CORRELATION.fullmatch(given) is not None
        outcome = Outcome(NOTHING, correlation=given if given and sane else self._correlations.uuid())
        try:
            self._answer(request, outcome)
        except Refused as refused:
            outcome.org = outcome.org or owner_of(self.world, request)
            self._refuse(outcome, refused)
        except Exception as error:
            # The boundary: whatever an interface gets wrong, the peer gets Genesys' shape; we get a note and a count.
            self.errors += 1
            if outcome.org is not None:
                operation = outcome.operation.id if outcome.operation else request.path
                outcome.org.note("emulator.error", operation=operation, error=repr(error))
            outcome.data["emulator_error"] = repr(error)
            self._refuse(outcome, own_mistake())
        if outcome.token is not None and outcome.org is not None and outcome.operation is not None:
            count_request(outcome.org, outcome.token, outcome.operation.id, outcome.answer.status)
        return outcome

    def _answer(self, request: ApiRequest, outcome: Outcome) -> None:
        path, _, query = request.target.partition("?")
        found = self._routes.match(request.method, path)
        if not isinstance(found, Match):
            raise no_route(request.method, path, found.allowed, self._routes.nearest(path))
        operation, variables = found
        outcome.operation = operation
        if operation.auth:
            org, token = self._admit(request, operation, outcome)
        else:
            org, token = self._admit_guest(request, operation, variables, outcome)
        changed = org.changes.end
        listeners: list[Listener] | None = None
        if request.method != "GET":
            listeners, org.listeners = org.listeners, []
            org.writes.clear()  # what is written from here on is this call's
        try:
            self._behave(request, operation, variables, query, outcome, org, token)
        finally:
            if listeners is not None:
                org.listeners = [*listeners, *org.listeners]
            outcome.is_quiet = listeners is None and org.changes.end == changed and not org.notes
            if "conversationId" in variables or (org.changes.end != changed and not self.engine.serves(operation)):
                _link(outcome, org, changed, variables)

    def _admit(self, request: ApiRequest, operation: Operation, outcome: Outcome) -> tuple[Org, Token]:
        """Token and rate window; fills in the outcome so that even a refusal is recorded with its org."""
        org, token = outcome.org, outcome.token = authenticate(self.world, request)
        number, allowed, seconds = count(org, token)
        outcome.headers = rate_headers(number, allowed, seconds)
        if number > allowed:
            raise too_many(seconds)
        return org, token

    def _admit_guest(
        self, request: ApiRequest, operation: Operation, variables: Mapping[str, str], outcome: Outcome
    ) -> tuple[Org, Token]:
        """Without OAuth: neither rate window nor permissions. What has no behaviour tells no org either: the bearer's,
        else the first one, for a generic answer."""
        if (self._plans[operation.index] or self._compile(operation)).action is not None:
            org, token = admit_guest(self.world, operation, variables, request)
        else:
            owner = owner_of(self.world, request) or next(iter(self.world.orgs.values()), None)
            if owner is None or self._generic is None:
                raise not_implemented(operation)
            org, token = owner, guest_of(owner)
        outcome.org = org
        return org, token

    def _behave(
        self,
        request: ApiRequest,
        operation: Operation,
        variables: dict[str, str],
        query: str,
        outcome: Outcome,
        org: Org,
        token: Token,
    ) -> None:
        fault = take(org, operation, request, token) if FAULTS in org.live else None
        if fault is not None:
            outcome.delay = fault.delay
            outcome.data["fault"] = fault.to_json()
            if fault.status:
                raise fault.refusal()
        plan = self._plans[operation.index] or self._compile(operation)
        if plan.marks:
            outcome.data.update(plan.marks)
        if operation.auth:
            self._permit(operation, plan, org, token)
        parameters = read_query(operation, query) if query or plan.needs_query else NO_QUERY
        body = read_body(operation, request, org.limits) if request.body or plan.gate or request.oversize else None
        is_clean = body is not None and plan.judge is not None and plan.judge.is_valid(body)
        if body is not None and not is_clean:
            self._gate(plan, body, outcome)
        if "%" in request.target:
            variables = {name: unquote(value) for name, value in variables.items()}
        call = Call(
            self.world, org, token, operation, variables, parameters, body, request.origin, outcome.correlation,
            self.catalogue, is_clean and b"null" not in request.body,
            None if operation.auth else request.headers.get("Origin"),
        )  # fmt: skip
        if plan.action is None:
            outcome.answer = self._unknown(call)
        else:
            outcome.answer = plan.action(call)
        if request.method != "GET":
            witness(call)
        self._finish(plan, operation, outcome, org)

    def _permit(self, operation: Operation, plan: Plan, org: Org, token: Token) -> None:
        if token.user is not None:
            self._scopes.admit(org, token, operation)
        mask = granted(org, token, self.permissions)
        if not self.permissions.allows(mask, operation):
            missing = self.permissions.missing(mask, operation)
            roles = len(held_by(org, token.user or token.client))
            org.note("permission.denied", operation=operation.id, client=token.client, missing=missing, roles=roles)
            raise forbidden(operation, missing)
        used = org.live.setdefault(USED, {}).setdefault(token.client, {})
        used[operation.id] = used.get(operation.id, 0) + 1
        if plan.for_users and token.user is None:
            raise not_a_user()

    def _gate(self, plan: Plan, body: Any, outcome: Outcome) -> None:
        """The judge is not pleased: refuse what the gate refuses, tell the unknown fields of the rest."""
        if plan.gate is not None and not plan.gate.is_valid(body):
            check_body(body, plan.gate)
        if plan.judge is not None:
            outcome.data["unknown_fields"] = unknown_fields(body, plan.judge)

    def _unknown(self, call: Call) -> Answer:
        """No behaviour: answered from the catalogue alone where that is wanted, else 501."""
        if self._generic is None:
            raise not_implemented(call.operation)
        return self._generic.answer(call)

    def _finish(self, plan: Plan, operation: Operation, outcome: Outcome, org: Org) -> None:
        answer = outcome.answer
        payload = answer.payload()
        status = answer.status
        if status == 200:
            status = plan.status
            if operation.response is None:  # a success without a model has no body, whatever its status
                payload = b""
        if status == EMPTY_STATUS:
            payload = b""
        if answer.encoded is None and payload and plan.response is not None:
            self._judge(plan.response, operation, payload, org)
        if answer.generic:
            outcome.data["generic"] = True
            outcome.headers = (*outcome.headers, GENERIC)
        if status != answer.status or payload is not answer.encoded:
            outcome.answer = Answer(status, encoded=payload, headers=answer.headers, generic=answer.generic)

    def _judge(self, validator: Validator, operation: Operation, payload: bytes, org: Org) -> None:
        """A hand-made response that breaks its own model is our mistake: noted for our suite, never a 500."""
        self._handmade += 1
        if self._handmade % self.validate_every:
            return
        body = orjson.loads(payload)
        if not validator.is_valid(body):
            problems = [str(problem) for problem in validator.problems(body)]
            org.note("emulator.contract", operation=operation.id, problems=problems)

    def _compile(self, operation: Operation) -> Plan:
        if self._load is not None:
            self._load(operation.path)
        action = self._actions.get(operation.id)
        if action is None and self.engine.serves(operation):
            action = self.engine.answer
        body, response = operation.body, operation.response
        is_handmade = operation.id in self._actions or not self.engine.serves(operation)
        plan = Plan(
            action,
            self.schemas.judge(body) if body else None,
            self.schemas.gate(body) if body else None,
            self.schemas.response(response) if response and is_handmade else None,
            self.statuses.of(operation),
            operation.id in self._users_only,
            any(parameter.required for parameter in operation.query),
            {name: True for name in ("preview", "deprecated") if getattr(operation, name)},
        )
        self._plans[operation.index] = plan
        return plan

    def _refuse(self, outcome: Outcome, refused: Refused) -> None:
        if not outcome.headers:  # no token was counted
            org = outcome.org or next(iter(self.world.orgs.values()), None)
            outcome.headers = rate_headers(0, allowance(org) if org else 0, WINDOW)
        body = error_body(refused, outcome.correlation)
        outcome.answer = Answer(refused.status, encoded=orjson.dumps(body, default=str), headers=refused.headers)


def _link(outcome: Outcome, org: Org, changed: int, variables: Mapping[str, str]) -> None:
    """The conversation of an exchange: the one its path names, or the first it changed."""
    outcome.conversation = variables.get("conversationId")
    for change in org.changes.read(max(changed, org.changes.start)):
        if change.conversation and outcome.conversation in (None, change.conversation):
            outcome.conversation, outcome.customer = change.conversation, change.customer or outcome.customer
    if outcome.conversation and outcome.customer is None:
        conversation = org.conversations.get(outcome.conversation)
        outcome.customer = conversation.leg.address if conversation else None
