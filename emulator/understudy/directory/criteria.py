"""Search criteria: which things a query of the directory's search means (UserSearchCriteria, GroupSearchCriteria).

Criteria are combined from left to right, each by its own ``operator`` with what stands before it; AND where it has
none, and NOT means "and not" (assumed: no source says how operators mix). Text is compared without regard to case. A
field is a dotted path; of lists and objects every value in them counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import translate
from typing import Any, Final

from understudy.errors import Refused

Fields = Callable[[str], list[str]]  # the values of a field, as text

DEEPEST: Final = 10  # groups of criteria within groups; the emulator's own bound
LONGEST: Final = 1000  # criteria of one search; the emulator's own bound
NO_GLOB: Final = frozenset("[]{}()|+?^$\\*")  # what a REGEX may not hold beside . and .*


def check(criteria: Sequence[Mapping[str, Any]]) -> None:
    """Refuse criteria that can't be evaluated: too deep, too many, or of an expression that is not understood."""
    level, count = list(criteria), 0
    for _ in range(DEEPEST):
        count += len(level)
        for one in level:
            if one.get("type") == "REGEX":
                _glob(_values(one))
        level = [inner for one in level for inner in one.get("group") or ()]
        if not level:
            break
    if level or count > LONGEST:
        raise Refused(400, "bad.request", f"A query has at most {LONGEST} criteria, {DEEPEST} deep")


def matches(criteria: Iterable[Mapping[str, Any]], fields: Fields) -> bool:
    """Whether something with these fields is meant; no criteria mean everything."""
    found: bool | None = None
    for criterion in criteria:
        value = _is_met(criterion, fields)
        match criterion.get("operator"):
            case "OR":
                found = value if found is None else found or value
            case "NOT":
                found = not value if found is None else found and not value
            case _:
                found = value if found is None else found and value
    return found is not False


def names(criteria: Iterable[Mapping[str, Any]], field: str) -> bool:
    """Whether some criterion asks for a field."""
    return any(
        field in (criterion.get("fields") or ()) or names(criterion.get("group") or (), field) for criterion in criteria
    )


def values_in(value: Any) -> list[str]:
    """Every plain value within a value, as text."""
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in values_in(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in values_in(inner)]
    if value is None:
        return []
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _is_met(criterion: Mapping[str, Any], fields: Fields) -> bool:
    if criterion.get("group"):
        return matches(criterion["group"], fields)
    type_ = str(criterion.get("type"))
    if type_ == "MATCH_ALL":
        return True
    named = [fields(field) for field in criterion.get("fields") or ()]
    if type_ == "REQUIRED_FIELDS":
        return bool(named) and all(named)
    held = [text.casefold() for texts in named for text in texts]
    wanted = [text.casefold() for text in _values(criterion)]
    if type_ == "QUERY_STRING":
        return all(any(word in text for text in held) for word in " ".join(wanted).replace("*", "").split())
    if type_ == "REGEX":
        patterns = _glob(wanted)
        return any(pattern.fullmatch(text) for pattern in patterns for text in held)
    if type_ in TEXTS:
        return any(TEXTS[type_](text, want) for text in held for want in wanted)
    return any(_is_within(type_, text, criterion, wanted) for text in held)


TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "EXACT": lambda text, want: text == want,
    "TERM": lambda text, want: text == want or want in text.split(),
    "TERMS": lambda text, want: text == want or want in text.split(),
    "STARTS_WITH": lambda text, want: any(part.startswith(want) for part in (text, *text.split())),
    "CONTAINS": lambda text, want: want in text,
}


def _is_within(type_: str, text: str, criterion: Mapping[str, Any], wanted: Sequence[str]) -> bool:
    if type_ == "RANGE":
        start, end = criterion.get("startValue"), criterion.get("endValue")
        return (start is None or _order(text, start) >= 0) and (end is None or _order(text, end) <= 0)
    order = [_order(text, want) for want in wanted]
    match type_:
        case "LESS_THAN":
            return any(one < 0 for one in order)
        case "LESS_THAN_EQUAL_TO":
            return any(one <= 0 for one in order)
        case "GREATER_THAN":
            return any(one > 0 for one in order)
        case "GREATER_THAN_EQUAL_TO":
            return any(one >= 0 for one in order)
    return False


def _order(text: str, other: str) -> int:
    """Less than, equal to or greater than 0, by number where both are one, else as text (dates in ISO 8601 too)."""
    left: float | str
    right: float | str
    try:
        left, right = float(text), float(other)
    except ValueError:
        left, right = text, other.casefold()
        return (left > right) - (left < right)
    return (left > right) - (left < right)


def _values(criterion: Mapping[str, Any]) -> list[str]:
    given = [*(criterion.get("values") or ()), criterion.get("value")]
    return [str(value) for value in given if value is not None]


def _glob(expressions: Iterable[str]) -> list[re.Pattern[str]]:
    """Expressions of letters, ``.`` and ``.*``; others might take for ever and are refused."""
    found = []
    for expression in expressions:
        glob = expression.replace(".*", "\0")
        if not NO_GLOB.isdisjoint(glob):
            raise Refused(400, "invalid.value", f"The expression [{expression}] is more than letters, . and .* here")
        found.append(re.compile(translate(glob.replace(".", "?").replace("\0", "*"))))
    return found
