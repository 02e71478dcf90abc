"""Corrections to the models of the public SDKs, from ``contracts/platform_api/corrections.toml``.

Each names its source and certainty, and the forms it holds for (``gate``, ``judge``, ``response``). Changes:

- ``optional``: the field need not be there, whatever the SDK says
- ``add``: the SDK lacks the field; ``type`` is its type expression
- ``any-case``: the field's enum is matched without regard to case
- ``exactly-one``: of ``fields`` exactly one must be there and not null
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from understudy.errors import ContractError, nearest
from understudy.material import material

CHANGES: Final = ("optional", "add", "any-case", "exactly-one")
FORMS: Final = ("gate", "judge", "response")
CERTAINTIES: Final = ("documented", "observed", "assumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction. ``field`` is empty for ``exactly-one``, which has ``fields``; ``type`` is for ``add``."""

    model: str
    change: str
    source: str
    certainty: str
    field: str = ""
    fields: tuple[str, ...] = ()
    type: str = ""
    forms: tuple[str, ...] = ("gate", "judge")


class Corrections:
    """All corrections, by model."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self._by_model: dict[str, list[Correction]] = {}
        for correction in corrections:
            self._by_model.setdefault(correction.model, []).append(correction)

    def all(self) -> list[Correction]:
        """Every correction, by model in order of the file."""
        return [correction for corrections in self._by_model.values() for correction in corrections]

    def fields(self, model: str, fields: Mapping[str, dict[str, Any]], form: str) -> dict[str, dict[str, Any]]:
        """The model's fields as the form has them; a field may gain ``anyCase``. Wrong name: ``ContractError``."""
        corrected = dict(fields)
        for correction in self._of(model, form):
            if correction.change == "add":
                corrected[correction.field] = {"type": correction.type}
                continue
            for name in correction.fields or (correction.field,):
                if name not in corrected:
                    raise ContractError(f"corrections: {model}.{name} is no field; {nearest(name, list(fields))}")
            if correction.change == "optional":
                field = corrected[correction.field]
                corrected[correction.field] = {key: value for key, value in field.items() if key != "required"}
            elif correction.change == "any-case":
                corrected[correction.field] = {**corrected[correction.field], "anyCase": True}
        return corrected

    def exactly_one(self, model: str, form: str) -> tuple[str, ...]:
        """The fields of which exactly one must be given; none where there is no such rule."""
        return next((c.fields for c in self._of(model, form) if c.change == "exactly-one"), ())

    def _of(self, model: str, form: str) -> list[Correction]:
        return [correction for correction in self._by_model.get(model, ()) if form in correction.forms]


def load_corrections(path: Path | None = None) -> Corrections:
    """Read the file; raises ``ContractError`` with the entry that is wrong."""
    path = path or material("contracts/platform_api/corrections.toml")
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("correction", [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ContractError(f"{path}: {error}") from error
    return Corrections(_correction(path, number, entry) for number, entry in enumerate(entries, 1))


def _correction(path: Path, number: int, entry: dict[str, Any]) -> Correction:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    try:
        correction = Correction(**{**entry, **lists})
    except TypeError as error:
        raise ContractError(f"{path}: correction {number}: {error}") from error
    for value, known in ((correction.change, CHANGES), (correction.certainty, CERTAINTIES)):
        if value not in known:
            raise ContractError(f"{path}: correction {number}: {value!r}; {nearest(value, list(known))}")
    for form in correction.forms:
        if form not in FORMS:
            raise ContractError(f"{path}: correction {number}: form {form!r}; {nearest(form, list(FORMS))}")
    needed = {"exactly-one": correction.fields, "add": correction.field and correction.type}
    if not needed.get(correction.change, correction.field):
        raise ContractError(f"{path}: correction {number}: {correction.change} of {correction.model} lacks its field")
    return correction
