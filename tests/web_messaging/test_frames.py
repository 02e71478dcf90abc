"""Every frame of the platform against its vector and against the schema of contracts/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from understudy.checker.contract import Contracts
from understudy.web_messaging import frames
from understudy.web_messaging.codes import codes
from understudy.web_messaging.frames import AllowedMedia, ServerFrame, SessionFacts
from understudy.web_messaging.structured import StructuredMessage
from understudy.web_messaging.words import client_words, server_words

VECTORS = Path(__file__).parent.parent / "vectors" / "web_messaging"
NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
HOURS_72 = 259_200
MEDIA = AllowedMedia(file_types=("image/png", "image/jpeg"), max_file_size_kb=10_240, blocked_extensions=(".exe",))
JOIN = {"eventType": "Presence", "presence": {"type": "Join"}}
TYPING = {"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}
QUICK = [{"contentType": "QuickReply", "quickReply": {"text": word, "payload": word}} for word in ("Yes", "No")]
CLICK = {"contentType": "ButtonResponse", "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "yes"}}
TEXT = StructuredMessage(
    type="Text", direction="Inbound", time=NOW, id="m-1", text="Hello", attributes={"plan": "gold"}
)


def facts(**fields: Any) -> SessionFacts:
    given = {"new": True, "duration": HOURS_72, "expires_at": NOW + HOURS_72, "media": MEDIA, "attributes_max": 2048}
    return SessionFacts(**{**given, **fields})


def message(type_: str, direction: str, **fields: Any) -> ServerFrame:
    return frames.structured_message(StructuredMessage(type=type_, direction=direction, time=NOW, id="m-1", **fields))


BUILT: dict[str, ServerFrame] = {
    "session_new": frames.session_response(facts(), "t-1"),
    "session_known": frames.session_response(facts(new=False)),
    "session_read_only": frames.session_response(facts(new=False, read_only=True)),
    "session_after_cleared": frames.session_response(facts(cleared_existing=True, auto_started=True)),
    "session_left": frames.session_left("t-9"),
    "message_inbound_echo": frames.structured_message(TEXT, "t-3"),
    "message_inbound_click": message("Structured", "Inbound", text="Yes", content=[CLICK]),
    "message_inbound_join": message("Event", "Inbound", events=[JOIN]),
    "message_outbound_bot": message(
        "Structured", "Outbound", text="Sure?", content=QUICK, originating_entity="Bot", sender={"nickname": "Robo"}
    ),
    "message_outbound_agent": message(
        "Text",
        "Outbound",
        text="Hi",
        originating_entity="Human",
        originating_message="m-0",
        recipient={"nickname": "G"},
    ),
    "message_outbound_typing": message("Event", "Outbound", events=[TYPING], originating_entity="Human"),
    "disconnected_read_only": frames.disconnected(NOW, "m-9", read_only=True),
    "disconnected_send": frames.disconnected(NOW, "m-9", read_only=False),
    "echo": frames.echo(
        StructuredMessage(type="Text", direction="Inbound", time=NOW, text="ping"), "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ="
    ),
    "presigned_upload": frames.presigned_url(
        "a-1", "https://up.example/1", {"x-amz-tagging": "k=v"}, "t-4", name="a.png", size=12, type_="image/png"
    ),
    "presigned_download": frames.presigned_url("a-1", "https://down.example/1", {}),
    "upload_success": frames.upload_success("a-1", "https://down.example/1", NOW, "t-4"),
    "upload_failure": frames.upload_failure("a-1", 4003, NOW),
    "attachment_deleted": frames.attachment_deleted("a-1", "t-5"),
    "jwt": frames.jwt("e.y.J", NOW + 3600, "t-6"),
    "resume_token": frames.resume_token("r-1", NOW + 3600),
    "configuration": frames.configuration(MEDIA, 2048, HOURS_72, "t-7"),
    "connection_closed": frames.connection_closed("signedIn"),
    "connection_closed_without_reason": frames.connection_closed(""),
    "connection_closed_mobile": frames.connection_closed("signedIn", "reason"),
    "connection_closed_swagger": frames.connection_closed("signedIn", "reasonCode"),
    "logout": frames.logout(),
    "session_expired": frames.session_expired(),
    "session_cleared": frames.session_cleared(),
    "error_text_too_long": frames.error(4011, "more than 4096 bytes", "t-8"),
    "error_session_not_found": frames.error(4007),
    "too_many_requests": frames.too_many_requests(3, "t-3"),
    "generate_url_error": frames.generate_url_error(4001, "a-1", NOW, "t-4"),
    "generate_url_error_without_id": frames.generate_url_error(4002, None, NOW),
}


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return Contracts()


def test_every_vector_is_used() -> None:
    assert {path.stem for path in (VECTORS / "server").iterdir()} == set(BUILT)


@pytest.mark.parametrize("name", sorted(BUILT))
def test_a_frame_is_built_as_in_its_vector_and_parses_back(name: str) -> None:
    document = orjson.loads((VECTORS / "server" / f"{name}.json").read_bytes())
    text = BUILT[name].to_text()
    assert orjson.loads(text) == document
    assert frames.parse_server_frame(text).to_text() == text


@pytest.mark.parametrize("name", sorted(BUILT))
def test_a_frame_is_valid_and_has_no_field_that_the_contract_lacks(contracts: Contracts, name: str) -> None:
    document = orjson.loads(BUILT[name].to_text())
    assert contracts.judge("web_messaging/server").problems(document) == []


def test_a_frame_of_every_class_is_built() -> None:
    never = {"Error", "Unknown"}  # in the swagger; errors have the class string (facts: messaging §2.4)
    assert {one.class_ for one in BUILT.values()} == set(server_words("class")) - never


@pytest.mark.parametrize("number", sorted(codes()))
def test_every_code_has_a_frame(contracts: Contracts, number: int) -> None:
    frame = frames.error(number, tracing_id="t")
    assert (frame.code, frame.class_, frame.tracing_id) == (number, "string", "t")
    assert contracts.judge("web_messaging/server").problems(orjson.loads(frame.to_text())) == []


BAD_TYPE = '{"type":"a","class":"string","code":1,"body":""}'
BAD_CLASS = '{"type":"message","class":["x"],"code":1,"body":1}'


@pytest.mark.parametrize("text", ["[]", "{}", "x", BAD_TYPE, BAD_CLASS])
def test_what_is_no_frame_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a frame|unexpected character"):
        frames.parse_server_frame(text)


@pytest.mark.parametrize("path", sorted((VECTORS / "client").iterdir()), ids=lambda path: path.stem)
def test_a_clients_good_frames_are_valid(contracts: Contracts, path: Path) -> None:
    assert contracts.judge("web_messaging/client").problems(orjson.loads(path.read_bytes())) == []


JUDGED_BY_CODE = {"400_nested"}  # a schema can't count levels


@pytest.mark.parametrize("path", sorted((VECTORS / "bad").iterdir()), ids=lambda path: path.stem)
def test_a_clients_bad_frames_are_not_valid(contracts: Contracts, path: Path) -> None:
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return
    problems = contracts.judge("web_messaging/client").problems(document)
    assert bool(problems) != (path.stem in JUDGED_BY_CODE)


def test_schema_and_words_name_the_same_types() -> None:
    root = Path(__file__).resolve().parents[2] / "contracts" / "web_messaging" / "schemas"
    server = orjson.loads((root / "server.json").read_bytes())
    common = orjson.loads((root / "common.json").read_bytes())["$defs"]
    assert tuple(server["properties"]["class"]["enum"]) == server_words("class")
    assert tuple(common["event"]["properties"]["eventType"]["enum"]) == client_words("event")
    assert tuple(common["presence"]["properties"]["type"]["enum"]) == client_words("presence")
