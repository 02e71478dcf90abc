"""What is a secret, as ``contracts/redaction.toml`` says: by operation or interface and field, never by pattern."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from understudy.errors import ContractError
from understudy.material import material

KINDS = ("headers", "cookies", "urls")  # of headers with secrets
# a name (in HTML a field's), then the text in its quotes (or up to the cut end), or a bare word; no alternative
# overlaps another
_LEAF = rb"""((?:%s)["']?\s*(?:[:=]|value\s*=)\s*)(?:"((?:[^"\\]|\\.)+)|'([^']+)|([^"'&\s,;(){}\[\]]+))"""


@dataclass(frozen=True, slots=True)
class Flag:
    """Which fields of a message hold secrets. ``leaves`` finds them by name where the body can't be parsed. ``text``:
    known secrets are looked for anywhere in the body."""

    body: tuple[tuple[str, ...], ...] = ()
    form: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    known: bool = False
    text: bool = False
    names: tuple[bytes, ...] = ()
    leaves: re.Pattern[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """The whole of ``contracts/redaction.toml``. ``headers`` has the kind of each (``headers``, ``cookies`` or
    ``urls``) by its name in lower case."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: frozenset[str] = frozenset()
    operations: Mapping[str, Flag] = field(default_factory=dict)
    interfaces: Mapping[str, Flag] = field(default_factory=dict)

    def of(self, operation: str, interface: str) -> Flag | None:
        """The flag of a message: its operation's, else its interface's."""
        return self.operations.get(operation) or self.interfaces.get(interface)


def load_flags(path: Path | None = None) -> Flags:
    """Read the contract; raises ``ContractError`` when it is malformed."""
    path = path or material("contracts") / "redaction.toml"
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        always = document["always"]
        operations: dict[str, Flag] = {}
        interfaces: dict[str, Flag] = {}
        for entry in document["flag"]:
            flag = _flag(entry)
            operations.update(dict.fromkeys(entry.get("operations", ()), flag))
            interfaces.update(dict.fromkeys(entry.get("interfaces", ()), flag))
        headers = {name: kind for kind in KINDS for name in _lower(always[kind])}
        return Flags(headers, frozenset(always["query"]), operations, interfaces)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path}: not a redaction contract ({error!r}): see the form at the file's top") from error


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _flag(entry: Mapping[str, Any]) -> Flag:
    paths = tuple(tuple(path.split(".")) for path in entry.get("body", ()))
    form = frozenset(entry.get("form", ()))
    keys = sorted({next(step for step in reversed(path) if step != "*") for path in paths})
    leaves = sorted({path[-1] for path in paths if path[-1] != "*"} | form)
    return Flag(
        body=paths,
        form=form,
        headers=_lower(entry.get("headers", ())),
        known=bool(entry.get("known", False)),
        text=bool(entry.get("text", False)),
        names=tuple(key.encode() for key in keys),
        leaves=re.compile(_LEAF % b"|".join(re.escape(leaf.encode()) for leaf in leaves), re.DOTALL)
        if leaves
        else None,
    )
