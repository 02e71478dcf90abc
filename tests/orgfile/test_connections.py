from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from understudy.errors import SettingsError
from understudy.oauth.authorized import authorizations
from understudy.orgfile import OrgPlan, load_org
from understudy.orgfile.export import export_org
from understudy.platform.grants import pairs_of
from understudy.platform.queue_members import members_of
from understudy.platform.skills import skills_of
from understudy.world.org import Org
from understudy.world.world import World

Configure = Callable[[OrgPlan], Org]
ACME = "organization: {name: Acme}\n"


def test_a_user_is_given_a_station_once(configure: Configure) -> None:
    text = """
organization: {name: Acme}
users:
- {id: ann, name: Ann, understudy: {station: true}}
- {id: ben, name: Ben, understudy: {station: true}}
- {name: Cleo}
stations:
- {id: desk, name: Desk, status: AVAILABLE, webRtcUserId: ben}
"""
    stations = configure(load_org(text, {})).entities.of("stations").values()
    assert [(one.name, one.body["status"], one.body.get("userId")) for one in stations] == [
        ("Desk", "AVAILABLE", None),
        ("Ann WebRTC", "ASSOCIATED", "ann"),
    ]


def test_every_integration_has_a_recipient_and_only_an_attached_one_a_flow(configure: Configure) -> None:
    token = "outboundNotificationWebhookSignatureSecretToken: 0123456789abcdef"
    org = configure(load_org(ACME + f"messaging.integrations.open:\n- {{id: i, name: Chat, {token}x}}\n", {}))
    recipient = org.entities.of("routing.message.recipients")["i"]
    assert (recipient.body["name"], recipient.body["messengerType"]) == ("Chat", "open")
    assert "flow" not in recipient.body


def test_a_signature_secret_that_is_too_short_is_told(configure: Configure) -> None:
    token = "outboundNotificationWebhookSignatureSecretToken: short"
    with pytest.raises(SettingsError, match=r"5 characters long.*give at least 16"):
        configure(load_org(ACME + f"messaging.integrations.open:\n- {{id: i, name: Chat, {token}}}\n", {}))


def test_a_group_brings_its_members_their_roles_and_their_place_in_the_queue(
    configure: Configure, world: World
) -> None:
    text = """
organization: {name: Acme}
users: [{id: ann, name: Ann, skills: [{skill: French, proficiency: 3}]}]
groups: [{id: g, name: Tier 1, members: [Ann], roles: [{role: Reader, division: '*'}]}]
routing.queues: [{id: q, name: Q, memberGroups: [{id: g, type: GROUP}]}]
routing.skills: [{id: fr, name: French}]
authorization.roles: [{id: r, name: Reader}]
oauth.clients: [{id: c, name: Vendor, roles: [Reader]}]
"""
    org = configure(load_org(text, {}))
    assert members_of(org, "q") == {"ann": True}
    assert pairs_of(org, "g") == {("r", "*")}
    assert skills_of(org, "ann") == {"fr": 3.0}
    assert world.clients == {"c": org}


def test_a_client_may_be_among_the_authorized_ones_and_is_exported_so(configure: Configure) -> None:
    text = ACME + "oauth.clients: [{id: c, name: Copilot, understudy: {authorized: true}}, {id: d, name: Other}]\n"
    org = configure(load_org(text, {}))
    assert list(authorizations(org)) == ["c"]
    exported = yaml.safe_load(export_org(org).text)["oauth.clients"]
    assert [one.get("understudy") for one in exported] == [{"authorized": True}, None]
