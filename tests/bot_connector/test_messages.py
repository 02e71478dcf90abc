"""What Genesys posts: vectors/bot_connector/turns."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from understudy.bot_connector.messages import ClickShape, InputMessage, Utterance

VECTORS = Path(__file__).parent.parent / "vectors" / "bot_connector" / "turns"


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_parse_and_build_are_inverse(path: Path) -> None:
    body = orjson.loads(path.read_bytes())
    turn = Utterance.parse(path.read_bytes())
    assert orjson.loads(bytes(turn)) == body
    assert Utterance.parse(bytes(turn)) == turn


def test_there_is_a_vector_of_each_contract_and_each_kind_of_input() -> None:
    assert {path.stem for path in VECTORS.glob("*.json")} == {
        "v1_text", "v1_empty_text", "v1_click", "v1_click_direct", "v1_attachment", "v1_later", "v2_text",
    }  # fmt: skip


def test_a_click_stands_where_the_switch_says() -> None:
    content = InputMessage.click("Yes", "yes")
    assert content.to_json() == {
        "type": "Structured",
        "text": "Yes",
        "content": [
            {
                "contentType": "ButtonResponse",
                "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "yes"},
            }
        ],
    }
    direct = InputMessage.click("Yes", "yes", shape=ClickShape.DIRECT)
    assert direct.button == {"type": "QuickReply", "text": "Yes", "payload": "yes"}
    assert direct.content == ()
    both = InputMessage.click("Yes", "yes", shape=ClickShape.BOTH)
    assert (both.button, both.content) == (direct.button, content.content)


def test_the_attachment_goes_to_the_bot_as_content() -> None:
    message = InputMessage.attachment({"mediaType": "File", "url": "http://127.0.0.1/a.pdf"})
    assert message.content[0]["contentType"] == "Attachment"
    assert message.text == ""
