from __future__ import annotations

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.errors import SettingsError
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS, SWITCHES, check_switch, switch


@pytest.fixture
def org() -> Org:
    clock = OrgClock(ManualClock())
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_has_a_default_among_its_values_and_a_source(name: str) -> None:
    one = SWITCHES[name]
    assert one.default in one.values
    assert len(one.values) > 1
    assert one.source


def test_a_switch_is_at_its_default_until_the_org_chooses(org: Org) -> None:
    assert switch(None, "oauth.error_status") == switch(org, "oauth.error_status") == "400"
    org.entities.put(ORGANIZATIONS, "acme", {"id": "acme"}, {HIDDEN: {"oauth.error_status": "401"}})
    assert switch(org, "oauth.error_status") == "401"
    assert switch(org, "oauth.client_auth_in_body") == "reject"


def test_an_unknown_switch_is_named_with_the_nearest(org: Org) -> None:
    remedy = r"switch is 'oauth\.eror_status': did you mean 'oauth\.error_status'\?"
    with pytest.raises(SettingsError, match=remedy):
        switch(org, "oauth.eror_status")
    with pytest.raises(SettingsError, match=remedy):
        check_switch("oauth.eror_status", "400")


def test_a_value_that_a_switch_can_not_have_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"switch oauth\.error_status is '500': give 400 or 401"):
        check_switch("oauth.error_status", "500")
