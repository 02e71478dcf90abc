from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.oauth import tokens as module
from understudy.oauth.codes import IssueCode, SpendCode, codes
from understudy.oauth.refresh import IssueRefresh, refresh_tokens
from understudy.oauth.tokens import (
    DEAD_TOKENS_KEPT,
    LOOKED_AFTER,
    TOKEN_LETTERS,
    IdleTime,
    IssueToken,
    RevokeTokens,
    forget_dead,
    idle_seconds,
    make_known,
    validity,
)
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


def test_a_family_is_revoked_as_one_and_no_family_is_none(org: Org) -> None:
    mine = [org.perform(IssueToken("app", 300, "ann", family="f1")) for _ in range(2)]
    other = org.perform(IssueToken("app", 300, "ann", family="f2"))
    alone = _issue(org)
    assert org.perform(RevokeTokens(family="")) == []
    assert org.perform(RevokeTokens(family="f1")) == mine
    assert other.is_live(org.now())
    assert alone.is_live(org.now())


def test_revoking_a_client_takes_its_codes_and_refresh_tokens_too(org: Org) -> None:
    for client in ("app", "other"):
        org.perform(IssueCode(client, "ann", "app:/back", ()))
        org.perform(IssueRefresh(client, "ann", (), "f", False))
    org.perform(RevokeTokens(client="app"))
    assert (len(codes(org)), len(refresh_tokens(org))) == (1, 1)
    org.perform(RevokeTokens(user="bob"))
    assert (len(codes(org)), len(refresh_tokens(org))) == (1, 1)
    org.perform(RevokeTokens(user="ann"))
    assert (len(codes(org)), len(refresh_tokens(org))) == (0, 0)


def test_a_spent_code_outlives_its_revocation_so_that_its_next_use_is_known(org: Org) -> None:
    value = org.perform(IssueCode("app", "ann", "app:/back", ()))
    code = codes(org).get(value, org.now())
    assert code is not None
    org.perform(SpendCode(code))
    org.perform(RevokeTokens(client="app"))
    assert codes(org).get(value, org.now()) is code


def test_idle_time_is_for_users_alone(org: Org) -> None:
    org.perform(IdleTime(300.0))
    client, user = _issue(org, seconds=10_000), _issue(org, user="ann", seconds=10_000)
    org.clock.jump(300)
    assert client.is_live(org.now())
    assert not user.is_live(org.now())
    org.perform(IdleTime(0.0))
    assert not user.is_live(org.now())
    assert _issue(org, user="ann").idle == 0.0


def test_a_new_token_is_known_to_the_world(org: Org, world: World) -> None:
    token = _issue(org)
    make_known(world, org, token)
    assert world.tokens[token.value] == (org, token)


def test_the_idle_time_of_an_org_file_holds_from_the_first_token_on(org: Org) -> None:
    org.entities.put("tokens.timeout", "current", {"enableIdleTokenTimeout": True, "idleTokenTimeoutSeconds": 300})
    assert (_issue(org, user="ann").idle, _issue(org).idle) == (300.0, 0.0)


@pytest.mark.parametrize("setting", [{}, {"idleTokenTimeoutSeconds": 300}, {"enableIdleTokenTimeout": True}])
def test_half_a_setting_is_none(setting: dict[str, object]) -> None:
    assert idle_seconds(setting) == 0.0


def test_dead_tokens_are_looked_for_now_and_then_alone(org: Org, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(module, "forget_dead", lambda world, org: looks.append(len(org.tokens)))
    for _ in range(2 * LOOKED_AFTER + 1):
        make_known(world, org, _issue(org))
    assert looks == [LOOKED_AFTER, 2 * LOOKED_AFTER]


def test_the_oldest_of_too_many_live_tokens_go_and_the_record_is_told(
    org: Org, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOKENS_MAX", 1050)
    tokens = [_issue(org) for _ in range(1100)]
    world.tokens.update({token.value: (org, token) for token in tokens})
    forget_dead(world, org)
    assert list(org.tokens) == list(world.tokens) == [token.value for token in tokens[50:]]
    assert (org.notes[-1].name, org.notes[-1].data["count"]) == ("oauth.tokens_forgotten", 50)
