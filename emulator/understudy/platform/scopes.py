"""Scopes: what a client may do for a user who let it in (facts: platform-api §2, §3).

Client credentials are limited by roles and not by scopes. A user's token needs one of the operation's scopes; ``x``
includes ``x:readonly``. Where the catalogue's source is exact the call is refused; where it is a rule of thumb the call
passes and the record notes, once a client and operation, what it would have needed; ``strict`` refuses both.
"""

from __future__ import annotations

from typing import Final

from understudy.errors import Refused, SettingsError, nearest
from understudy.platform.catalogue import Operation
from understudy.world.org import Org
from understudy.world.tokens import Token

MODES: Final = ("documented", "strict")
EXACT: Final = frozenset({"terraform"})  # of Operation.scopes_source: solved from the description itself
READONLY: Final = ":readonly"
EVERYTHING: Final = "*"
NOTED: Final = "scopes.noted"  # org.live[NOTED]: set[(client, operationId)]
NOTED_MAX: Final = 10_000  # the emulator's own bound; beyond it nothing more is noted
SILENT: Final = frozenset({"getTokensMe"})  # says itself whether it counts as use (preserveIdleTTL)


class Scopes:
    """Looks at the tokens of users. ``mode`` is ``documented`` or ``strict``."""

    def __init__(self, mode: str = "documented") -> None:
        if mode not in MODES:
            raise SettingsError("scopes", mode, nearest(mode, list(MODES)))
        self.is_strict = mode == "strict"
        self._needed: dict[int, frozenset[str]] = {}

    def admit(self, org: Org, token: Token, operation: Operation) -> None:
        """A user's token calls an operation: it is in use, and ``Refused`` 403 where its scopes don't suffice."""
        if token.idle and operation.id not in SILENT:
            token.used = org.now()
        if not token.scoped or not operation.scopes:
            return
        needed = self._needed.get(operation.index)
        if needed is None:
            needed = self._needed[operation.index] = sufficient(operation.scopes)
        if not needed.isdisjoint(token.scopes):
            return
        if not self.is_strict and operation.scopes_source not in EXACT:
            _note(org, token, operation)
            return
        listed = ", ".join(operation.scopes)
        org.note("scope.denied", operation=operation.id, client=token.client, missing=list(operation.scopes))
        # not.authorized is one of the codes of every operation (facts: platform-api §4); that it is this one is assumed
        message = (
            f"The client is not authorized for this request. It must have at least one of these scopes: [{listed}]"
        )
        raise Refused(403, "not.authorized", message, params={"scopes": listed})


def sufficient(scopes: tuple[str, ...]) -> frozenset[str]:
    """Every scope that opens an operation which names ``scopes``."""
    whole = {scope.removesuffix(READONLY) for scope in scopes}
    return frozenset({*scopes, *whole, EVERYTHING})


def _note(org: Org, token: Token, operation: Operation) -> None:
    noted: set[tuple[str, str]] = org.live.setdefault(NOTED, set())
    key = (token.client, operation.id)
    if key in noted or len(noted) >= NOTED_MAX:
        return
    noted.add(key)
    org.note(
        "scope.would_need", operation=operation.id, client=token.client, missing=list(operation.scopes),
        source=operation.scopes_source,
    )  # fmt: skip
