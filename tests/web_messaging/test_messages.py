from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.web_messaging.codes import codes
from understudy.web_messaging.messages import (
    ACTION_OF,
    FORMS,
    ConfigureAuthenticatedSession,
    Malformed,
    OnMessage,
    Request,
    parse_client_frame,
)
from understudy.web_messaging.words import client_words

VECTORS = Path(__file__).parent.parent / "vectors" / "web_messaging"
MOST = 131_072
GOOD = sorted((VECTORS / "client").iterdir())
BAD = sorted((VECTORS / "bad").iterdir())


def parse(document: Any) -> Request | Malformed:
    return parse_client_frame(orjson.dumps(document).decode(), MOST)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_parse_and_build_are_inverse(path: Path) -> None:
    document = orjson.loads(path.read_bytes())
    parsed = parse(document)
    assert isinstance(parsed, Request), parsed
    assert parsed.to_json() == document
    assert parse(parsed.to_json()) == parsed


def test_there_is_a_vector_of_every_action() -> None:
    assert {path.stem.partition("_")[0] for path in GOOD} == set(FORMS) == set(ACTION_OF.values())


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_frame_has_the_code_of_its_vector(path: Path) -> None:
    parsed = parse_client_frame(path.read_text("utf-8"), MOST)
    assert isinstance(parsed, Malformed), parsed
    assert parsed.code == int(path.stem.partition("_")[0])
    assert parsed.reason
    assert parsed.code in codes()


def test_a_binary_frame_and_a_long_one_are_malformed() -> None:
    assert parse_client_frame(b"{}", MOST) == Malformed(400, "the frame is binary")
    assert parse_client_frame("x" * 11, 10) == Malformed(400, "the frame is longer than 10 characters")


def test_a_malformed_frame_keeps_the_tracing_id_that_can_be_read() -> None:
    assert parse({"action": "sing", "tracingId": "t-1"}) == Malformed(400, "action is not known", "t-1")
    assert parse({"action": "sing", "tracingId": "t" * 300}) == Malformed(400, "action is not known")


def test_null_is_as_good_as_absent() -> None:
    parsed = parse({"action": "getJwt", "token": "t", "tracingId": None})
    assert isinstance(parsed, Request)
    assert parsed.to_json() == {"action": "getJwt", "token": "t"}


def test_custom_attributes_are_read_in_either_place() -> None:
    def channel(**attributes: str) -> dict[str, Any]:
        return {"metadata": {"customAttributes": attributes}}

    parsed = parse(
        {
            "action": "onMessage",
            "token": "t",
            "channel": channel(a="top", b="top"),
            "message": {"type": "Text", "text": "x", "channel": channel(b="inside")},
        }
    )
    assert isinstance(parsed, OnMessage)
    assert parsed.attributes == {"a": "top", "b": "inside"}
    assert parsed.said.text == "x"


def test_a_sign_in_has_its_code() -> None:
    parsed = parse(
        {"action": "configureAuthenticatedSession", "token": "t", "deploymentId": "d", "data": {"code": "jwt"}}
    )
    assert isinstance(parsed, ConfigureAuthenticatedSession)
    assert parsed.code == "jwt"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
WORDS = [
    *(word for kind in ("message", "event", "presence", "typing", "content", "button") for word in client_words(kind)),
    *FORMS,
]
VALUE = JSON | st.sampled_from(WORDS)
NAMES = ["type", "text", "content", "events", "metadata", "channel", "contentType", "eventType", "presence", "typing"]
NAMES += ["attachment", "buttonResponse", "id", "payload", "customAttributes"]
NEAR = st.recursive(
    VALUE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=15,
)
FIELDS = sorted({one.wire for form in FORMS.values() for one in form.fields} | {"token", "tracingId"})
FRAMES = st.fixed_dictionaries(
    {"action": st.sampled_from(sorted(FORMS)) | VALUE}, optional=dict.fromkeys(FIELDS, NEAR | VALUE)
)


def total(text: str) -> None:
    parsed = parse_client_frame(text, MOST)
    if isinstance(parsed, OnMessage):
        said = parsed.said
        orjson.dumps(parsed.to_json())
        assert said.type in client_words("message")
        assert said.presence in {"", *client_words("presence")}
        assert all(isinstance(one, str) for one in (said.text, *said.attachments, *parsed.attributes.values()))
        assert isinstance(said.is_typing, bool)
        assert all(isinstance(value, str) for value in said.metadata.values())
    elif isinstance(parsed, Malformed):
        assert parsed.code in codes()


@given(st.text())
def test_no_text_raises(text: str) -> None:
    total(text)


@given(FRAMES)
def test_no_frame_of_wrong_types_raises(frame: dict[str, Any]) -> None:
    try:
        text = orjson.dumps(frame).decode()
    except TypeError:  # a number or a letter that JSON can't say
        return
    total(text)


@given(st.sampled_from(GOOD), st.data())
def test_no_frame_that_was_cut_or_bent_raises(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8")
    at = data.draw(st.integers(0, len(text) - 1))
    total(text[:at])
    total(text[:at] + data.draw(st.sampled_from('{}[]",:0tn ')) + text[at + 1 :])


@given(st.sampled_from(GOOD), st.data())
def test_no_frame_with_one_part_exchanged_raises(path: Path, data: st.DataObject) -> None:
    frame = orjson.loads(path.read_bytes())
    holder: Any = frame
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            holder[key] = data.draw(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.just([1]))
            break
        holder = holder[key]
    try:
        text = orjson.dumps(frame).decode()
    except TypeError:
        return
    total(text)
