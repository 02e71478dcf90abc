"""Which entries a rule speaks about.

A selector is a table; all of it must hold. ``kind interface direction`` are words, ``name`` and ``operation`` patterns
(``*``, ``?``), ``status`` numbers or classes such as ``"2xx"``; ``data body header`` map paths to conditions
(``conditions.py``); ``conversation``, ``customer`` and ``text`` (name and body as one) are conditions; ``response`` and
``request`` are selectors for the other half of the exchange; ``json = false`` means a body that is no JSON; ``spelled``
lists header names in exactly this letter case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from understudy.checker.conditions import any_holds, of_status
from understudy.checker.evidence import MISSING, Seen, values

Selector = Mapping[str, Any]


def matches(selector: Selector, seen: Seen) -> bool:
    """Whether an entry is one that the selector means."""
    return all(_PARTS[part](wanted, seen) for part, wanted in selector.items())


def _word(name: str) -> Callable[[Any, Seen], bool]:
    def test(wanted: Any, seen: Seen) -> bool:
        value = getattr(seen.entry, name)
        return value in wanted if isinstance(wanted, list) else bool(value == wanted)

    return test


def _pattern(wanted: Any, text: str) -> bool:
    return any(fnmatchcase(text, one) for one in wanted) if isinstance(wanted, list) else fnmatchcase(text, wanted)


def _paths(prefix: str) -> Callable[[Any, Seen], bool]:
    def test(wanted: Any, seen: Seen) -> bool:
        return all(any_holds(condition, values(seen, f"{prefix}.{path}")) for path, condition in wanted.items())

    return test


def _spelled(wanted: Any, seen: Seen) -> bool:
    names = {name for name, _ in seen.entry.headers}
    return all(name in names for name in wanted)


_PARTS: Final[Mapping[str, Callable[[Any, Seen], bool]]] = {
    "kind": _word("kind"),
    "interface": _word("interface"),
    "direction": _word("direction"),
    "name": lambda wanted, seen: _pattern(wanted, seen.entry.name),
    "operation": lambda wanted, seen: _pattern(wanted, str(seen.entry.data.get("operation", ""))),
    "status": lambda wanted, seen: any_holds(of_status(wanted), values(seen, "status")),
    "conversation": lambda wanted, seen: any_holds(wanted, values(seen, "conversation")),
    "customer": lambda wanted, seen: any_holds(wanted, values(seen, "customer")),
    "json": lambda wanted, seen: (seen.json is not MISSING) is wanted,
    "spelled": _spelled,
    "text": lambda wanted, seen: any_holds(wanted, values(seen, "text")),
    "data": _paths("data"),
    "header": _paths("header"),
    "body": _paths("body"),
    "response": lambda wanted, seen: seen.answer is not None and matches(wanted, seen.answer),
    "request": lambda wanted, seen: seen.request is not None and matches(wanted, seen.request),
}
PARTS: Final = tuple(_PARTS)
