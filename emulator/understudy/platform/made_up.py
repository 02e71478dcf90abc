"""Values made up from a model alone: valid, and the same for the same place, org and seed.

Nothing here is a fact about the platform. At the top of an answer every scalar field is there, so that a client sees
the shape; below it only what the model requires and what names a thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.ids import IdStream
from understudy.platform.catalogue import Models
from understudy.platform.corrections import Corrections
from understudy.platform.schema import Form

DEPTH: Final = 5  # models nest in themselves: below it only required fields, down to twice as deep
DATE: Final = "2026-01-01"
MOMENT: Final = "2026-01-01T00:00:00.000Z"
NAMING: Final = frozenset({"id", "name", "selfUri", "entities"})
WORDS: Final = ("alpha", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "juniper")

Division = Mapping[str, Any]


class Maker:
    """Makes values up for one place (a path, an id): two makers with the same key make the same values."""

    def __init__(self, models: Models, corrections: Corrections, key: str, division: Division | None = None) -> None:
        self._models, self._corrections, self._division = models, corrections, division
        self._stream = IdStream(key)

    def value(self, type_: str, about: Mapping[str, Any] | None = None, *, depth: int = 0, name: str = "") -> Any:
        """A value of a type expression (``Queue``, ``string[]``, ``map<object>``); lists and maps are empty."""
        if type_.endswith("[]"):
            return []
        if type_.startswith("map<") or type_ == "object":
            return {}
        if about and about.get("enum"):
            return int(about["enum"][0]) if type_ == "integer" else about["enum"][0]
        if type_ in self._models:
            return self._object(type_, depth)
        return self._scalar(type_, name)

    def fields(self, model: str) -> Mapping[str, Mapping[str, Any]]:
        """The fields of a model as responses have them."""
        return self._corrections.fields(model, self._models[model], Form.RESPONSE)

    def _object(self, model: str, depth: int) -> dict[str, Any]:
        if model == "Division" and self._division is not None and depth:
            return dict(self._division)
        made: dict[str, Any] = {}
        for name, about in self.fields(model).items():
            is_scalar = about["type"] not in self._models and not about["type"].startswith("map<")
            wanted = name in NAMING or (depth == 0 and is_scalar and not about["type"].endswith("[]"))
            if about.get("required") or (wanted and depth < DEPTH):
                if depth > 2 * DEPTH:
                    continue  # a model that requires itself has no finite value: left to the validator to tell
                made[name] = self.value(about["type"], about, depth=depth + 1, name=name)
        return made

    def _scalar(self, type_: str, name: str) -> Any:
        match type_:
            case "integer" | "number":
                return self._stream.below(100)
            case "boolean":
                return False
            case "date":
                return DATE
            case "date-time":
                return MOMENT
            case "LocalDateTime":
                return MOMENT.removesuffix("Z")
            case "YearMonth":
                return DATE[:7]
            case _:
                return self._text(name)

    def _text(self, name: str) -> str:
        folded = name.casefold()
        if name == "id" or name.endswith("Id"):
            return self._stream.uuid()
        if folded.endswith(("uri", "url")):
            return f"/understudy/generic/{self._stream.uuid()}"
        if "email" in folded:
            return f"{self._stream.word(8).lower()}@example.com"
        if "language" in folded or "locale" in folded:
            return "en-US"
        if folded.startswith("date"):
            return MOMENT
        return f"{WORDS[self._stream.below(len(WORDS))]}-{self._stream.word(4).lower()}"


def fitted(value: Any, type_: str, about: Mapping[str, Any], maker: Maker, models: Models, *, depth: int = 0) -> Any:
    """``value`` as the response type has it: what does not fit is left out, what is required and lacks is made up.
    ``None`` where nothing of it fits."""
    if type_.endswith("[]"):
        if not isinstance(value, list):
            return None
        items = [fitted(item, type_[:-2], about, maker, models, depth=depth) for item in value]
        return [item for item in items if item is not None]
    if type_ == "object":
        return value
    if type_.startswith("map<"):
        if not isinstance(value, dict):
            return None
        parts = {key: fitted(item, type_[4:-1], about, maker, models, depth=depth) for key, item in value.items()}
        return {key: part for key, part in parts.items() if part is not None}
    if type_ in models:
        return _fitted_object(value, type_, maker, models, depth)
    return value if _is(value, type_) and _is_choice(value, about) else None


def _fitted_object(value: Any, model: str, maker: Maker, models: Models, depth: int) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    made: dict[str, Any] = {}
    for name, about in maker.fields(model).items():
        part = None
        if value.get(name) is not None:
            part = fitted(value[name], about["type"], about, maker, models, depth=depth + 1)
        if part is None and about.get("required"):
            part = maker.value(about["type"], about, depth=max(depth, 1), name=name)
        if part is not None:
            made[name] = part
    return made


def _is(value: Any, type_: str) -> bool:
    match type_:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and len(value) == len(DATE)
        case "date-time":  # the gate took every ISO 8601 form, a response has RFC 3339 with a zone
            return isinstance(value, str) and "T" in value and (value.endswith("Z") or "+" in value)
        case _:
            return isinstance(value, str)


def _is_choice(value: Any, about: Mapping[str, Any]) -> bool:
    enum = about.get("enum")
    return not enum or value in enum or str(value) in enum
