from __future__ import annotations

from typing import Any

import pytest

from understudy.control.variation import IN_ORG, NoSuch
from understudy.emulator import Emulator
from understudy.errors import Refused, SettingsError
from understudy.notifications.channel import ChannelConnected, CreateChannel
from understudy.notifications.channels import Channel
from understudy.web_messaging.guests import Guest, guests_of
from understudy.web_messaging.terms import GuestRates, terms
from understudy.world.org import Org


@pytest.fixture
def org(inside: Emulator) -> Org:
    return next(iter(inside.world.orgs.values()))


def call(inside: Emulator, org: Org, method: str, path: str, **body: Any) -> Any:
    rest = path.split("/") if path else []
    return IN_ORG[method, rest[0] if rest else ""](inside, org, rest, body, {})


def test_what_is_not_there_is_named(inside: Emulator, org: Org) -> None:
    with pytest.raises(NoSuch, match=r"no routing\.queues 'q9'"):
        call(inside, org, "GET", "entities/routing.queues/q9")
    with pytest.raises(NoSuch, match="no conversation 'c9'"):
        call(inside, org, "GET", "conversations/c9")
    with pytest.raises(NoSuch, match="name a type: "):
        call(inside, org, "GET", "entities")


def test_a_varied_entity_is_a_new_version_and_makes_permissions_stale(inside: Emulator, org: Org) -> None:
    role = next(iter(org.entities.of("authorization.roles").values()))
    before = org.grants_version
    changed = call(inside, org, "PUT", f"entities/authorization.roles/{role.id}", body={**role.body, "name": "Other"})
    assert changed == {"version": role.version + 1}
    assert org.grants_version == before + 1
    call(inside, org, "PUT", f"entities/authorization.roles/{role.id}", body=role.body)


def test_faults_come_and_go(inside: Emulator, org: Org) -> None:
    call(inside, org, "POST", "faults", operation="getUsersMe", status=503, times=2)
    assert [(fault.status, fault.times) for fault in org.live["faults"]] == [(503, 2)]
    assert call(inside, org, "DELETE", "faults") == {"cleared": 1}
    assert call(inside, org, "DELETE", "faults") == {"cleared": 0}


def test_a_region_is_given_by_name_and_put_back_by_domain(inside: Emulator, org: Org) -> None:
    before = call(inside, org, "PUT", "region", region="eu-central-1")["region"]
    assert call(inside, org, "PUT", "region", region=before) == {"region": "mypurecloud.de"}
    with pytest.raises(SettingsError, match="did you mean 'eu-central-1'"):
        call(inside, org, "PUT", "region", region="eu-centrl-1")


def test_only_a_wait_that_the_limits_know_is_shortened(inside: Emulator, org: Org) -> None:
    call(inside, org, "PUT", "waits", **{"open-messaging.webhook.timeout": 1.5})
    assert org.live["waits"] == {"open-messaging.webhook.timeout": 1.5}
    call(inside, org, "PUT", "waits", **{"open-messaging.webhook.timeout": None})
    assert org.live["waits"] == {}
    with pytest.raises(SettingsError, match=r"did you mean 'open-messaging.webhook.timeout'\?"):
        call(inside, org, "PUT", "waits", **{"open-messaging.webhook.timout": 1})


def test_media_are_served_below_the_emulators_own_address(inside: Emulator, org: Org) -> None:
    made = call(inside, org, "POST", "media", name="a.txt", mime="text/plain", text="hello")
    assert made["url"] == f"{inside.origin}/media/{org.id}/{made['id']}"


def test_maintenance_is_announced_to_open_sockets_only_and_once(inside: Emulator, org: Org) -> None:
    made: list[Channel] = [org.perform(CreateChannel("c", None, "t")) for _ in range(3)]
    for channel in made[:2]:
        org.perform(ChannelConnected(channel.id))
    assert call(inside, org, "POST", "maintenance", channel=made[0].id) == {"channels": [made[0].id]}
    assert call(inside, org, "POST", "maintenance") == {"channels": [made[1].id]}
    assert call(inside, org, "POST", "maintenance") == {"channels": []}
    with pytest.raises(Refused, match=r"409 general\.conflict"):
        call(inside, org, "POST", "maintenance", channel=made[2].id)


def test_a_guest_is_known_by_its_token_while_the_session_lives(inside: Emulator, org: Org) -> None:
    with pytest.raises(NoSuch, match="no session of this guest's token"):
        call(inside, org, "POST", "guests", token="t")
    rates = GuestRates(terms(org.limits))
    guests_of(org).add(Guest(id="g1", tokens=["t"], deployment="d", expires=0.0, duration=1, rates=rates))
    assert call(inside, org, "POST", "guests", token="t") == {"customer": "g1", "conversation": "", "connections": 0}


def test_a_guest_signs_in_at_the_identity_provider(inside: Emulator, org: Org) -> None:
    shown = {"id": "c", "version": "1", "authenticationSettings": {"enabled": True}}
    org.entities.put("webdeployments.configurations.versions/c", "1", shown)
    body = {"id": "d", "configuration": {"id": "c", "version": "1"}}
    org.entities.put("webdeployments.deployments", "d", body)
    code = call(inside, org, "POST", "sign_ins", deployment="d", subject="ann@idp", name="Ann", nonce="n")["code"]
    kept = org.live["web_messaging.sign_ins"].codes[code]
    assert (kept.identity.subject, kept.identity.name, kept.nonce, kept.challenge) == ("ann@idp", "Ann", "n", "")
    with pytest.raises(Refused, match="400"):
        call(inside, org, "POST", "sign_ins", deployment="d", subject="")
    with pytest.raises(Refused, match="404"):
        call(inside, org, "POST", "sign_ins", deployment="none", subject="ann@idp")


def test_a_guest_is_known_by_its_journey_too_which_may_begin_later(inside: Emulator, org: Org) -> None:
    asked = {"journey": "ann"}
    assert call(inside, org, "POST", "guests", **asked) == {"customer": "", "conversation": "", "connections": 0}
    rates = GuestRates(terms(org.limits))
    guest = Guest(id="g1", tokens=["t"], deployment="d", expires=0.0, duration=1, rates=rates, journey="ann")
    guests_of(org).add(guest)
    assert call(inside, org, "POST", "guests", **asked)["customer"] == "g1"
