from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock, iso
from understudy.conversations.commands import RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation
from understudy.routing.agents import load, statuses
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def agent(conversation: Conversation) -> str:
    return next(p.id for p in reversed(conversation.participants) if p.purpose in ("agent", "user"))


@pytest.fixture
def call(ask: Ask, office: Org) -> Conversation:
    """Uma talks to a customer on behalf of Support."""
    ask("POST", "/calls", {"phoneNumber": "+4930123", "callFromQueueId": "q1"}, "u1")
    (made,) = office.conversations.values()
    office.perform(CallProgress(made.id, made.customer.id, "connected"))
    return made


def test_an_agent_accepts_holds_and_leaves_with_a_wrap_up(ask: Ask, conversation: Conversation) -> None:
    path = f"/messages/{conversation.id}/participants/{agent(conversation)}"
    assert ask("PATCH", path, {"state": "connected"}, "u1")[0] in DONE
    assert conversation.last_agent == "u1"
    ask("PATCH", path, {"held": True}, "u1")
    shown = ask("GET", f"/messages/{conversation.id}")[1]["participants"][3]
    assert (shown["held"], shown["startHoldTime"]) == (True, "2026-01-01T00:00:00.000Z")
    ask("PATCH", path, {"state": "disconnected", "wrapup": {"code": "w1", "notes": "done", "tags": ["a"]}}, "u1")
    body = ask("GET", f"/{conversation.id}")[1]
    last = body["participants"][3]
    assert (last["wrapup"]["code"], last["messages"][0]["afterCallWork"]["state"]) == ("w1", "complete")
    assert last["wrapup"]["tags"] == ["a"]
    assert "endTime" in body


@pytest.mark.parametrize("family", ["", "/messages"])
def test_both_families_patch_participants_and_attributes(ask: Ask, conversation: Conversation, family: str) -> None:
    path = f"{family}/{conversation.id}/participants"
    customer = conversation.customer.id
    status, body = ask("PATCH", f"{path}/{customer}/attributes", {"attributes": {"tier": "gold"}})
    assert status in DONE
    assert body in (None, {"attributes": {"orderId": "7", "tier": "gold"}})
    assert conversation.customer.attributes == {"orderId": "7", "tier": "gold"}
    ask("PATCH", f"{path}/{agent(conversation)}", {"state": "connected"})
    ask("PATCH", f"{path}/{agent(conversation)}", {"state": "disconnected"})
    assert conversation.ended is not None
    ask("PATCH", f"{path}/{agent(conversation)}", {"wrapupSkipped": True})
    assert conversation.participants[3].wrapup_skipped


def test_a_call_is_muted_held_confined_and_recorded(ask: Ask, call: Conversation) -> None:
    path = f"/calls/{call.id}/participants/{agent(call)}"
    ask("PATCH", path, {"muted": True, "held": True, "recording": True}, "u1")
    shown = ask("GET", f"/calls/{call.id}")[1]
    party = shown["participants"][0]
    assert (party["muted"], party["held"], party["recording"], party["recordingState"]) == (True, True, True, "active")
    assert shown["recordingState"] == "active"
    ask("PATCH", path, {"muted": False, "held": False, "recording": False}, "u1")
    party = ask("GET", f"/calls/{call.id}")[1]["participants"][0]
    assert (party["muted"], party["held"], "startHoldTime" in party, party["recording"]) == (False, False, False, False)
    status, body = ask("PATCH", path, {"confined": True}, "u1")
    assert (status, body["code"]) == (400, "conversation.error.cannot.confine.party")


def test_one_communication_is_patched_by_its_id(ask: Ask, call: Conversation) -> None:
    communication = call.participants[0].communication.id
    path = f"/calls/{call.id}/participants/{agent(call)}/communications"
    assert ask("PATCH", f"{path}/{communication}", {"held": True}, "u1")[0] == 200
    assert call.participants[0].communication.held
    assert ask("PATCH", f"{path}/nope", {"held": True}, "u1")[0] == 404


def test_digits_go_into_a_connected_call_only(ask: Ask, office: Org, call: Conversation) -> None:
    path = f"/{call.id}/participants/{agent(call)}/digits"
    assert ask("POST", path, {"digits": "12#"}, "u1")[0] in DONE
    told = office.changes.read(office.changes.end - 1)[0]
    assert (told.kind, told.data["digits"]) == ("participant.digits", "12#")
    for digits in ("", "x", "1" * 129):
        assert ask("POST", path, {"digits": digits}, "u1")[1]["code"] == "invalid.value"
    ask("PATCH", f"/calls/{call.id}", {"state": "disconnected"})
    assert ask("POST", path, {"digits": "1"}, "u1")[1]["code"] == "conversation.error.call.disconnected"


def test_a_user_acts_for_himself_only(ask: Ask, conversation: Conversation) -> None:
    mine = f"/messages/{conversation.id}/participants/{agent(conversation)}"
    for user in ("u2", "u3"):
        for path in (mine, f"/messages/{conversation.id}/participants/{conversation.customer.id}"):
            status, body = ask("PATCH", path, {"state": "disconnected"}, user)
            assert (status, body["code"]) == (403, "conversation.error.forbidden.not.active.participant")
    assert conversation.ended is None
    assert ask("PATCH", mine, {"state": "connected"}, "u1")[0] in DONE


def test_an_agent_may_hang_up_on_the_customer(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/participants/{talking.customer.id}"
    assert ask("PATCH", path, {"state": "disconnected"}, "u1")[0] in DONE
    assert talking.ended is not None


def test_a_parked_message_frees_its_agent_and_comes_back(ask: Ask, office: Org, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/participants/{agent(talking)}/parkingstate"
    assert ask("PATCH", path, {"state": "parked"}, "u1")[0] in DONE
    shown = ask("GET", f"/messages/{talking.id}")[1]["participants"][3]
    assert (shown["state"], shown["parkTime"]) == ("parked", "2026-01-01T00:00:00.000Z")
    assert (load(office, "u1"), statuses(office)["u1"]) == ({}, "IDLE")
    assert ask("PATCH", path, {"state": "connected"}, "u1")[0] in DONE
    assert statuses(office)["u1"] == "INTERACTING"
    assert ask("PATCH", path, {"state": "connected"}, "u1")[0] == 400
    assert ask("PATCH", path, {"state": "dialing"}, "u1")[1]["code"] == "invalid.value"


def test_a_parked_message_alerts_again_at_its_time(
    ask: Ask, office: Org, talking: Conversation, clock: ManualClock
) -> None:
    path = f"/messages/{talking.id}/participants/{agent(talking)}"
    ask("PATCH", path, {"state": "parked", "resumeTime": iso(office.now() + 60)}, "u1")
    shown = ask("GET", f"/{talking.id}")[1]["participants"][3]["messages"][0]
    assert shown["resumeTime"] == "2026-01-01T00:01:00.000Z"
    clock.advance(61)
    office.tick()
    assert talking.participants[3].communication.state == "alerting"
    assert ask("PATCH", path, {"state": "parked", "resumeTime": "2020-01-01T00:00:00Z"}, "u1")[0] == 400


def test_an_answer_that_nobody_asked_for_is_refused(ask: Ask, office: Org, call: Conversation) -> None:
    ask("PATCH", f"/calls/{call.id}", {"state": "disconnected"})
    for participant in call.participants:
        status, body = ask("PATCH", f"/calls/{call.id}/participants/{participant.id}", {"state": "connected"})
        assert (status, body["code"]) == (400, "postino.error.answer.not.alerting")


def test_bad_requests_get_the_platform_s_codes(ask: Ask, talking: Conversation) -> None:
    talk, me = f"/messages/{talking.id}", agent(talking)
    cases: list[tuple[str, Any, int, str]] = [
        (f"{talk}/participants/nope", {"state": "connected"}, 404, "conversation.error.not.conversation.participant"),
        (f"{talk}/participants/{me}", {"state": "dialing"}, 400, "invalid.value"),
        (f"{talk}/participants/{me}", {"wrapup": {}}, 400, "conversation.error.wrapup.code.required"),
        (f"{talk}/participants/{me}", {"muted": True}, 400, "conversation.error.call.disconnected"),
        (f"{talk}/participants/{me}/attributes", {}, 400, "required.field.missing"),
    ]
    for path, body, status, code in cases:
        found = ask("PATCH", path, body)
        assert (found[0], found[1]["code"]) == (status, code), (path, body)
    assert talking.ended is None


def test_who_declines_does_not_respond(ask: Ask, office: Org) -> None:
    office.perform(RoutingStatus("u1", "IDLE"))
    ask("POST", "/callbacks", {"callbackNumbers": ["+4930123"], "queueId": "q1"})
    (callback,) = office.conversations.values()
    path = f"/callbacks/{callback.id}/participants/{agent(callback)}"
    assert ask("PATCH", path, {"state": "disconnected"}, "u1")[0] in DONE
    assert (statuses(office)["u1"], callback.ended) == ("NOT_RESPONDING", None)
