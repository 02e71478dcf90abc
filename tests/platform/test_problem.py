"""The words in which a wrong value is reported; vendors see them."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.platform.corrections import Correction, Corrections
from understudy.platform.problem import LISTED, SHOWN, Problem, too_deep
from understudy.platform.schemas import Schemas

MODELS: dict[str, Any] = {
    "Message": {
        "channel": {"type": "Channel", "required": True},
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "ratio": {"type": "number"},
        "flag": {"type": "boolean"},
        "day": {"type": "date"},
        "parts": {"type": "Part[]"},
        "words": {"type": "map<string>"},
        "mode": {"type": "string", "enum": ["on", "off"]},
        "many": {"type": "string", "enum": [f"v{number}" for number in range(20)]},
        "media": {"type": "string"},
    },
    "Channel": {"from": {"type": "From", "required": True}, "time": {"type": "date-time"}},
    "From": {"id": {"type": "string", "required": True}, "idType": {"type": "string", "enum": ["Email", "Opaque"]}},
    "Part": {"url": {"type": "string", "required": True}},
}
ABOUT: dict[str, Any] = {"source": "s", "certainty": "assumed"}
CORRECTIONS = Corrections(
    [
        Correction(**ABOUT, model="From", change="any-case", field="idType"),
        Correction(**ABOUT, model="Message", change="exactly-one", fields=("text", "media"), forms=("judge",)),
    ]
)
SCHEMAS = Schemas(MODELS, CORRECTIONS)
GOOD = {"channel": {"from": {"id": "1"}}}
LONG = "x" * 100


@pytest.mark.parametrize(
    ("change", "text", "keyword"),
    [
        ({"channel": None}, "channel is null, not an object", "type"),
        ({"channel": {"from": {}}}, "channel.from.id is missing", "required"),
        ({"text": 5}, "text is a number, not a string", "type"),
        ({"count": 1.5}, "count is a number, not a whole number", "type"),
        ({"count": True}, "count is true, not a whole number", "type"),
        ({"ratio": "1"}, "ratio is a string, not a number", "type"),
        ({"flag": []}, "flag is a list, not true or false", "type"),
        ({"parts": {}}, "parts is an object, not a list", "type"),
        ({"parts": [{"url": "u"}, {}]}, "parts.1.url is missing", "required"),
        ({"words": {"a": None}}, "words.a is null, not a string", "type"),
        ({"mode": "of"}, "mode is 'of', not one of on, off", "enum"),
        ({"many": "w"}, f"many is 'w', not one of {', '.join(f'v{n}' for n in range(LISTED))} and 8 more", "enum"),
        ({"mode": LONG}, f"mode is '{'x' * (SHOWN - 2)}…, not one of on, off", "enum"),
        ({"day": "21.11.2026"}, "day is '21.11.2026', not a date (YYYY-MM-DD)", "format"),
        (
            {"channel": {"from": {"id": "1"}, "time": "now"}},
            "channel.time is 'now', not a date and time (ISO 8601)",
            "format",
        ),
        (
            {"channel": {"from": {"id": "1", "idType": "Fax"}}},
            "channel.from.idType is 'Fax', not one of Email, Opaque",
            "enum",
        ),
    ],
)
def test_problem_names_place_value_and_what_would_be_right(change: dict[str, Any], text: str, keyword: str) -> None:
    problems = SCHEMAS.gate("Message").problems({**GOOD, **change})
    assert [(str(problem), problem.keyword) for problem in problems] == [(text, keyword)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "the body is a list, not an object"),
        (None, "the body is null, not an object"),
        ({**GOOD, "text": "a", "media": "b"}, "the body needs exactly one of text, media"),
        (GOOD, "the body needs exactly one of text, media"),
    ],
)
def test_problem_of_the_whole_value(value: object, text: str) -> None:
    assert [str(problem) for problem in SCHEMAS.judge("Message").problems(value)] == [text]


def test_each_unknown_field_is_a_problem_of_its_own() -> None:
    value = {"channel": {"from": {"id": "1", "a": 1}, "b": 2}, "text": "t", "c": 3, "d": 4}
    assert set(SCHEMAS.judge("Message").problems(value)) == {
        Problem(path, "is not a known field", "additionalProperties")
        for path in ("channel.from.a", "channel.b", "c", "d")
    }


def test_what_the_engine_cannot_look_at_is_a_problem() -> None:
    assert str(too_deep("Recursion limit reached")) == "the body is nested too deep"
    assert str(too_deep("Unsupported type: 'set'")) == "the body is not JSON: Unsupported type: 'set'"
