from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.open_messaging.integration import RECIPIENTS, RESOURCE
from understudy.platform.behaviour import Platform
from understudy.world.entities import Entity
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
BASE = "/api/v2/conversations/messaging"
OPEN = f"{BASE}/integrations/open"
SECRET = "outboundNotificationWebhookSignatureSecretToken"
BODY = {
    "name": "Vendor",
    "outboundNotificationWebhookUrl": "https://vendor.example/hook",
    SECRET: "sixteen-letters!",
}


def test_creation_is_asynchronous_and_makes_a_recipient(
    ask: Ask, org: Org, clock: ManualClock, platform: Platform
) -> None:
    status, made = ask("POST", OPEN, BODY)
    assert (status, made["createStatus"]) == (200, "Initiated")
    assert "recipient" not in made
    assert platform.world.integrations[made["id"]] is org
    recipient = org.entities.get(RECIPIENTS, made["id"])
    assert recipient is not None
    assert recipient.body["messengerType"] == "open"
    clock.advance(org.limits.value("open-messaging", "create.seconds"))
    org.tick()
    _, done = ask("GET", f"{OPEN}/{made['id']}")
    assert (done["createStatus"], done["recipient"]["id"]) == ("Completed", made["id"])


def test_inbound_is_not_taken_before_creation_is_complete(ask: Ask) -> None:
    _, made = ask("POST", OPEN, BODY)
    channel = {"from": {"id": "u", "idType": "Opaque"}, "time": "2026-01-01T00:00:00Z"}
    target = f"/api/v2/conversations/messages/{made['id']}/inbound/open/message"
    assert ask("POST", target, {"channel": channel, "text": "hi"})[0] == 404


def test_deletion_takes_recipient_index_and_unfinished_creation_along(
    ask: Ask, org: Org, clock: ManualClock, platform: Platform
) -> None:
    _, made = ask("POST", OPEN, BODY)
    ask("DELETE", f"{OPEN}/{made['id']}")
    assert org.entities.get(RECIPIENTS, made["id"]) is None
    assert made["id"] not in platform.world.integrations
    clock.advance(60)
    org.tick()
    assert org.entities.get(RESOURCE, made["id"]) is None


@pytest.mark.parametrize(
    "change",
    [
        {SECRET: "fifteen-letters"},
        {"outboundNotificationWebhookUrl": "vendor.example/hook"},
        {"outboundNotificationWebhookUrl": "ftp://vendor.example"},
        {"outboundNotificationWebhookUrl": "https://vendor.example:99999/"},
        {"outboundNotificationWebhookUrl": "https://vendor .example/"},
        {"webhookHeaders": {"X-A": "line\r\nX-B: injected"}},
        {"webhookHeaders": {"X A": "b"}},
        {"name": ""},
    ],
)
def test_what_genesys_would_not_take_is_refused(ask: Ask, org: Org, change: dict[str, Any]) -> None:
    status, error = ask("POST", OPEN, {**BODY, **change})
    assert status == 400, error
    assert not org.entities.of(RESOURCE)


def test_a_short_secret_is_refused_on_change_too_and_nothing_changes(ask: Ask, org: Org, integration: Entity) -> None:
    before = integration.body
    status, error = ask("PATCH", f"{OPEN}/i1", {"name": "Vendor i1", SECRET: "short"})
    assert (status, error["message"]) == (400, f"{SECRET} must be longer than 15 characters")
    assert org.entities.of(RESOURCE)["i1"].body == before


@pytest.mark.parametrize(("url", "warned"), [("http://127.0.0.1:9000/hook", True), ("https://a.example/", False)])
def test_any_port_is_allowed_with_a_warning(ask: Ask, org: Org, url: str, warned: bool) -> None:
    assert ask("POST", OPEN, {**BODY, "outboundNotificationWebhookUrl": url})[0] == 200
    notes = [note.data["why"] for note in org.notes if note.name == "genesys.would.refuse"]
    expected = "would be refused by Genesys: http on port 9000; it must be https on port 443"
    assert notes == ([expected] if warned else [])


def test_all_integrations_are_listed_with_their_messenger_type(ask: Ask, integration: Entity) -> None:
    status, listing = ask("GET", f"{BASE}/integrations")
    assert status == 200
    assert [(one["id"], one["messengerType"]) for one in listing["entities"]] == [("i1", "open")]


def test_default_setting_is_the_one_that_was_chosen_else_the_oldest(ask: Ask) -> None:
    assert ask("GET", f"{BASE}/settings/default")[0] == 404
    first = ask("POST", f"{BASE}/settings", {"name": "one"})[1]
    second = ask("POST", f"{BASE}/settings", {"name": "two"})[1]
    assert ask("GET", f"{BASE}/settings/default")[1]["id"] == first["id"]
    assert ask("PUT", f"{BASE}/settings/default", {"settingId": second["id"]})[1]["id"] == second["id"]
    assert ask("GET", f"{BASE}/settings/default")[1]["id"] == second["id"]
    ask("DELETE", f"{BASE}/settings/{second['id']}")
    assert ask("GET", f"{BASE}/settings/default")[1]["id"] == first["id"]
    assert ask("PUT", f"{BASE}/settings/default", {"settingId": "nope"})[0] == 404


def test_default_content_profile_can_be_chosen(ask: Ask) -> None:
    profile = ask("POST", f"{BASE}/supportedcontent", {"name": "plain"})[1]
    assert ask("PUT", f"{BASE}/supportedcontent/default", {"id": profile["id"]})[1]["name"] == "plain"
    assert ask("GET", f"{BASE}/supportedcontent/default")[1]["id"] == profile["id"]


def test_threading_timeline_starts_at_72_hours_and_is_set_per_channel(ask: Ask) -> None:
    target = f"{BASE}/threadingtimeline"
    before = ask("GET", target)[1]
    assert before["defaultTimeoutMinutes"] == 4320
    assert {one["timeoutInMinutes"] for one in before["settings"]} == {4320}
    after = ask("PUT", target, {"settings": [{"messengerType": "open", "timeoutInMinutes": 0}]})[1]
    minutes = {one["messengerType"]: one["timeoutInMinutes"] for one in after["settings"]}
    assert (minutes["open"], minutes["sms"]) == (0, 4320)


@pytest.mark.parametrize("bad", [4321, -1, "5", True, None])
def test_a_bad_timeline_changes_nothing(ask: Ask, bad: Any) -> None:
    target = f"{BASE}/threadingtimeline"
    good = {"messengerType": "open", "timeoutInMinutes": 5}
    assert ask("PUT", target, {"settings": [good, {"messengerType": "sms", "timeoutInMinutes": bad}]})[0] == 400
    assert {one["timeoutInMinutes"] for one in ask("GET", target)[1]["settings"]} == {4320}
