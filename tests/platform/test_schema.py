"""How types and fields of the catalogue become JSON Schema, form by form."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from understudy.errors import ContractError
from understudy.platform.corrections import Correction, Corrections
from understudy.platform.schema import Form, schema_of

NONE = Corrections([])
MODELS: dict[str, Any] = {
    "Thing": {
        "id": {"type": "string", "required": True, "readOnly": True},
        "name": {"type": "string", "required": True},
        "size": {"type": "integer"},
        "kind": {"type": "string", "enum": ["A", "B"]},
        "part": {"type": "Part"},
        "whole": {"type": "Part", "required": True},
    },
    "Part": {"parent": {"type": "Part"}, "at": {"type": "date-time"}},
    "Other": {"x": {"type": "string"}},
    "Odd": {"x": {"type": "Nowhere"}},
    "Empty": {},
}
REF = "#/$defs/Part"


def definition(form: Form, name: str = "Thing", corrections: Corrections = NONE) -> dict[str, Any]:
    found: dict[str, Any] = schema_of(name, form, MODELS, corrections).document["$defs"][name]
    return found


def test_gate_wants_writable_required_fields_and_takes_null_for_the_others() -> None:
    assert definition(Form.GATE) == {
        "properties": {
            "id": {},
            "name": {"type": "string"},
            "size": {"type": ["integer", "null"]},
            "kind": {"type": ["string", "null"], "enum": ["A", "B", None]},
            "part": {"type": ["object", "null"], "$ref": REF},
            "whole": {"type": "object", "$ref": REF},
        },
        "required": ["name", "whole"],
    }


def test_judge_is_the_gate_without_unknown_fields() -> None:
    assert definition(Form.JUDGE) == {**definition(Form.GATE), "additionalProperties": False}


def test_response_wants_all_required_fields_and_neither_null_nor_unknown_ones() -> None:
    assert definition(Form.RESPONSE) == {
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "kind": {"type": "string", "enum": ["A", "B"]},
            "part": {"type": "object", "$ref": REF},
            "whole": {"type": "object", "$ref": REF},
        },
        "required": ["id", "name", "whole"],
        "additionalProperties": False,
    }


def test_document_holds_only_the_models_it_needs_and_recursion_once() -> None:
    document = schema_of("Thing", Form.GATE, MODELS, NONE).document
    assert set(document["$defs"]) == {"Thing", "Part"}
    assert "$defs" not in schema_of("string[]", Form.GATE, MODELS, NONE).document


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("string", {"type": "string"}),
        ("integer", {"type": "integer"}),
        ("number", {"type": "number"}),
        ("boolean", {"type": "boolean"}),
        ("binary", {"type": "string"}),
        ("LocalDateTime", {"type": "string"}),
        ("date", {"type": "string", "format": "date"}),
        ("date-time", {"type": "string", "format": "iso-8601"}),
        ("object", {"type": "object"}),
        ("object[]", {"type": "array", "items": {}}),
        ("map<object>", {"type": "object", "additionalProperties": {}}),
        ("string[][]", {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}),
        ("map<string[]>", {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}),
        ("map<integer>[]", {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "integer"}}}),
    ],
)
def test_type_expression_of_a_body(type_: str, expected: dict[str, Any]) -> None:
    document = schema_of(type_, Form.GATE, MODELS, NONE).document
    assert {key: value for key, value in document.items() if key != "$schema"} == expected


def test_response_has_strict_times_and_any_object() -> None:
    assert schema_of("date-time", Form.RESPONSE, MODELS, NONE).document["format"] == "date-time"
    assert "type" not in schema_of("object", Form.RESPONSE, MODELS, NONE).document


def test_enum_of_a_list_holds_for_its_items_and_of_an_integer_is_numbers() -> None:
    models = {"M": {"l": {"type": "string[]", "enum": ["A"]}, "n": {"type": "integer", "enum": ["2", "23"]}}}
    properties = schema_of("M", Form.RESPONSE, models, NONE).document["$defs"]["M"]["properties"]
    assert properties == {
        "l": {"type": "array", "items": {"type": "string", "enum": ["A"]}},
        "n": {"type": "integer", "enum": [2, 23]},
    }


def test_corrections_are_applied_where_they_hold() -> None:
    about: dict[str, Any] = {"model": "Thing", "source": "s", "certainty": "assumed"}
    corrections = Corrections(
        [
            Correction(**about, change="any-case", field="kind"),
            Correction(**about, change="exactly-one", fields=("name", "size"), forms=("gate",)),
        ]
    )
    schema = schema_of("Thing", Form.GATE, MODELS, corrections)
    found = schema.document["$defs"]["Thing"]
    assert found["properties"]["kind"] == {"type": ["string", "null"], "format": "any-case:A|B"}
    assert [choice["required"] for choice in found["then"]["oneOf"]] == [["name"], ["size"]]
    assert schema.formats == {"any-case:A|B", "iso-8601"}
    assert "then" not in definition(Form.JUDGE, corrections=corrections)


def test_rule_of_a_model_says_nothing_of_null_in_its_place() -> None:
    rule = Correction(model="Part", source="s", certainty="assumed", change="exactly-one", fields=("parent", "at"))
    validator = Draft202012Validator(schema_of("Part", Form.GATE, MODELS, Corrections([rule])).document)
    assert validator.is_valid({"parent": {"at": "2026-11-21", "parent": None}})
    assert not validator.is_valid({"parent": {"at": None, "parent": None}})
    assert validator.is_valid({"at": "2026-11-21", "parent": None})


@pytest.mark.parametrize(("type_", "message"), [("Thng", "did you mean 'Thing'"), ("Odd", "'Nowhere' is not a model")])
def test_unknown_type_is_named(type_: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        schema_of(type_, Form.GATE, MODELS, NONE)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("type_", ["Thing", "Empty", "map<Other>[]", "object"])
def test_document_is_json_schema_2020_12(form: Form, type_: str) -> None:
    Draft202012Validator.check_schema(schema_of(type_, form, MODELS, NONE).document)
