from __future__ import annotations

from understudy.world.tokens import Token


def test_a_token_lives_until_it_expires_or_is_revoked() -> None:
    token = Token("t", "client", "org", issued=0, expires=10)
    assert token.is_live(9.9)
    assert not token.is_live(10)
    token.revoked = True
    assert not token.is_live(1)


def test_a_token_with_an_idle_time_lives_while_it_is_used() -> None:
    token = Token("t", "client", "org", issued=0, expires=1000, idle=10.0, used=5.0)
    assert [token.is_live(now) for now in (5, 14.9, 15)] == [True, True, False]
    token.used = 14.0
    assert token.is_live(23)
    token.expires = 20
    assert not token.is_live(20)
