from __future__ import annotations

import pytest

from understudy.reporter.visible import one_line, visible


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\x1b[31mred", "‹ESC›[31mred"),
        ("nul \x00", "nul ‹NUL›"),
        ("line\r\n", "line‹CR›\n"),
        ("\x7f\x85", "‹DEL›‹U+0085›"),
        ("\u202edlrow\u202c", "‹U+202E›dlrow‹U+202C›"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("\ud800", "‹U+D800›"),
        ("\ufffe\uffff", "‹U+FFFE›‹U+FFFF›"),
        ("\U000e0041", "‹U+E0041›"),
    ],
)
def test_what_cannot_be_seen_is_named(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@pytest.mark.parametrize("text", ["tab\tand\nline", "Grüße, 你好, שלום, مرحبا", "👩\u200d💻", "«secret:ab»"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_one_line_has_no_line_breaks_and_ends_where_asked() -> None:
    assert one_line(" a\n b\t c ") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"
