"""Validators: the three forms, both engines in agreement, bounded in memory and time whatever a peer sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from jsonschema import ValidationError

from understudy.platform.catalogue import load_catalogue
from understudy.platform.corrections import Corrections
from understudy.platform.formats import ANY_CASE
from understudy.platform.reference import reference
from understudy.platform.schemas import MOST, Form, Schemas, Validator

CATALOGUE = load_catalogue()
SCHEMAS = Schemas(CATALOGUE.models, kept=1000)

INBOUND = {
    "channel": {
        "from": {"id": "user-1", "idType": "opaque", "nickname": "Ada", "email": None},
        "time": "2026-11-21T09:30:00.000+0000",
        "messageId": "m-1",
        "metadata": {"customAttributes": {"tier": "gold"}},
    },
    "text": "Hello",
    "metadata": {"key": "value"},
}


def without(value: dict[str, Any], *path: str) -> dict[str, Any]:
    changed = deepcopy(value)
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


# --- the forms, on the messages that vendors send ---


def test_inbound_message_passes_gate_and_judge() -> None:
    for validator in (SCHEMAS.gate("OpenInboundNormalizedMessage"), SCHEMAS.judge("OpenInboundNormalizedMessage")):
        assert validator.problems(INBOUND) == []
        assert validator.is_valid(INBOUND)


@pytest.mark.parametrize("path", [("channel",), ("channel", "from"), ("channel", "from", "id"), ("channel", "time")])
def test_gate_refuses_a_message_without_a_required_field(path: tuple[str, ...]) -> None:
    problems = SCHEMAS.gate("OpenInboundNormalizedMessage").problems(without(INBOUND, *path))
    assert [(problem.path, problem.keyword) for problem in problems] == [(".".join(path), "required")]


def test_unknown_field_passes_the_gate_and_is_reported_by_the_judge() -> None:
    value = {**INBOUND, "type": "Text"}
    assert SCHEMAS.gate("OpenInboundNormalizedMessage").problems(value) == []
    problems = SCHEMAS.judge("OpenInboundNormalizedMessage").problems(value)
    assert [(problem.path, problem.keyword) for problem in problems] == [("type", "additionalProperties")]


def test_read_only_fields_are_tolerated_in_requests_and_wanted_in_responses() -> None:
    request = {"name": "n", "id": 5, "selfUri": None}
    assert SCHEMAS.gate("SupportedContent").problems(request) == []
    paths = {problem.path for problem in SCHEMAS.response("SupportedContent").problems(request)}
    assert paths == {"id", "selfUri"}
    assert SCHEMAS.response("SupportedContent").is_valid({"id": "1", "name": "n"})


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"textBody": "hi"}, 0),
        ({"mediaIds": ["m"]}, 0),
        ({"messagingTemplate": {"responseId": "r"}}, 0),
        ({"textBody": None, "mediaIds": ["m"]}, 0),
        ({}, 1),
        ({"textBody": None}, 1),
        ({"textBody": "hi", "mediaIds": ["m"]}, 1),
    ],
)
def test_agent_message_has_exactly_one_of_text_media_and_template(body: dict[str, Any], count: int) -> None:
    problems = SCHEMAS.gate("AdditionalMessage").problems(body)
    assert [problem.keyword for problem in problems] == ["oneOf"] * count


def test_conversation_may_be_patched_with_a_state_alone() -> None:
    assert SCHEMAS.gate("Conversation").is_valid({"state": "disconnected"})
    assert not SCHEMAS.gate("Conversation").is_valid({"state": "ended"})
    assert not SCHEMAS.response("Conversation").is_valid({"state": "disconnected"})


def test_typing_event_is_known_to_the_judge() -> None:
    channel = without(INBOUND["channel"], "messageId")  # type: ignore[arg-type]
    body = {
        "channel": without(channel, "metadata"),
        "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}],
    }
    assert SCHEMAS.judge("OpenInboundNormalizedEvent").problems(body) == []


def test_response_checks_formats() -> None:
    body = {"timestamp": "2026-11-21T09:30:00", "status": "sent"}
    problems = SCHEMAS.response("MessageData").problems(body)
    assert [(problem.path, problem.keyword) for problem in problems] == [("timestamp", "format")]
    assert SCHEMAS.response("MessageData").is_valid({**body, "timestamp": "2026-11-21T09:30:00.000Z"})


def test_list_bodies_are_checked_item_by_item() -> None:
    problems = SCHEMAS.gate("WritableEntity[]").problems([{"id": "1"}, {"id": 2}, "3"])
    assert {problem.path for problem in problems} == {"1.id", "2"}


def test_every_body_and_response_of_tier_one_compiles() -> None:
    for operation in CATALOGUE.operations:
        if operation.tier == 1:
            if operation.body:
                SCHEMAS.gate(operation.body)
            if operation.response:
                SCHEMAS.response(operation.response)


# --- both engines agree ---

VALUES = {
    "string": "text",
    "integer": 3,
    "number": 1.5,
    "boolean": True,
    "date": "2026-11-21",
    "date-time": "2026-11-21T09:30:00.000Z",
    "binary": "AA==",
    "LocalDateTime": "2026-11-21T09:30:00.000",
    "YearMonth": "2026-11",
    "object": {"any": ["thing", None]},
}
WRONG: tuple[Any, ...] = (None, 7, "text", "", [], {}, True, -1.25, ["x"], {"x": 1}, 10**25)


def value_of(about: dict[str, Any], depth: int) -> Any:
    """A value of a field's type that fits every form; below ``depth`` models keep to their required fields."""
    type_ = about["type"]
    if type_.endswith("[]"):
        return [value_of({**about, "type": type_[:-2]}, depth)]
    if type_.startswith("map<"):
        return {"key": value_of({**about, "type": type_[4:-1]}, depth)}
    if type_ not in VALUES:
        return instance_of(type_, depth - 1)
    if enum := about.get("enum"):
        return int(enum[-1]) if type_ == "integer" else enum[-1]
    return deepcopy(VALUES[type_])


def instance_of(model: str, depth: int) -> dict[str, Any]:
    if depth < -3:  # a model that requires itself has no finite instance
        return {}
    fields = CATALOGUE.models[model]
    return {name: value_of(about, depth) for name, about in fields.items() if depth > 0 or about.get("required")}


def broken(value: dict[str, Any], fields: dict[str, Any], random: Random) -> Iterator[dict[str, Any]]:
    """The instance with one thing wrong at a time: a field missing, of another type, out of its enum, unknown."""
    names = random.sample(sorted(value), min(3, len(value)))
    for name in names:
        yield {other: kept for other, kept in value.items() if other != name}
        yield {**value, name: random.choice(WRONG)}
        if "enum" in fields[name]:
            yield {**value, name: "no such value"}
        if fields[name]["type"].startswith("date"):
            yield {**value, name: random.choice(["tomorrow", "2026-02-30", "2026-11-21T99:00:00Z", "2026-11-21\n"])}
    yield {**value, "noSuchField": 1}
    yield {name: random.choice(WRONG) for name in value}


def sampled() -> list[str]:
    return Random(2026).sample(sorted(CATALOGUE.models), 150)


def corpus(model: str) -> list[Any]:
    random = Random(model)
    whole, least = instance_of(model, 2), instance_of(model, 0)
    fields = CATALOGUE.models[model]
    return [whole, least, *broken(instance_of(model, 1), fields, random), random.choice(WRONG)]


def seen_by_reference(error: ValidationError) -> Iterator[tuple[str, str]]:
    """(path, keyword) of an error of ``jsonschema``, in the terms of ``Problem``."""
    path, keyword = [str(part) for part in error.absolute_path], str(error.validator)
    if keyword == "required":
        found = re.match(r"'(.*)' is a required property", error.message)
        assert found
        yield ".".join([*path, found[1]]), keyword
    elif keyword == "additionalProperties":
        for name in error.instance.keys() - error.schema["properties"].keys():  # type: ignore[union-attr,index]
            yield ".".join([*path, str(name)]), keyword
    elif keyword == "format" and str(error.validator_value).startswith(ANY_CASE):
        yield ".".join(path), "enum"
    else:
        yield ".".join(path), keyword


def disagreement(type_: str, form: Form, values: list[Any]) -> list[str]:
    fast = {Form.GATE: SCHEMAS.gate, Form.JUDGE: SCHEMAS.judge, Form.RESPONSE: SCHEMAS.response}[form](type_)
    slow = reference(SCHEMAS, type_, form)
    found = []
    for value in values:
        ours = {(problem.path, problem.keyword) for problem in fast.problems(value)}
        theirs = {pair for error in slow.iter_errors(value) for pair in seen_by_reference(error)}
        if fast.is_valid(value) != (not theirs) or (ours != theirs and len(ours) < MOST):
            found.append(f"{type_} {form}: {value!r}: {ours ^ theirs}")
    return found


@pytest.mark.parametrize("form", Form)
def test_engines_agree_on_good_and_broken_instances_of_150_models(form: Form) -> None:
    assert [found for model in sampled() for found in disagreement(model, form, corpus(model))] == []


@pytest.mark.parametrize("form", Form)
def test_corpus_has_both_good_and_broken_instances_in_every_form(form: Form) -> None:
    good = bad = 0
    for model in sampled():
        validator = SCHEMAS._validator(model, form)
        for value in corpus(model):
            good, bad = (good + 1, bad) if validator.is_valid(value) else (good, bad + 1)
    assert good > 150
    assert bad > 150


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("AdditionalMessage", [{}, {"textBody": "a"}, {"textBody": None, "mediaIds": ["a"]}, {"textBody": 1}]),
        ("OpenMessagingFromRecipient", [{"id": "1", "idType": t} for t in ("email", "EMAIL", "Fax", "Email\n", 1)]),
        ("string[]", [[], ["a"], [1], None, "a", [None]]),
        ("object", [{}, {"a": 1}, [], None, 1]),
        ("map<string>", [{}, {"a": "b"}, {"a": 1}, {"a": None}]),
    ],
)
@pytest.mark.parametrize("form", Form)
def test_engines_agree_on_corrected_models_and_bare_types(form: Form, type_: str, values: list[Any]) -> None:
    assert disagreement(type_, form, values) == []


# --- hostile input ---


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"version": 1}
    for _ in range(levels):
        value = {"version": 1, "manager": value}
    return value


@pytest.mark.parametrize("levels", [10, 200, 300, 900])
def test_deep_nesting_raises_nothing(levels: int) -> None:
    value = nested(levels)
    SCHEMAS.response("User").is_valid(value)
    value["name"] = nested(levels)
    assert not SCHEMAS.response("User").is_valid(value)
    assert len(SCHEMAS.response("User").problems(value)) == 1


def test_many_errors_are_cut_off() -> None:
    problems = SCHEMAS.gate("string[]").problems([1] * 500)
    assert len(problems) == MOST
    assert len(SCHEMAS.judge("User").problems({f"x{number}": 1 for number in range(500)})) == MOST


def test_large_value_is_reported_by_its_first_error() -> None:
    value = ["x"] * 100_000 + [1] * 100_000
    problems = SCHEMAS.gate("string[]").problems(value)
    assert [(problem.path, problem.keyword) for problem in problems] == [("100000", "type")]
    assert SCHEMAS.gate("string[]").problems(["x"] * 100_000) == []


def test_large_value_with_an_unknown_field_is_reported() -> None:
    problems = SCHEMAS.judge("Empty").problems({f"x{number}": 1 for number in range(5000)})
    assert {problem.keyword for problem in problems} == {"additionalProperties"}


def test_what_is_no_json_is_a_problem_and_no_exception() -> None:
    assert [problem.keyword for problem in SCHEMAS.gate("User").problems({"name": {1, 2}})] == ["json"]
    assert not SCHEMAS.gate("User").is_valid({"name": {1, 2}})


# --- the cache ---


def test_validator_is_compiled_once_and_the_cache_is_bounded() -> None:
    schemas = Schemas(CATALOGUE.models, Corrections([]), kept=2)
    first = schemas.gate("Queue")
    assert schemas.gate("Queue") is first
    assert schemas.response("Queue") is not first
    schemas.gate("Queue")
    schemas.gate("Flow")  # pushes out the response form, which was used longest ago
    assert len(schemas) == 2
    assert schemas.gate("Queue") is first
    assert isinstance(schemas.response("Queue"), Validator)


def test_document_can_be_exported() -> None:
    document = SCHEMAS.document("Queue", Form.JUDGE)
    assert document["$ref"] == "#/$defs/Queue"
    assert document["$defs"]["Queue"]["additionalProperties"] is False
