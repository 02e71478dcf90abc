from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.errors import SettingsError
from understudy.orgfile import OrgPlan, load_org
from understudy.platform.grants import home_division, pairs_of
from understudy.platform.queue_members import members_of
from understudy.platform.queues import codes_of
from understudy.world.org import Org

Configure = Callable[[OrgPlan], Org]
ACME = "organization: {name: Acme}\n"


def _named(org: Org, type_: str, name: str) -> str:
    entity = org.entities.named(type_, name)
    assert entity is not None, name
    return entity.id


def test_anything_may_refer_to_anything_whatever_its_place_in_the_file(configure: Configure) -> None:
    text = """
organization: {name: Acme}
oauth.clients:
- {id: c, name: Vendor, roles: [Reader]}
routing.queues:
- {name: Support, members: [ann@example.org, Ben], wrapupcodes: [Solved], division: Second}
users:
- {name: Ann, email: ann@example.org, roles: [reader], understudy: {agent: true, status: IDLE}}
- {name: Ben}
routing.wrapupcodes:
- {name: Solved}
authorization.divisions:
- {name: Second, description: x}
authorization.roles:
- {id: r, name: Reader, permissionPolicies: [{domain: routing, entityName: queue, actionSet: [view]}]}
"""
    org = configure(load_org(text, {}))
    ann, ben, queue = (_named(org, *one) for one in (("users", "Ann"), ("users", "Ben"), ("routing.queues", "Support")))
    assert pairs_of(org, "c") == pairs_of(org, ann) == {("r", home_division(org))}
    assert list(members_of(org, queue)) == [ann, ben]
    assert codes_of(org, queue) == [_named(org, "routing.wrapupcodes", "Solved")]
    body = org.entities.of("routing.queues")[queue].body
    assert (body["division"]["name"], body["memberCount"]) == ("Second", 2)
    assert org.live["routing.status"] == {ann: "IDLE"}
    assert org.entities.of("users")[ann].hidden["agent"] is True


def test_the_home_division_is_there_and_may_be_given_an_id(configure: Configure) -> None:
    assert home_division(configure(load_org(ACME, {}))) != ""
    text = "organization: {name: Other}\nauthorization.divisions:\n- {id: home, name: Home}\n"
    org = configure(load_org(text, {}))
    assert home_division(org) == "home"
    assert len(org.entities.of("authorization.divisions")) == 1


@pytest.mark.parametrize(
    ("member", "problem"),
    [("Bn", "did you mean 'Ben'?"), ("Ann", "several of users have this name: give the id")],
)
def test_a_name_that_is_nobodys_or_several_peoples_is_told(configure: Configure, member: str, problem: str) -> None:
    users = "users: [{name: Ann, id: a1}, {name: Ann, id: a2}, {name: Ben}]\n"
    with pytest.raises(SettingsError, match=r"members\[0\]") as refused:
        configure(load_org(f"{ACME}{users}routing.queues: [{{name: Q, members: [{member}]}}]\n", {}))
    assert str(refused.value).endswith(problem)


def test_who_shares_a_name_is_meant_by_id_or_address(configure: Configure) -> None:
    users = "users: [{name: Ann, id: a1}, {name: Ann, id: a2, email: ann@two.example}]\n"
    org = configure(load_org(f"{ACME}{users}routing.queues: [{{name: Q, members: [a1, ann@two.example]}}]\n", {}))
    assert list(members_of(org, _named(org, "routing.queues", "Q"))) == ["a1", "a2"]
