"""Corrections name real models and fields, say where they come from, and change what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.platform.catalogue import load_catalogue
from understudy.platform.corrections import Correction, Corrections, load_corrections

MODELS = load_catalogue().models
FIELDS: dict[str, dict[str, Any]] = {
    "a": {"type": "string", "required": True, "enum": ["X", "Y"]},
    "b": {"type": "integer"},
}


def corrections(**fields: object) -> Corrections:
    known: dict[str, Any] = {"model": "M", "change": "optional", "source": "a page", "certainty": "documented"}
    return Corrections([Correction(**{**known, **fields})])


def test_committed_corrections_fit_the_models() -> None:
    committed = load_corrections()
    assert len(committed.all()) >= 8
    for correction in committed.all():
        assert correction.model in MODELS
        assert correction.source
        for form in correction.forms:
            committed.fields(correction.model, MODELS[correction.model], form)


@pytest.mark.parametrize("correction", load_corrections().all(), ids=lambda c: f"{c.model}.{c.field}-{c.change}")
def test_committed_correction_is_still_needed(correction: Correction) -> None:
    field = MODELS[correction.model].get(correction.field)
    if correction.change == "add":
        assert field is None
    elif correction.change == "optional":
        assert field is not None
        assert field["required"]
    elif correction.change == "any-case":
        assert field is not None
        assert field["enum"]
    else:
        assert set(correction.fields) <= set(MODELS[correction.model])


def test_optional_takes_the_requirement_away() -> None:
    fields = corrections(field="a").fields("M", FIELDS, "gate")
    assert fields == {"a": {"type": "string", "enum": ["X", "Y"]}, "b": {"type": "integer"}}
    assert FIELDS["a"]["required"] is True


def test_add_brings_a_field() -> None:
    assert corrections(change="add", field="c", type="map<string>").fields("M", FIELDS, "judge")["c"] == {
        "type": "map<string>"
    }


def test_any_case_marks_the_field() -> None:
    assert corrections(change="any-case", field="a").fields("M", FIELDS, "gate")["a"]["anyCase"] is True


def test_exactly_one_gives_its_fields() -> None:
    chosen = corrections(change="exactly-one", fields=("a", "b"))
    assert chosen.exactly_one("M", "gate") == ("a", "b")
    assert chosen.exactly_one("M", "response") == ()
    assert chosen.exactly_one("N", "gate") == ()


def test_correction_holds_for_its_forms_and_model_only() -> None:
    only = corrections(field="a", forms=("response",))
    assert only.fields("M", FIELDS, "gate") == FIELDS
    assert only.fields("N", FIELDS, "response") == FIELDS
    assert only.fields("M", FIELDS, "response") != FIELDS


def test_wrong_field_is_named_with_the_nearest() -> None:
    with pytest.raises(ContractError, match=r"corrections: M\.aa is no field; did you mean 'a'\?"):
        corrections(field="aa").fields("M", FIELDS, "gate")


HEAD = '[[correction]]\nmodel = "M"\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[correction", "corrections.toml"),
        ('[[correction]]\nmodel = "M"\n', "correction 1"),
        (HEAD + 'change = "optonal"\nfield = "a"\ncertainty = "assumed"', "did you mean 'optional'"),
        (HEAD + 'change = "optional"\nfield = "a"\ncertainty = "sure"', "known are assumed, documented, observed"),
        (HEAD + 'change = "optional"\nfield = "a"\ncertainty = "assumed"\nforms = ["gates"]', "did you mean 'gate'"),
        (HEAD + 'change = "optional"\ncertainty = "assumed"', "optional of M lacks its field"),
        (HEAD + 'change = "add"\nfield = "a"\ncertainty = "assumed"', "add of M lacks its field"),
        (HEAD + 'change = "exactly-one"\ncertainty = "assumed"', "exactly-one of M lacks its field"),
        (HEAD + 'change = "optional"\nfield = "a"\ncertainty = "assumed"\nvalue = 1', "correction 1"),
    ],
)
def test_wrong_entry_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=message.replace("?", r"\?")):
        load_corrections(path)
