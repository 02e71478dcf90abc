from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from understudy.clock import parse_iso
from understudy.errors import Refused
from understudy.open_messaging.messages import (
    NEITHER_TEXT_NOR_CONTENT,
    Customer,
    DeprecatedInbound,
    InboundEvent,
    InboundMessage,
    InboundReceipt,
    InboundResponse,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "open_messaging" / "inbound"
SHAPES: dict[str, Any] = {
    "message": InboundMessage,
    "event": InboundEvent,
    "receipt": InboundReceipt,
    "response": InboundResponse,
    "deprecated": DeprecatedInbound,
}
FROM = {"id": "u-1", "idType": "Opaque"}
TIME = "2026-01-01T12:00:00.000Z"
CHANNEL = {"from": FROM, "time": TIME}


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_parse_and_build_are_inverse(path: Path) -> None:
    body = orjson.loads(path.read_bytes())
    shape = SHAPES[path.stem.partition("_")[0]]
    parsed = shape.parse(body)
    assert parsed.to_json() == body
    assert shape.parse(parsed.to_json()) == parsed


def test_there_is_a_vector_of_every_shape() -> None:
    assert {path.stem.partition("_")[0] for path in VECTORS.glob("*.json")} == set(SHAPES)


@pytest.mark.parametrize(
    "body", [{"channel": CHANNEL}, {"channel": CHANNEL, "text": ""}, {"channel": CHANNEL, "content": []}]
)
def test_neither_text_nor_content_is_refused_in_the_words_a_user_quoted(body: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        InboundMessage.parse(body)
    assert (caught.value.status, caught.value.message) == (400, NEITHER_TEXT_NOR_CONTENT)
    assert NEITHER_TEXT_NOR_CONTENT == (
        "should have required property 'content', should have required property '.text', "
        "should match some schema in anyOf"
    )


@pytest.mark.parametrize(
    "time",
    [
        "",
        "yesterday",
        "2026-01-01T12:00:00",
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_without_zone_or_sense_is_invalid_date(time: str) -> None:
    with pytest.raises(Refused) as caught:
        InboundMessage.parse({"channel": {"from": FROM, "time": time}, "text": "hi"})
    assert (caught.value.status, caught.value.code) == (400, "invalid.date")


def test_time_is_taken_from_any_zone() -> None:
    parsed = InboundMessage.parse({"channel": {"from": FROM, "time": "2026-01-01T13:00:00+01:00"}, "text": "hi"})
    assert parsed.time == parse_iso(TIME)


@pytest.mark.parametrize("word", ["email", "EMAIL", "Email"])
def test_id_type_is_read_in_any_letter_case(word: str) -> None:
    assert Customer.parse({"id": "a", "idType": word}).id_type == "Email"


def test_an_unknown_id_type_is_an_invalid_value() -> None:
    with pytest.raises(Refused) as caught:
        Customer.parse({"id": "a", "idType": "Fax"})
    assert caught.value.code == "invalid.value"
    assert caught.value.message == (
        "channel.from.idType should be equal to one of the allowed values: Email, Phone, Opaque"
    )


def test_unknown_fields_are_accepted() -> None:
    body = {"channel": CHANNEL | {"x": 1, "from": FROM | {"y": 2}}, "text": "hi", "type": "Text", "z": None}
    assert InboundMessage.parse(body).text == "hi"


@pytest.mark.parametrize(
    ("shape", "body", "text"),
    [
        (InboundMessage, None, "body should be object"),
        (InboundMessage, [], "body should be object"),
        (InboundMessage, {}, "should have required property 'channel'"),
        (InboundMessage, {"channel": 7, "text": "hi"}, "channel should be object"),
        (InboundMessage, {"channel": {"time": TIME}, "text": "hi"}, "channel should have required property 'from'"),
        (InboundMessage, {"channel": {"from": FROM}, "text": "hi"}, "channel should have required property 'time'"),
        (InboundMessage, {"channel": CHANNEL, "text": 7}, "text should be string"),
        (InboundMessage, {"channel": CHANNEL, "content": {}}, "content should be array"),
        (InboundMessage, {"channel": CHANNEL, "content": [{}]},
         "content[0] should have required property 'attachment'"),
        (InboundMessage, {"channel": CHANNEL, "text": "a", "metadata": {"k": 1}}, "metadata['k'] should be string"),
        (InboundMessage, {"channel": CHANNEL | {"metadata": []}, "text": ""}, NEITHER_TEXT_NOR_CONTENT),
        (InboundMessage, {"channel": CHANNEL | {"metadata": {"customAttributes": {"b": 2}}}, "text": "a"},
         "channel.metadata.customAttributes['b'] should be string"),
        (InboundEvent, {"channel": CHANNEL, "events": []}, "events should NOT have fewer than 1 items"),
        (InboundEvent, {"channel": CHANNEL, "events": [7]}, "events[0] should be object"),
        (InboundReceipt, {"id": "", "channel": {"to": {"id": "u"}, "time": TIME}, "status": "Sent"},
         "id should NOT be shorter than 1 characters"),
        (InboundReceipt, {"id": "m", "channel": {"to": {"id": "u"}, "time": TIME}, "status": "Sent",
                          "isFinalReceipt": 1},
         "isFinalReceipt should be boolean"),
        (InboundResponse, {"channel": CHANNEL, "originatingMessageId": "m"},
         "should have required property 'buttonResponse'"),
    ],
)  # fmt: skip
def test_refusals_name_the_field(shape: Any, body: Any, text: str) -> None:
    with pytest.raises(Refused) as caught:
        shape.parse(body)
    assert caught.value.message == text


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (InboundEvent, {"channel": CHANNEL, "events": [{"eventType": "Presence"}]}),
        (InboundEvent, {"channel": CHANNEL, "events": [{"eventType": "Typing", "typing": {"type": "Off"}}]}),
        (InboundReceipt, {"id": "m", "channel": {"to": {"id": "u"}, "time": TIME}, "status": "Read"}),
        (InboundReceipt, {"id": "m", "channel": {"to": {"id": "u"}, "time": TIME}, "status": "Failed",
                          "reasons": [{"code": "Nope"}]}),
        (InboundResponse, {"channel": CHANNEL, "originatingMessageId": "m",
                           "buttonResponse": {"type": "Click", "text": "a", "payload": "b"}}),
        (DeprecatedInbound, {"type": "Structured", "channel": CHANNEL | {"to": {"id": "i1"}}}),
    ],
)  # fmt: skip
def test_words_outside_the_enum_are_invalid_values(shape: Any, body: Any) -> None:
    with pytest.raises(Refused) as caught:
        shape.parse(body)
    assert (caught.value.status, caught.value.code) == (400, "invalid.value")


def test_the_deprecated_endpoint_needs_its_integration_in_channel_to() -> None:
    with pytest.raises(Refused, match="channel should have required property 'to'"):
        DeprecatedInbound.parse({"type": "Text", "channel": CHANNEL, "text": "hi"})
