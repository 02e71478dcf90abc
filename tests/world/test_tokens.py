from __future__ import annotations

from understudy.world.tokens import Token


def test_a_token_lives_until_it_expires_or_is_revoked() -> None:
    token = Token("t", "client", "org", issued=0, expires=10)
    assert token.is_live(9.9)
    assert not token.is_live(10)
    token.revoked = True
    assert not token.is_live(1)
