"""The engine: create, list, get, put, patch and delete of every resource in ``contracts/platform_api/resources/``.

An operation is compiled once into a plan; an answer is then a look-up, the resource's lifecycle rules, and one store.
Only operations named there are served; the rest are actions (``ACTIONS`` of the interfaces) or unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import orjson

from understudy.errors import Refused
from understudy.platform.bodies import Form, form_of
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue, Kind, Models, Operation
from understudy.platform.grants import guard, guard_body, visible
from understudy.platform.in_use import refuse_if_used
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.paging import array, listing, select
from understudy.platform.resources import Resource, Resources
from understudy.platform.schemas import Schemas
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

__all__ = ["Engine", "Lifecycle"]

NO_RULES = Lifecycle()
SINGLE = "current"  # the id under which the one entity of a singleton is kept


class Plan:
    """What is known of one operation before any request: kind, resource, rules, and where ids and fields stand."""

    def __init__(self, kind: Kind, operation: Operation, resource: Resource, rules: Lifecycle, models: Models) -> None:
        self.kind, self.resource, self.rules = kind, resource, rules
        self.variable = operation.variables[-1] if operation.variables and not resource.singleton else ""
        self.form: Form = form_of(operation, resource, models)
        self.fields = frozenset(models[resource.model]) if resource.model else frozenset()
        response = operation.response or ""
        self.shape = frozenset(models[response]) if response in models else frozenset({"entities"})
        self.has_response = operation.response is not None
        self.tells_last = bool(resource.model) and operation.response == resource.model  # DELETE answers what was
        self.is_array = (operation.response or "").endswith("[]")
        self.view = _view(operation, resource, models)
        self.is_shown = rules.shown is not None and rules.is_always_shown
        self.has_force = any(parameter.name == "force" for parameter in operation.query)
        self.is_locked = operation.id in resource.lock
        self.is_partial = operation.id in resource.partial
        self.is_chosen = any(
            parameter.default and (parameter.name == "sortBy" or parameter.name in rules.filters)
            for parameter in operation.query
        )  # even a listing that nothing is asked of has filters or an order

    def type_in(self, call: Call) -> str:
        """The entity type that the call means; children are kept by parent, which must exist."""
        parent = self.resource.parent
        if parent is None:
            return self.resource.name
        id_ = call.path[parent.variable]
        owner = call.org.entities.of(parent.resource).get(id_)
        if owner is None:
            raise Refused(404, "not.found", f"{parent.resource} with id [{id_}] was not found", params={"id": id_})
        if call.token.fence is not None:
            guard(call, owner)
        return f"{self.resource.name}/{id_}"


class Engine:
    """Answers the operations of all resources."""

    def __init__(
        self,
        catalogue: Catalogue,
        resources: Resources,
        rules: Mapping[str, Lifecycle],
        schemas: Schemas | None = None,
    ) -> None:
        self._schemas = schemas
        self._resources = resources
        self._plans: dict[str, Plan] = {}
        self._operations = {id_: (kind, res) for res in resources.values() for kind, id_ in res.pairs()}
        self._rules = rules
        self._catalogue = catalogue
        self._kinds: Mapping[Kind, Callable[[Plan, Call], Answer]] = {
            Kind.CREATE: self._create,
            Kind.LIST: self._list,
            Kind.GET: self._get,
            Kind.PUT: self._put,
            Kind.PATCH: self._patch,
            Kind.DELETE: self._delete,
        }

    def serves(self, operation: Operation) -> bool:
        """Whether the operation belongs to a resource."""
        return operation.id in self._operations

    def answer(self, call: Call) -> Answer:
        """Carry out a call; raises ``Refused`` where the platform would refuse."""
        plan = self._plans.get(call.operation.id) or self._compile(call.operation)
        return self._kinds[plan.kind](plan, call)

    def _compile(self, operation: Operation) -> Plan:
        kind, resource = self._operations[operation.id]
        plan = Plan(kind, operation, resource, self._rules.get(resource.name, NO_RULES), self._catalogue.models)
        self._plans[operation.id] = plan
        return plan

    def _create(self, plan: Plan, call: Call) -> Answer:
        resource, type_ = plan.resource, plan.type_in(call)
        body = plan.form.new(call)
        if resource.identity == "id":
            body = {"id": call.org.ids.uuid(resource.name), **body}
        id_ = str(body.get(resource.identity, ""))
        if not id_:
            raise _missing_field(resource.identity)
        if resource.path:
            body["selfUri"] = f"{resource.path}/{id_}"
        hidden = plan.rules.defaults(call, body) if plan.rules.defaults else None
        if call.token.fence is not None:
            guard_body(call, body)
        self._check(plan, call, type_, None, body)
        return self._stored(plan, call, type_, None, id_, body, hidden)

    def _list(self, plan: Plan, call: Call) -> Answer:
        entities = [*call.org.entities.of(plan.type_in(call)).values()]
        if plan.rules.deleted is not None:
            entities += plan.rules.deleted(call).values()
        if call.token.fence is not None:
            entities = visible(call, entities)
        if not call.query and not plan.is_chosen:
            return Answer(encoded=self._page(plan, call, entities))
        selection = select(call, entities, plan.fields, plan.rules.filters)
        return Answer(encoded=self._page(plan, call, list(selection.entities)), generic=not selection.is_exact)

    def _get(self, plan: Plan, call: Call) -> Answer:
        entity = self._entity(plan, call, plan.type_in(call))
        if call.query or plan.resource.brief or plan.is_shown or plan.view:
            return Answer(encoded=self._shown(plan, call, entity) or entity.encoded)
        return Answer(encoded=entity.encoded)

    def _put(self, plan: Plan, call: Call) -> Answer:
        return self._changed(plan, call, plan.form.merged if plan.is_partial else plan.form.replaced)

    def _patch(self, plan: Plan, call: Call) -> Answer:
        return self._changed(plan, call, plan.form.merged)

    def _changed(self, plan: Plan, call: Call, change: Callable[[Call, dict[str, Any]], dict[str, Any]]) -> Answer:
        type_ = plan.type_in(call)
        before = self._entity(plan, call, type_)
        if plan.is_locked:
            _check_version(call, before)
        body = change(call, before.body)
        if not plan.resource.singleton:
            body[plan.resource.identity] = before.id
        if call.token.fence is not None:
            guard_body(call, body)
        self._check(plan, call, type_, before, body)
        return self._stored(plan, call, type_, before, before.id, body, None)

    def _delete(self, plan: Plan, call: Call) -> Answer:
        type_ = plan.type_in(call)
        before = self._entity(plan, call, type_)
        if plan.rules.check:
            plan.rules.check(call, before, None)
        if not (plan.has_force and call.query.get("force", "").casefold() == "true"):
            refuse_if_used(call.org, plan.resource.name, before)
        forget(call.org, type_, before.id)
        for resource in self._resources.values():
            if resource.parent and resource.parent.resource == plan.resource.name:
                call.org.entities.of(f"{resource.name}/{before.id}").clear()
        if plan.rules.consequence:
            plan.rules.consequence(call, before, None)
        if plan.tells_last:
            return Answer(encoded=before.encoded)
        return Answer(body={} if plan.has_response else None)

    def _entity(self, plan: Plan, call: Call, type_: str) -> Entity:
        resource = plan.resource
        if resource.singleton:
            return call.org.entities.get(type_, SINGLE) or _first(plan, call, type_)
        id_ = call.path[plan.variable]
        entity = call.org.entities.of(type_).get(id_)
        if entity is None and plan.rules.deleted is not None:
            entity = plan.rules.deleted(call).get(id_)
        if entity is None:
            message = f"{resource.model or resource.name} with id [{id_}] was not found"
            raise Refused(404, resource.missing, message, params={"id": id_})
        if call.token.fence is not None:
            guard(call, entity)
        return entity

    def _check(self, plan: Plan, call: Call, type_: str, before: Entity | None, body: dict[str, Any]) -> None:
        unique = plan.resource.unique
        if unique is not None:
            value = str(body.get(unique.field) or "")
            other = _holder(call, type_, unique.field, value) if value else None
            if other is not None and (before is None or other.id != before.id):
                message = f"A {plan.resource.model or 'row'} with {unique.field} [{value}] already exists"
                detail = {"errorCode": unique.code, "fieldName": unique.field, "entityId": other.id}
                raise Refused(unique.status, unique.code, message, params={unique.field: value}, details=(detail,))
        if plan.rules.check:
            plan.rules.check(call, before, body)

    def _stored(
        self,
        plan: Plan,
        call: Call,
        type_: str,
        before: Entity | None,
        id_: str,
        body: dict[str, Any],
        hidden: dict[str, Any] | None,
    ) -> Answer:
        after = store(call.org, type_, id_, body, hidden)
        if plan.rules.consequence:
            plan.rules.consequence(call, before, after)
            after = call.org.entities.get(type_, id_) or after
        self._judge(plan, call, after.body)
        return Answer(encoded=after.encoded)

    def _page(self, plan: Plan, call: Call, entities: list[Entity]) -> bytes:
        if plan.is_array:
            return array([self._shown(plan, call, entity) or entity for entity in entities])
        is_asked = plan.rules.shown is not None and (call.query or plan.is_shown)
        is_plain = not plan.resource.brief and not is_asked and not plan.view
        return listing(call, entities, plan.shape, None if is_plain else partial(self._shown, plan, call))

    def _shown(self, plan: Plan, call: Call, entity: Entity) -> bytes:
        """What is shown instead of the stored entity; empty for nothing else."""
        if plan.resource.brief:
            return _brief(plan, call, entity)
        body = plan.rules.shown(call, entity) if plan.rules.shown and (call.query or plan.is_shown) else None
        if plan.view:
            shown = entity.body if body is None else body
            return orjson.dumps({name: value for name, value in shown.items() if name in plan.view})
        if body is None:
            return b""
        self._judge(plan, call, body)
        return orjson.dumps(body)

    def _judge(self, plan: Plan, call: Call, body: dict[str, Any]) -> None:
        """A response is validated once, when its version is stored or made (DESIGN: The Platform API)."""
        if self._schemas is None or not plan.resource.model:
            return
        validator = self._schemas.response(plan.resource.model)
        if not validator.is_valid(body):
            problems = [f"{problem.path}: {problem.message}" for problem in validator.problems(body)]
            call.org.note("emulator.contract", operation=call.operation.id, problems=problems)


def _view(operation: Operation, resource: Resource, models: Models) -> frozenset[str]:
    """The fields that an operation shows where its own model is smaller than the resource's (``…/divisionviews``)."""
    response = operation.response or ""
    listed = models[response].get("entities", {}).get("type", "") if response in models else response
    model = str(listed or response).removesuffix("[]")
    return frozenset(models[model]) if resource.model and model in models and model != resource.model else frozenset()


def _holder(call: Call, type_: str, field: str, value: str) -> Entity | None:
    entities = call.org.entities
    if field == "name":
        return entities.named(type_, value)
    folded = value.casefold()
    return next((e for e in entities.of(type_).values() if str(e.body.get(field, "")).casefold() == folded), None)


def _first(plan: Plan, call: Call, type_: str) -> Entity:
    """A singleton that nobody has written yet: its defaults, kept quietly, since nothing changed."""
    body = dict(plan.resource.defaults)
    if plan.resource.path:
        body["selfUri"] = plan.resource.path
    hidden = plan.rules.defaults(call, body) if plan.rules.defaults else None
    return call.org.entities.put(type_, SINGLE, body, hidden)


def _brief(plan: Plan, call: Call, entity: Entity) -> bytes:
    """Only the identity, where the resource has a parameter that says so and it is not switched off; else nothing."""
    brief = plan.resource.brief
    if not brief or call.query.get(brief, "true").casefold() == "false":
        return b""
    return plan.form.identity(plan.resource.identity, entity)


def _check_version(call: Call, before: Entity) -> None:
    """facts: platform-api §4: no ETag anywhere; a ``version`` in the body must be the current one."""
    given, current = (call.body or {}).get("version"), before.body.get("version")
    if str(given) != str(current):
        message = f"Version {given} does not match the current version {current} of {before.name}"
        raise Refused(409, "general.conflict", message, params={"version": str(current)})


def _missing_field(name: str) -> Refused:
    detail = {"errorCode": "required.field.missing", "fieldName": name}
    return Refused(400, "required.field.missing", f"{name} is required", params={"field": name}, details=(detail,))
