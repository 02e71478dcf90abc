"""The sweep: every operation with a valid request and with each negative case that applies to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tests.operations.bodies import NOTHING, Bodies
from tests.operations.office import Office, Reply
from tests.operations.recipes import CASES, load_recipes
from tests.operations.requests import Request, Requests, Underivable

from understudy.platform.catalogue import Catalogue, Operation
from understudy.platform.corrections import load_corrections
from understudy.platform.schemas import Schemas
from understudy.tables import complete

TABLES = complete()

VALID: Final = "valid"
UNKNOWN: Final = (400, 403, 404, 410)  # a thing that isn't there: 404 mostly; some say that the value is no such thing
EMPTY: Final = (202, 204)


@dataclass(frozen=True, slots=True)
class Result:
    """What one case of one operation gave. ``outcome``: passed, failed or not applicable, with its ``reason``."""

    operation: Operation
    case: str
    outcome: str
    reason: str = ""
    behaviour: str = ""  # action | engine | generic; of the valid case


class Sweep:
    """Over one office."""

    def __init__(self, office: Office) -> None:
        self.catalogue: Catalogue = office.emulator.catalogue
        self.office = office
        self._schemas = Schemas(self.catalogue.models, kept=64)
        bodies = Bodies(self.catalogue.models, load_corrections())
        self._requests = Requests(office, self.catalogue, load_recipes(self.catalogue.by_id), bodies)

    def run(self, operation: Operation) -> Iterator[Result]:
        """All cases of an operation: the negative ones first, since a valid DELETE leaves nothing to refuse."""
        self.office.renew()
        try:
            request = self._requests.valid(operation)
        except Underivable as error:
            is_told = bool(self._requests.recipe(operation).skip)
            yield Result(operation, VALID, "not applicable" if is_told else "failed", str(error))
            return
        told = self._requests.recipe(operation).not_applicable
        for case, check in NEGATIVE.items():
            reason = told.get(case) or check.unfit(operation)
            if reason:
                yield Result(operation, case, "not applicable", reason)
            else:
                yield from self._negative(case, check, request)
        yield self._valid(request)

    def _valid(self, request: Request) -> Result:
        operation = request.operation
        reply = self._requests.send(request)
        problem = self._problem(operation, reply)
        behaviour = "generic" if reply.is_generic else "action" if operation.id in TABLES.actions else "engine"
        if problem:
            return Result(operation, VALID, "failed", f"{operation.method} {request.target}: {problem}", behaviour)
        return Result(operation, VALID, "passed", "", behaviour)

    def _negative(self, case: str, check: Negative, request: Request) -> Iterator[Result]:
        for wrong in check.made(request, self._requests.bodies):
            token = check.token(self.office) if check.token else None
            reply = self._requests.send(wrong, token=token)
            if case == "unknown_id" and 200 <= reply.status < 300 and reply.is_generic:
                yield Result(request.operation, case, "not applicable", "nobody can create one: any id is answered")
            elif reply.status in check.statuses and (wrong.operation.method == "HEAD" or _is_error(reply)):
                yield Result(request.operation, case, "passed")
            else:
                said = f"expected {check.statuses}, got {reply.told}"
                yield Result(request.operation, case, "failed", f"{wrong.operation.method} {wrong.target}: {said}")

    def _problem(self, operation: Operation, reply: Reply) -> str:
        recipe = self._requests.recipe(operation)
        if not 200 <= reply.status < 300:
            return reply.told
        if recipe.status and reply.status != recipe.status:
            return f"expected {recipe.status}, got {reply.status}"
        if recipe.media not in reply.headers.get("content-type", "") and reply.body:
            return f"content type {reply.headers.get('content-type')}"
        if operation.response is None:
            return "" if not reply.body else f"no model, but a body: {reply.body[:100]!r}"
        if operation.method == "HEAD" or recipe.media != "application/json":
            return ""
        if not reply.body:
            return "" if reply.status in EMPTY else f"{reply.status} without a body; {operation.response} is expected"
        problems = self._schemas.response(operation.response).problems(reply.json)
        return "; ".join(str(problem) for problem in problems[:3])


@dataclass(frozen=True, slots=True)
class Negative:
    """One negative case: when it does not apply, the requests it makes, who asks, and what must come."""

    unfit: Callable[[Operation], str]
    made: Callable[[Request, Bodies], Iterator[Request]]
    statuses: tuple[int, ...]
    token: Callable[[Office], str] | None = None


def _is_error(reply: Reply) -> bool:
    body = reply.json if reply.body.startswith(b"{") else None
    return isinstance(body, dict) and body.get("status") == reply.status and bool(body.get("code"))


def _same(request: Request, _: Bodies) -> Iterator[Request]:
    yield request


def _bad_bodies(request: Request, bodies: Bodies) -> Iterator[Request]:
    type_ = request.operation.body or ""
    yield replace(request, body=bodies.wrong(type_))
    lacking = bodies.lacking(type_, request.body)
    if lacking is not NOTHING:
        yield replace(request, body=lacking)


def _elsewhere(request: Request, _: Bodies) -> Iterator[Request]:
    yield request.elsewhere()


def _no_permission(operation: Operation) -> str:
    if not operation.auth:
        return "no OAuth"
    return {"NO": "needs no permission", "UNKNOWN": "no source names its permissions"}.get(
        operation.permission_mode, ""
    )


NEGATIVE: Final[Mapping[str, Negative]] = {
    "bad_token": Negative(lambda o: "" if o.auth else "no OAuth", _same, (401,), lambda _: "no-such-token"),
    "missing_permission": Negative(_no_permission, _same, (403,), lambda office: office.tokens["powerless"]),
    "bad_body": Negative(lambda o: "" if o.body else "no body", _bad_bodies, (400,)),
    "unknown_id": Negative(lambda o: "" if o.variables else "no id in the path", _elsewhere, UNKNOWN),
}
assert tuple(NEGATIVE) == CASES
