from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.oauth.refresh import REFRESH_LETTERS, ForgetRefresh, IssueRefresh, refresh_tokens

if TYPE_CHECKING:
    from understudy.world.org import Org


def test_a_refresh_token_is_opaque_and_dies_by_the_orgs_clock(org: Org) -> None:
    value = org.perform(IssueRefresh("app", "ann", ("users",), "family", True))
    kept = refresh_tokens(org).get(value, org.now())
    assert kept is not None
    assert len(value) == REFRESH_LETTERS
    assert (kept.client, kept.user, kept.scopes, kept.is_public) == ("app", "ann", ("users",), True)
    org.clock.jump(org.limits.value("oauth", "refresh.seconds"))
    assert refresh_tokens(org).get(value, org.now()) is None


def test_a_replaced_refresh_token_is_forgotten(org: Org) -> None:
    value = org.perform(IssueRefresh("app", "ann", (), "family", False))
    org.perform(ForgetRefresh(value))
    org.perform(ForgetRefresh(value))
    assert len(refresh_tokens(org)) == 0
