"""Answers of bots: vectors/bot_connector/answers, and hostile ones."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.bot_connector.answers import BotState, ErrorInfo, judge_answer, parse_answer, read_answer
from understudy.bot_connector.faults import MOST
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.slots import Declared

VECTORS = Path(__file__).parent.parent / "vectors" / "bot_connector" / "answers"
DECLARED = Declared({"Success": {"processedTimestamp": "integer", "names": "StringCollection"}, "generic": {}})


def cases() -> list[Any]:
    return [
        pytest.param(Variant(path.stem), case, id=f"{path.stem}: {case['name']}")
        for path in sorted(VECTORS.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


@pytest.mark.parametrize(("variant", "case"), cases())
def test_an_answer_is_read_as_its_file_says(variant: Variant, case: dict[str, Any]) -> None:
    reading = parse_answer(case["body"].encode(), variant)
    faults = list(reading.faults)
    if reading.answer is not None:
        reading = judge_answer(reading.answer, variant, DECLARED)
        faults += reading.faults
    assert [f"{fault.rule} {fault.path}".strip() for fault in faults] == case.get("faults", [])
    assert (reading.answer is None) == case.get("fails", False)
    for name, value in case.get("reads", {}).items():
        assert reading.answer is not None
        found = getattr(reading.answer, name)
        assert (found.value if isinstance(found, BotState) else found) == value


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "BC-01.json"),
        (b" \n", "BC-01.json"),
        (b"\xff{}", "BC-25.utf8"),
        ('{"botState":"Complete'.encode("utf-16"), "BC-25.utf8"),
        (gzip.compress(b'{"botState":"MoreData"}', mtime=0), "BC-25.utf8"),
        (b"\xef\xbb\xbf{}", "BC-01.json"),
        (b"<html>", "BC-01.json"),
        (b'{"botState":"MoreData"', "BC-01.json"),
        (b"[]", "BC-01.json"),
        (b"null", "BC-01.json"),
        (b'"Complete"', "BC-01.json"),
        (b"[" * 100_000, "BC-01.json"),
        (b'{"confidence":NaN}', "BC-01.json"),
        (b'{"a":1e999}', "BC-01.json"),
        (b'{"a":"\\ud800"}', "BC-01.json"),
    ],
)
@pytest.mark.parametrize("variant", Variant)
def test_bytes_that_are_no_object_are_a_named_fault(body: bytes, rule: str, variant: Variant) -> None:
    reading = parse_answer(body, variant)
    assert reading.answer is None
    assert [fault.rule for fault in reading.faults] == [rule]


def test_faults_of_a_huge_answer_are_bounded() -> None:
    body = orjson.dumps({"botState": "MoreData", "parameters": {str(number): number for number in range(20_000)}})
    reading = parse_answer(body, Variant.V1)
    assert reading.answer is None
    assert len(reading.faults) == MOST


def test_both_spellings_of_the_error_are_taken() -> None:
    for info in ({"errorCode": "E", "errorMessage": "m"}, {"code": "E", "message": "m"}):
        answer = read_answer({"botState": "FAILED", "errorInfo": info}, Variant.V1).answer
        assert answer is not None
        assert answer.error == ErrorInfo(code="E", message="m")
        assert answer.confidence == 0.0


KEYS = ["botState", "replymessages", "replyMessages", "intent", "confidence", "slotValues", "entities",
        "parameters", "errorInfo", "type", "text", "content", "contentType", "name", "value", "values",
        "card", "actions"]  # fmt: skip
WORDS = st.sampled_from(
    ["Complete", "MOREDATA", "failed", "Text", "Structured", "Success", "names", "String", "Integer"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner),
    max_leaves=20,
)
ANSWERS = st.fixed_dictionaries({"botState": WORDS | SCALARS}, optional=dict.fromkeys(KEYS[1:], JSON))


@settings(max_examples=150, deadline=None, database=None)
@given(ANSWERS | st.dictionaries(st.text(max_size=3), JSON), st.sampled_from(Variant))
def test_reading_any_object_never_raises_and_always_decides(data: dict[str, Any], variant: Variant) -> None:
    reading = read_answer(data, variant)
    assert (reading.answer is None) == any(fault.is_fatal for fault in reading.faults)
    assert all(fault.rule.startswith("BC-") and fault.expected and fault.observed for fault in reading.faults)
    if reading.answer is not None:
        judged = judge_answer(reading.answer, variant, DECLARED)
        assert (judged.answer is None) == any(fault.is_fatal for fault in judged.faults)


@settings(max_examples=150, deadline=None, database=None)
@given(st.binary(max_size=200), st.sampled_from(Variant))
def test_reading_any_bytes_never_raises(body: bytes, variant: Variant) -> None:
    reading = parse_answer(body, variant)
    assert (reading.answer is None) == any(fault.is_fatal for fault in reading.faults)
