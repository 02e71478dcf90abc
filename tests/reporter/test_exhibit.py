from __future__ import annotations

from typing import Any

import pytest

from understudy.record.entry import Entry
from understudy.reporter.exhibit import HEX_MAX, TEXT_MAX, exhibit


def line(body: bytes = b"", **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"interface": "platform", "direction": "in", "headers": (("A", "1"), ("a", "2"))} | more
    interface = told.pop("interface")
    return Entry(0, 7, "message", "POST /x", interface, 1.0, 1_795_255_200.5, 1.0, body=body, **told).to_json()


def test_headers_keep_order_case_and_repeats() -> None:
    assert exhibit(line()).headers == (("A", "1"), ("a", "2"))


def test_json_stands_as_it_is_and_indented_beside() -> None:
    body = exhibit(line(b'{"b":1,"a":[2]}')).body
    assert (body.form, body.text, body.size) == ("text", '{"b":1,"a":[2]}', 15)
    assert body.pretty == '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}'


@pytest.mark.parametrize("body", [b"grant_type=x", b"{broken", b"", b'"text"'])
def test_what_is_no_json_object_is_not_indented(body: bytes) -> None:
    assert exhibit(line(body)).body.pretty == ""


@pytest.mark.parametrize("body", [b"\xff\xfeAB", b"AB\x00\x01"])
def test_binary_is_shown_in_hexadecimal(body: bytes) -> None:
    shown = exhibit(line(body)).body
    assert shown.form == "hex"
    assert shown.text.startswith("00000000  " + body.hex(" "))
    assert "AB" in shown.text.rpartition("  ")[2]


def test_a_long_text_is_cut_and_says_how_much_there_is() -> None:
    shown = exhibit(line(b"x" * (TEXT_MAX + 5))).body
    assert len(shown.text) == TEXT_MAX
    assert shown.cut == "5 of 16389 characters are not shown (16389 bytes)"


def test_a_long_binary_is_cut_and_says_how_much_there_is() -> None:
    shown = exhibit(line(b"\xff" * (HEX_MAX + 9))).body
    assert shown.text.count("\n") == HEX_MAX // 16 - 1
    assert shown.cut == "9 of 2057 bytes are not shown"


def test_controls_in_a_body_are_named() -> None:
    assert exhibit(line("a\r\n\u202eb".encode())).body.text == "a‹CR›\n‹U+202E›b"


def test_as_text_it_is_all_that_is_known() -> None:
    shown = exhibit(line(b"{}", exchange="0-3", status=None, data={"operation": "postX", "attempt": 1}))
    assert shown.as_text() == (
        "0:7 message POST /x\n2026-11-21T10:00:00.500Z platform from the endpoint\nexchange: 0-3\noperation: postX\n"
        "attempt: 1\n\nA: 1\na: 2\n\n{}\n"
    )


def test_a_message_says_whom_it_came_from_or_went_to() -> None:
    ways = {("in", "platform"): "from the endpoint", ("out", "bot_connector"): "to the endpoint"}
    ways |= {("in", "web_messaging"): "from the messenger", ("", "test"): ""}
    for (direction, interface), way in ways.items():
        assert exhibit(line(direction=direction, interface=interface)).direction == way
