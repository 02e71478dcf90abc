from __future__ import annotations

import pytest

from understudy.web_messaging.words import client_words, server_words


@pytest.mark.parametrize("kind", ["message", "event", "presence", "typing", "content", "button"])
def test_every_kind_of_a_client_has_words(kind: str) -> None:
    words = client_words(kind)
    assert words
    assert len(set(words)) == len(words)


def test_a_server_says_more_types_than_a_client_may() -> None:
    assert set(client_words("message")) < set(server_words("message"))
    assert "SessionResponse" in server_words("class")
