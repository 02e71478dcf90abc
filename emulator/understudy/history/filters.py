"""Filters of queries: ``{type, clauses[{type, predicates[]}], predicates[]}``, evaluated over rows.

A predicate looks at a dimension, a metric or a property. ``matches`` (the default) compares with ``value``, without
regard to case, or with ``range``; ``exists`` and ``notExists`` ask whether there is any value. A dimension that
documents have no place for is refused by name, because "no" would be a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from understudy.clock import parse_iso
from understudy.errors import Refused
from understudy.history.interval import parse_interval, refused
from understudy.history.rows import Row, values

Values = Callable[[Row, str], Sequence[Any]]
OPERATORS: Final = ("matches", "exists", "notExists")
RANGES: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


class Filter:
    """One filter of a query, checked when it is made: ``is_supported`` says which dimensions rows can have.

    ``metric`` reads the values of a metric of a row; without it predicates over metrics are refused.
    """

    def __init__(
        self, body: Mapping[str, Any], field: str, is_supported: Callable[[str], bool], metric: Values | None = None
    ) -> None:
        self._field, self._is_supported, self._metric = field, is_supported, metric
        clauses = [self._group(clause.get("type"), self._predicates(clause)) for clause in _objects(body, "clauses")]
        self._holds = self._group(body.get("type"), [*clauses, *self._predicates(body)])

    def holds(self, row: Row) -> bool:
        """Whether a row passes."""
        return self._holds(row)

    def any_holds(self, rows: Iterable[Row]) -> bool:
        """Whether one of the rows passes; where there are none, whether nothing at all would."""
        found = list(rows)
        return any(self._holds(row) for row in found or [{}])

    def _group(self, type_: Any, tests: list[Callable[[Row], bool]]) -> Callable[[Row], bool]:
        """No predicate at all is no restriction."""
        if type_ not in ("and", "or"):
            raise refused("invalid.value", self._field, f"type [{type_}] is neither and nor or")
        if not tests:
            return lambda row: True
        together = all if type_ == "and" else any
        return lambda row: together(test(row) for test in tests)

    def _predicates(self, body: Mapping[str, Any]) -> list[Callable[[Row], bool]]:
        return [self._predicate(predicate) for predicate in _objects(body, "predicates")]

    def _predicate(self, body: Mapping[str, Any]) -> Callable[[Row], bool]:
        read = self._reader(body)
        operator = body.get("operator") or "matches"
        if operator == "exists":
            return lambda row: bool(read(row))
        if operator == "notExists":
            return lambda row: not read(row)
        if operator not in OPERATORS:
            raise refused("invalid.value", self._field, f"operator [{operator}] is none of {', '.join(OPERATORS)}")
        test = self._test(body)
        return lambda row: any(test(value) for value in read(row))

    def _reader(self, body: Mapping[str, Any]) -> Callable[[Row], Sequence[Any]]:
        if (dimension := body.get("dimension")) is not None:
            if not self._is_supported(dimension):
                raise unsupported(self._field, "dimension", dimension)
            return lambda row: values(row, dimension)
        if (metric := body.get("metric")) is not None:
            if (of := self._metric) is None:
                raise unsupported(self._field, "metric", metric)
            return lambda row: of(row, metric)
        if (name := body.get("property")) is not None:
            return lambda row: [one.get("value") for one in row.get("properties", ()) if one.get("property") == name]
        raise refused("invalid.value", self._field, "a predicate names a dimension, a metric or a property")

    def _test(self, body: Mapping[str, Any]) -> Callable[[Any], bool]:
        bounds, wanted = body.get("range"), body.get("value")
        if isinstance(bounds, Mapping):
            given = [(RANGES[key], bound) for key, bound in bounds.items() if key in RANGES and bound is not None]
            if given:
                return lambda value: _is_number(value) and all(test(float(value), bound) for test, bound in given)
        if wanted is None:
            raise refused("invalid.value", self._field, "a predicate that matches needs a value or a range")
        folded = str(wanted).casefold()
        within = _interval_in(str(wanted))
        return lambda value: _text(value).casefold() == folded or (within is not None and within(value))


def filters_in(
    body: Mapping[str, Any], field: str, is_supported: Callable[[str], bool], metric: Values | None = None
) -> list[Filter]:
    """The list of filters of a field of a query; all of them have to hold."""
    return [Filter(one, field, is_supported, metric) for one in _objects(body, field)]


def unsupported(field: str, what: str, name: object) -> Refused:
    """400 that names a dimension or metric which the emulator can't tell."""
    return refused("invalid.value", field, f"{what} [{name}] is not supported by the emulator")


def named_values(body: Any, dimension: str) -> list[str]:
    """The values that a filter's predicates match a dimension with, wherever they stand, in order and once each."""
    if not isinstance(body, Mapping):
        return []
    holders = [body, *_objects(body, "clauses")]
    predicates = [one for holder in holders for one in _objects(holder, "predicates")]
    found = [one.get("value") for one in predicates if one.get("dimension") == dimension]
    return list(dict.fromkeys(str(value) for value in found if value is not None))


def _objects(body: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    return [one for one in body.get(field) or () if isinstance(one, Mapping)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _interval_in(text: str) -> Callable[[Any], bool] | None:
    """A value that is itself an interval matches the times within it (assumed)."""
    if "/" not in text:
        return None
    try:
        interval = parse_interval(text)
    except Refused:
        return None

    def within(value: Any) -> bool:
        try:
            return parse_iso(str(value)) in interval
        except ValueError:
            return False

    return within
