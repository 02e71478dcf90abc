from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.architect.flow import Flow
from understudy.clock import ManualClock, OrgClock
from understudy.errors import SettingsError, UnderstudyError
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.orgfile import OrgPlan, apply_org, load_org
from understudy.snapshot.content import check_free, from_plan, from_snapshot, install, take
from understudy.tables import complete
from understudy.world.org import Org
from understudy.world.world import World

TABLES = complete()

TEXT = """
organization: { id: acme, name: Acme }
authorization.roles: [{ name: Agent, permissionPolicies: [] }]
users: [{ name: Ann, email: a@acme.example, roles: [Agent], understudy: { agent: true, status: IDLE } }]
routing.queues: [{ name: Support, members: [Ann] }]
flows:
  - name: Greeting
    yaml: |
      inboundShortMessage:
        name: Greeting
        startUpRef: "/inboundShortMessage/states/state[S]"
        states:
          - state: { name: S, refId: S, actions: [{ disconnect: { name: End } }] }
messaging.supportedcontent: [{ name: Default }]
messaging.integrations.open:
  - id: chat
    name: Chat
    supportedContent: Default
    outboundNotificationWebhookSignatureSecretToken: 0123456789abcdef
oauth.clients: [{ id: vendor, name: Vendor, secret: s, roles: [Agent] }]
"""
PLAN = load_org(TEXT, {})


def org_of(plan: OrgPlan, world: World, seed: int = 1) -> Org:
    clock = OrgClock(ManualClock())
    org = Org(plan.id, plan.name, clock=clock, ids=Ids(seed, plan.id), limits=load_limits(), commands=TABLES.handlers)
    world.add(org)
    apply_org(plan, org, world)
    return org


def through_json(body: dict[str, Any]) -> dict[str, Any]:
    return dict(orjson.loads(orjson.dumps(body)))


def bodies(org: Org) -> dict[str, Any]:
    return {f"{t}/{i}": e.body for t in org.entities.types() for i, e in org.entities.of(t).items()}


def test_an_org_is_in_another_emulator_what_it_was_in_the_first() -> None:
    first, second = World(), World()
    org = org_of(PLAN, first)
    org.live["notifications"] = object()  # what is open is no part of it
    body = take(org, first)
    other = Org("acme", "x", clock=org.clock, ids=Ids(5, "acme"), limits=org.limits, commands=TABLES.handlers)
    second.add(other)
    install(other, second, from_snapshot(through_json(body), 5, ""))
    assert (other.name, bodies(other)) == (org.name, bodies(org))
    for table in ("grants", "queue.members", "routing.status"):
        assert other.live[table] == org.live[table]
    assert "notifications" not in other.live
    assert (second.clients, second.integrations) == ({"vendor": other}, {"chat": other})
    (flow,) = other.entities.of("flows").values()
    assert isinstance(flow.hidden["flow"], Flow)
    assert through_json(take(other, second)) == through_json(body)


def test_ids_go_on_where_they_were_so_that_none_comes_twice() -> None:
    world = World()
    org = org_of(PLAN, world)
    body = take(org, world)
    expected = [org.ids.uuid("routing.queues") for _ in range(3)]
    said = [org.ids.uuid("message") for _ in range(3)]
    install(org, world, from_snapshot(through_json(body), org.ids.seed, ""))
    assert [org.ids.uuid("routing.queues") for _ in range(3)] == expected
    assert org.ids.uuid("message") not in said  # a vendor has seen those


def test_a_plan_gives_the_same_ids_with_the_same_seed_and_others_with_another() -> None:
    world = World()
    org = org_of(PLAN, world)
    before = bodies(org)
    org.ids.uuid("users")
    same, other = (from_plan(PLAN, org, TABLES.handlers, seed).entities for seed in (1, 2))
    assert {f"{t}/{i}" for t in same.types() for i in same.of(t)} == set(before)
    assert {f"users/{i}" for i in other.of("users")}.isdisjoint(before)
    assert bodies(org) == before


def test_rig_clock_and_numbers_go_on_and_all_that_lives_is_gone() -> None:
    world = World()
    org = org_of(PLAN, world)
    org.live["user_side"], org.live["faults"] = {"url": "http://x"}, [1]
    org.schedule.at(1e12, "x", object())
    org.say("open_messaging", "deliver")
    org.clock.jump(100.0)
    changes, version = org.changes.end, org.grants_version
    install(org, world, from_plan(PLAN, org, TABLES.handlers, 1))
    assert org.live["user_side"] == {"url": "http://x"}
    assert "faults" not in org.live
    assert len(org.schedule) == 0
    for interface in ("open_messaging", "bot_connector"):
        assert [effect.kind for effect in org.take_effects(interface)] == ["reset"]
    assert org.is_quiet()
    assert (org.clock.jumped, org.changes.end) == (100.0, changes)
    assert org.grants_version > version


def test_an_id_that_another_org_has_is_refused() -> None:
    world = World()
    org_of(PLAN, world)
    other = org_of(load_org("organization: { id: b, name: B }\n", {}), world)
    content = from_plan(PLAN, other, TABLES.handlers, 1)
    with pytest.raises(SettingsError, match="id is 'vendor': org Acme has it"):
        check_free(content, other.id, world)
    check_free(content, "acme", world)


def test_what_can_not_be_held_is_named() -> None:
    world = World()
    org = org_of(PLAN, world)
    org.entities.put("strange", "x", {"name": "X"}, {"y": object()})
    with pytest.raises(UnderstudyError, match="a snapshot can't hold strange X: there is a object in it"):
        take(org, world)


@pytest.mark.parametrize(
    "change",
    [
        {"entities": 3},
        {"entities": [["users", [["x", [], {}, 1]]]]},
        {"entities": [["flows", [["x", {}, {"yaml": "nonsense: {}"}, 1]]]]},
        {"ids": {"users": "no state"}},
        {"ids": {"users": "AAAA"}},
        {"live": {"grants": {"$set": 3}}},
        {"org": {}},
        {"clients": None},
    ],
)
def test_a_body_that_was_never_taken_is_refused(change: dict[str, Any]) -> None:
    world = World()
    body = take(org_of(PLAN, world), world)
    with pytest.raises((LookupError, TypeError, ValueError)):
        from_snapshot({**body, **change}, 1, "")
