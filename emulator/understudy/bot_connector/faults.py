"""What is wrong with something that a bot's provider sent, named by the contract rule that it breaks.

Reading is total: whatever the bytes are, the outcome is a value and a list of faults, never an exception. A fault is
fatal where the answer can't be used, which ends the session in the flow's failure path; the others are only reported.
Which of them Genesys forgives is not documented (assumed, unless the line that names the fault says else).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

MOST: Final = 20  # faults kept of one message; the emulator's own bound, a peer may send a million
SHOWN: Final = 80  # characters of an observed value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``rule`` is an id of contracts/bot_connector/rules.toml, ``path`` where in the body ("" for the whole)."""

    rule: str
    path: str
    expected: str
    observed: str
    is_fatal: bool = True

    def __str__(self) -> str:
        return f"{self.rule}: {self.path or 'the answer'} is {self.observed}, not {self.expected}"


@dataclass(slots=True)
class Faults:
    """The faults of one message, in order, at most ``MOST``; a fatal one is never lost to those that are not."""

    found: list[Fault] = field(default_factory=list)

    def add(self, rule: str, path: str, expected: str, value: object, *, is_fatal: bool = True) -> None:
        """Note a fault; ``value`` is shown shortened."""
        if len(self.found) >= MOST and not (is_fatal and self.first_fatal is None):
            return
        fault = Fault(rule=rule, path=path, expected=expected, observed=shown(value), is_fatal=is_fatal)
        if len(self.found) >= MOST:
            self.found.pop()
        self.found.append(fault)

    @property
    def first_fatal(self) -> Fault | None:
        """The fault that makes the message useless, or None."""
        return next((fault for fault in self.found if fault.is_fatal), None)


class Said(str):
    """An observation in words, shown as it is and not as a value."""

    __slots__ = ()


def shown(value: object) -> str:
    """A value for people: kind and size where it is a structure, the value itself where it is short."""
    if isinstance(value, Said):
        return str(value)[:SHOWN]
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'an array'} of {len(value)}"
    return repr(value[:SHOWN] if isinstance(value, str) else value)[: SHOWN + 2]


def text_of(data: dict[str, Any], key: str, path: str, rule: str, faults: Faults) -> str | None:
    """An optional string; absent and null are None, anything else is a fault."""
    value = data.get(key)
    if value is None or isinstance(value, str):
        return value
    faults.add(rule, f"{path}{key}", "a string", value)
    return None


def strings_of(data: dict[str, Any], key: str, rule: str, faults: Faults) -> dict[str, str]:
    """An optional flat map of strings; wrong entries are faults and are left out."""
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        faults.add(rule, key, "an object of strings", value)
        return {}
    kept = {}
    for name, item in value.items():
        if isinstance(item, str):
            kept[name] = item
        else:
            faults.add(rule, f"{key}.{name[:SHOWN]}", "a string", item)
    return kept
