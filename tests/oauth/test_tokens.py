from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.oauth.tokens import DEAD_TOKENS_KEPT, TOKEN_LETTERS, IssueToken, RevokeTokens, forget_dead, validity
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


def _issue(org: Org, client: str = "c1", user: str | None = None, seconds: int = 300) -> Token:
    token: Token = org.perform(IssueToken(client, seconds, user))
    return token


def test_a_token_is_opaque_and_told_as_a_change(org: Org) -> None:
    token = _issue(org)
    assert len(token.value) == TOKEN_LETTERS >= 86
    assert token.value.isalnum()
    (change,) = org.changes.read(0)
    assert (change.kind, change.data["client"]) == ("token.granted", "c1")
    assert token.value not in str(change)


def test_a_token_lives_on_the_orgs_clock(org: Org, clock: ManualClock) -> None:
    token = _issue(org, seconds=300)
    org.clock.jump(299)
    assert token.is_live(org.now())
    clock.advance(1)
    assert not token.is_live(org.now())


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 86400), (3600, 3600), (1, 300), (999_999_999, 172_800), (0, 86400), (True, 86400), ("x", 86400)],
)
def test_a_tokens_life_is_kept_within_the_limits_file(org: Org, asked: object, seconds: int) -> None:
    assert validity(org, {"accessTokenValiditySeconds": asked}) == seconds


def test_one_token_is_revoked_and_told_once(org: Org) -> None:
    token, other = _issue(org), _issue(org)
    assert org.perform(RevokeTokens(value=token.value)) == [token]
    assert org.perform(RevokeTokens(value=token.value)) == []
    assert not token.is_live(org.now())
    assert other.is_live(org.now())
    assert [change.kind for change in org.changes.read(0)].count("token.revoked") == 1


def test_all_tokens_of_a_client_or_of_a_user_are_revoked(org: Org) -> None:
    mine, yours, anns = _issue(org, "c1"), _issue(org, "c2"), _issue(org, "c2", "ann")
    assert org.perform(RevokeTokens(client="c1")) == [mine]
    assert org.perform(RevokeTokens(user="ann")) == [anns]
    assert yours.is_live(org.now())
    assert org.perform(RevokeTokens(value="unknown")) == []


def test_dead_tokens_are_forgotten_oldest_first_and_live_ones_kept(org: Org, world: World) -> None:
    tokens = [_issue(org, seconds=300 if n else 100_000) for n in range(DEAD_TOKENS_KEPT + 10)]
    for token in tokens:
        world.tokens[token.value] = (org, token)
    forget_dead(world, org)
    assert len(org.tokens) == DEAD_TOKENS_KEPT + 10  # all live
    org.clock.jump(301)
    forget_dead(world, org)
    assert len(org.tokens) == len(world.tokens) == DEAD_TOKENS_KEPT + 1
    assert tokens[0].value in org.tokens
    assert tokens[1].value not in world.tokens
    assert tokens[-1].value in world.tokens
