"""The languages that a browser wants: the header Accept-Language (RFC 9110 §12.5.4)."""

from __future__ import annotations

from typing import Final

LANGUAGES_MAX: Final = 20  # of one header; the emulator's own bound
LENGTH_MAX: Final = 1000  # characters that are read


def wanted_languages(header: str) -> tuple[str, ...]:
    """Language ranges by falling weight, those of the same weight in their order; what can't be read is left out.

    >>> wanted_languages("en;q=0.5, de-AT, *;q=0.1")
    ('de-AT', 'en')
    """
    found: list[tuple[float, str]] = []
    for part in header[:LENGTH_MAX].split(",")[:LANGUAGES_MAX]:
        name, _, parameter = part.partition(";")
        weight = _weight(parameter.strip())
        if weight > 0 and name.strip() not in ("", "*"):
            found.append((weight, name.strip()))
    return tuple(name for _, name in sorted(found, key=lambda one: -one[0]))


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    name, _, value = parameter.partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
