from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.errors import SettingsError
from understudy.ids import Ids
from understudy.material import material
from understudy.orgfile import OrgPlan, apply_org, load_org
from understudy.orgfile import export as exporting
from understudy.orgfile.default import default_org
from understudy.orgfile.export import Export, export_org
from understudy.platform.queue_members import members_of
from understudy.world.org import Org
from understudy.world.world import World

Configure = Callable[[OrgPlan], Org]
POLYAI = {
    "UNDERSTUDY_CLIENT_ID": "client",
    "UNDERSTUDY_CLIENT_SECRET": "client-secret",
    "UNDERSTUDY_INTEGRATION_ID": "integration",
    "WEBHOOK_URL": "http://127.0.0.1:9/webhook",
    "WEBHOOK_SECRET": "0123456789abcdef",
}
FULL = """
organization:
  id: acme
  name: Acme "quoted" & co
  understudy: { region: eu-central-1, switches: { oauth.error_status: "401" } }
authorization.divisions: [{ name: Home }, { id: north, name: North }]
authorization.roles:
  - { id: r1, name: Agent, permissionPolicies: [{ domain: routing, entityName: queue, actionSet: [view] }] }
routing.skills: [{ id: s1, name: French }, { id: s2, name: Billing }]
routing.languages: [{ id: l1, name: Italian }]
routing.wrapupcodes: [{ id: w1, name: Done }]
users:
  - id: u1
    name: Ann
    email: ann@acme.example
    roles: [{ role: Agent, division: North }, Agent]
    skills: [French, { skill: Billing, proficiency: 2.5 }]
    languages: [{ language: Italian, proficiency: 1 }]
    division: North
    understudy: { agent: true, status: IDLE, hidden: { profile: { motto: "cost: ${MOTTO}", lines: "a\\nb" } } }
  - { id: u2, name: Twin, email: a@acme.example }
  - { id: u3, name: Twin, email: b@acme.example }
groups: [{ id: g1, name: Crew, members: [Ann, u3], roles: [{ role: Agent, division: "*" }] }]
routing.queues:
  - id: q1
    name: Support
    members: [Ann, { member: u2, joined: false }]
    wrapupcodes: [Done]
    queueFlow: Greeting
flows:
  - id: f1
    name: Greeting
    description: "$${not a variable}"
    yaml: |
      inboundShortMessage:
        name: Greeting
        startUpRef: "/inboundShortMessage/states/state[S]"
        states:
          - state: { name: S, refId: S, actions: [{ disconnect: { name: End } }] }
  - { id: f2, name: Empty, understudy: { published: false } }
architect.datatables:
  - { id: t1, name: Hours, schema: { properties: { key: { type: string } } } }
architect.datatables.rows:
  - { parent: Hours, key: "01", open: true, until: "2026-01-01T00:00:00Z" }
  - { parent: Hours, key: "null", open: null }
routing.settings: { resetAgentScoreOnPresenceChange: true }
oauth.clients:
  - { id: c1, name: Vendor, secret: "12345", roles: [{ role: Agent, division: North }] }
  - { id: c2, name: Vendor, secret: "o'brien $x" }
"""


@pytest.fixture
def again(world: World) -> Callable[[Org], tuple[Export, Org]]:
    """An org's export, and the org that it makes elsewhere."""

    def load(org: Org) -> tuple[Export, Org]:
        exported = export_org(org)
        plan = load_org(exported.text, exported.secrets)
        made = Org(plan.id, plan.name, clock=org.clock, ids=Ids(99, plan.id), limits=org.limits, commands=org._commands)
        apply_org(plan, made, World())
        return exported, made

    return load


def configuration(org: Org) -> dict[str, Any]:
    """Entities by type and id, and the tables of live state that an org file sets."""
    found: dict[str, Any] = {
        f"{type_}/{id_}": (entity.body, {k: v for k, v in entity.hidden.items() if k != "flow"})
        for type_ in org.entities.types()
        for id_, entity in org.entities.of(type_).items()
    }
    tables = (
        "grants",
        "group.members",
        "queue.members",
        "queue.wrapupcodes",
        "routing.status",
        "user.skills",
        "user.languages",
    )
    for table in tables:
        found[table] = {key: value for key, value in org.live.get(table, {}).items() if value}
    return found


@pytest.mark.parametrize("name", ["full", "polyai", "default", "bare"])
def test_what_is_exported_loads_to_equal_entities(
    configure: Configure, again: Callable[[Org], tuple[Export, Org]], name: str
) -> None:
    path = material("suites") / "polyai" / "org.yaml"
    plans = {
        "full": lambda: load_org(FULL, {"MOTTO": "${x} $$"}),
        "polyai": lambda: load_org(path.read_text("utf-8"), POLYAI, path),
        "default": lambda: default_org("admin", "s" * 43),
        "bare": lambda: load_org("organization: {name: Bare}\n", {}),
    }
    org = configure(plans[name]())
    exported, made = again(org)
    assert made.id == org.id
    assert configuration(made) == configuration(org)
    assert exported.lost == ()
    assert export_org(made) == exported  # the second time nothing is left to change


def test_references_are_names_unless_two_have_the_same(
    configure: Configure, again: Callable[[Org], tuple[Export, Org]]
) -> None:
    exported, made = again(configure(load_org(FULL, {"MOTTO": "x"})))
    text = exported.text
    for line in ("queueFlow: Greeting", "division: North", "- member: u2", "joined: false", "parent: Hours", "- Done"):
        assert line in text
    assert members_of(made, "q1") == {"u1": True, "u2": False}
    assert "selfUri" not in text
    assert "dateCreated" not in text


def test_secrets_are_variables_and_never_in_the_text(configure: Configure) -> None:
    exported = export_org(configure(load_org(FULL, {"MOTTO": "x"})))
    assert exported.secrets == {"CLIENT_VENDOR_SECRET": "12345", "CLIENT_VENDOR_SECRET_2": "o'brien $x"}
    assert 'secret: "${CLIENT_VENDOR_SECRET}"' in exported.text
    assert "12345" not in exported.text
    with pytest.raises(SettingsError, match="set CLIENT_VENDOR_SECRET in the environment"):
        load_org(exported.text, {})


def test_what_no_section_can_say_is_told(configure: Configure) -> None:
    org = configure(load_org(FULL, {"MOTTO": "x"}))
    org.entities.put("webmessaging.deployments.pushdevices/d", "x", {"deviceToken": "x"})
    org.live["threading"] = {"open": 3}
    assert export_org(org).lost == ("1 of webmessaging.deployments.pushdevices/d", "1 of threading")


def test_an_org_that_is_too_large_for_a_file_is_refused(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "TEXT_MAX", 100)
    with pytest.raises(SettingsError, match="an org file has at most 100: take a snapshot"):
        export_org(configure(load_org(FULL, {"MOTTO": "x"})))
