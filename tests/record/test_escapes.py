"""Every spelling of a text in JSON is known for what it is."""

from __future__ import annotations

import pytest

from understudy.record.escapes import spellings, unescaped


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (rb'{"a":"b"}', b'{"a":"b"}'),
        (rb"\u0061\u00E4\/\"\\", 'aä/"\\'.encode()),
        (rb"\\u0061", rb"\u0061"),  # an escaped backslash, then letters
        (rb"a\ud83d\u", b"a\xed\xa0\xbdu"),
        (b"a\\", b"a\\"),
    ],
)
def test_escapes_are_what_they_stand_for(body: bytes, plain: bytes) -> None:
    assert unescaped(body) == plain


@pytest.mark.parametrize("body", [b'a/"\\\xc3\xa4', rb"a\/\"\\\u00e4", rb"\u0061\u002F\u0022\u005C\u00E4"])
def test_a_secret_is_found_in_every_spelling_and_in_no_other_text(body: bytes) -> None:
    assert spellings('a/"\\ä').fullmatch(body)
    assert not spellings("A/").search(body)


def test_a_character_beyond_sixteen_bits_is_found_as_it_is() -> None:
    assert spellings("🙂.").fullmatch("🙂.".encode())
    assert not spellings("🙂.").fullmatch("🙂x".encode())
