"""The table of words: phrases can be set, letter case does not count."""

from __future__ import annotations

import pytest

from understudy.references.cognigy_endpoint.words import PHRASES, Act, Words, defaults


@pytest.mark.parametrize(
    ("said", "act", "rest"),
    [
        ("", Act.GREET, ""), ("  ", Act.GREET, ""), (" HI ", Act.GREET, ""), ("Agent Please", Act.HAND_OFF, ""),
        ("an agent please, now", Act.HAND_OFF, ""), ("order", Act.ORDER, ""), ("Order two Teas", Act.ORDER, "two Teas"),
        ("orderly", Act.REPEAT, ""), ("goodbye", Act.REPEAT, ""), ("bye", Act.END, ""),
    ],
)  # fmt: skip
def test_an_utterance_is_looked_up(said: str, act: Act, rest: str) -> None:
    assert Words(defaults()).look_up(said) == (act, rest)


def test_a_phrase_can_be_set() -> None:
    words = Words(defaults() | {"END_PHRASE": "So long"})
    assert words.look_up("so long")[0] is Act.END
    assert words.look_up("bye")[0] is Act.REPEAT


def test_phrases_differ() -> None:
    assert len(set(defaults().values())) == len(PHRASES)
