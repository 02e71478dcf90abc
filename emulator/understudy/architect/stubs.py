"""Scripted answers for what a flow calls and the emulator does not carry out: data actions and bot flows.

They stand at a flow in the org file, under ``understudy: stubs:``, and in the flow entity's hidden part. Nothing is
called; what the flow gets is what the file says, and the record says so. The first stub that fits an action answers::

    - dataAction: CRM/Find customer        # category/action; or botFlow: NAME
      when: {NUMBER: "42"}                 # inputs that must be equal; without: any
      then: success                        # success | failure | timeout (data actions only)
      outputs: {TIER: Gold}                # of a failure: errorCode, status, userMessage, …
      intent: order                        # of a bot flow, with slots: {…}, exitReason, and what it says
      says: [Your order is on its way]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from understudy.errors import FlowError, nearest
from understudy.world.org import Org

HIDDEN: Final = "stubs"  # in the hidden part of a flow entity
KINDS: Final = ("dataAction", "botFlow")
THEN: Final[Mapping[str, tuple[str, ...]]] = {
    "dataAction": ("success", "failure", "timeout"),
    "botFlow": ("success", "failure"),
}
MAPPINGS: Final = ("when", "outputs", "slots")
TEXTS: Final = ("then", "intent", "exitReason")
STUBS_MAX: Final = 200  # of one flow: the emulator's own bound


@dataclass(frozen=True, slots=True)
class Stub:
    """One scripted answer."""

    kind: str
    name: str
    when: Mapping[str, Any] = field(default_factory=dict)
    then: str = "success"
    outputs: Mapping[str, Any] = field(default_factory=dict)
    intent: str = ""
    exit_reason: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    says: tuple[str, ...] = ()


def answer(org: Org, flow: str, kind: str, name: str, inputs: Mapping[str, Any]) -> Stub | None:
    """The first stub of a flow for a thing and these inputs (as JSON)."""
    entity = org.entities.get("flows", flow)
    given = entity.hidden.get(HIDDEN) if entity is not None else None
    return next((one for one in stubs(given, "stubs") if _fits(one, kind, name, inputs)), None)


def stubs(given: Any, source: str) -> Iterable[Stub]:
    """The stubs of a flow; raises ``FlowError`` where one can't be read."""
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > STUBS_MAX:
        _fail(source, f"stubs are not a list of at most {STUBS_MAX}")
    return [_stub(one, f"stub {number}", source) for number, one in enumerate(given, 1)]


def _fits(stub: Stub, kind: str, name: str, inputs: Mapping[str, Any]) -> bool:
    return (stub.kind, stub.name) == (kind, name) and all(inputs.get(key) == value for key, value in stub.when.items())


def _stub(given: Any, what: str, source: str) -> Stub:
    if not isinstance(given, dict):
        _fail(source, f"{what} is not a mapping")
    known = (*KINDS, *MAPPINGS, *TEXTS, "says")
    for key in given:
        if key not in known:
            _fail(source, f"{what} has {key!r}: {nearest(str(key), list(known))}")
    kinds = [key for key in KINDS if isinstance(given.get(key), str) and given[key]]
    if len(kinds) != 1:
        _fail(source, f"{what} names {' and '.join(kinds) or 'nothing'}: give dataAction or botFlow")
    for key in MAPPINGS:
        if not isinstance(given.get(key, {}), dict):
            _fail(source, f"{key!r} of {what} is not a mapping")
    for key in TEXTS:
        if not isinstance(given.get(key, ""), str):
            _fail(source, f"{key!r} of {what} is not a text")
    says = given.get("says", [])
    if not isinstance(says, list) or not all(isinstance(one, str) for one in says):
        _fail(source, f"'says' of {what} is not a list of texts")
    return _made(given, kinds[0], tuple(says), what, source)


def _made(given: Mapping[str, Any], kind: str, says: tuple[str, ...], what: str, source: str) -> Stub:
    then = given.get("then", "success")
    if then not in THEN[kind]:
        _fail(source, f"'then' of {what} is {then!r}: {nearest(then, list(THEN[kind]))}")
    return Stub(
        kind,
        given[kind],
        given.get("when", {}),
        then,
        given.get("outputs", {}),
        given.get("intent", ""),
        given.get("exitReason", ""),
        given.get("slots", {}),
        says,
    )


def _fail(source: str, problem: str) -> NoReturn:
    raise FlowError(source, 0, problem)
