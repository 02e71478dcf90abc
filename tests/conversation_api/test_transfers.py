from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.commands import AgentAccept, RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def agent(conversation: Conversation) -> str:
    return next(p.id for p in reversed(conversation.participants) if p.purpose in ("agent", "user"))


@pytest.fixture
def call(ask: Ask, office: Org) -> Conversation:
    ask("POST", "/calls", {"phoneNumber": "+4930123", "callFromQueueId": "q1"}, "u1")
    (made,) = office.conversations.values()
    office.perform(CallProgress(made.id, made.customer.id, "connected"))
    return made


@pytest.mark.parametrize(
    ("operation", "body", "queue", "user"),
    [
        ("messages/{}/participants/{}/replace", {"queueId": "q2"}, "q2", None),
        ("messages/{}/participants/{}/replace", {"userId": "u2"}, "q1", "u2"),
        ("{}/participants/{}/replace", {"queueId": "q2"}, "q2", None),
        ("{}/participants/{}/replace/queue", {"queueId": "q2"}, "q2", None),
        ("{}/participants/{}/replace/queue", {"queueName": "sales"}, "q2", None),
        ("{}/participants/{}/replace/agent", {"userId": "u2"}, "q1", "u2"),
        ("{}/participants/{}/replace/agent", {"userName": "u2@example.org"}, "q1", "u2"),
        ("{}/participants/{}/replace/agent", {"userDisplayName": "Ugo"}, "q1", "u2"),
    ],
)
def test_a_blind_transfer_goes_to_a_queue_or_a_user(
    ask: Ask, talking: Conversation, operation: str, body: dict[str, str], queue: str, user: str | None
) -> None:
    path = operation.format(talking.id, agent(talking))
    assert ask("POST", f"/{path}", body, "u1")[0] in DONE
    newest = talking.participants[-1]
    assert (newest.queue, newest.user, newest.is_live) == (queue, user, True)


@pytest.mark.parametrize("operation", ["calls/{}/participants/{}/replace", "{}/participants/{}/replace/external"])
def test_a_call_is_transferred_to_a_number(ask: Ask, office: Org, call: Conversation, operation: str) -> None:
    path = operation.format(call.id, agent(call))
    assert ask("POST", f"/{path}", {"address": "+4940"}, "u1")[0] in DONE
    shown = ask("GET", f"/calls/{call.id}")[1]["participants"]
    assert [(p["purpose"], p["state"], p.get("disconnectType")) for p in shown] == [
        ("agent", "disconnected", "transfer"),
        ("customer", "connected", None),
        ("external", "dialing", None),
    ]
    assert call.ended is None
    office.perform(CallProgress(call.id, call.participants[2].id, "disconnected"))
    assert call.ended is not None


def test_a_call_goes_to_a_queue_and_its_next_agent(ask: Ask, office: Org, call: Conversation) -> None:
    office.perform(RoutingStatus("u2", "IDLE"))
    assert ask("POST", f"/calls/{call.id}/participants/{agent(call)}/replace", {"queueId": "q2"}, "u1")[0] in DONE
    office.perform(AgentAccept(call.id, agent(call)))
    shown = ask("GET", f"/calls/{call.id}")[1]["participants"]
    assert [(p["purpose"], p["state"]) for p in shown] == [
        ("agent", "disconnected"),
        ("customer", "connected"),
        ("acd", "disconnected"),
        ("agent", "connected"),
    ]


def test_a_contact_is_called_at_the_number_of_its_kind(ask: Ask, office: Org, call: Conversation) -> None:
    contact = {"id": "x1", "cellPhone": {"e164": "+49170"}}
    office.entities.put("externalcontacts.contacts", "x1", contact)
    path = f"/{call.id}/participants/{agent(call)}/replace/contact/external"
    for body, status in (
        ({"contactId": "x2", "phoneType": "CellPhone"}, 404),
        ({"contactId": "x1", "phoneType": "HomePhone"}, 400),
        ({"contactId": "x1", "phoneType": "CellPhone"}, 204),
    ):
        assert ask("POST", path, body, "u1")[0] == status
    assert call.participants[-1].address == "+49170"


def test_what_cannot_be_transferred_is_refused_with_the_platform_s_codes(ask: Ask, talking: Conversation) -> None:
    me = agent(talking)
    replace = f"/messages/{talking.id}/participants/{me}/replace"
    cases: list[tuple[str, Any, int, str | None]] = [
        (replace, {"address": "+49"}, 400, "postino.error.bad.address"),
        (replace, {}, 400, "conversation.error.queue.required"),
        (replace, {"userId": "u1"}, 400, "conversation.error.cannot.transfer.to.self"),
        (replace, {"userId": "nope"}, 404, "not.found"),
        (f"/{talking.id}/participants/{me}/replace/queue", {"queueName": "X"}, 400, "queue.not.found"),
        (f"/{talking.id}/participants/{me}/replace/agent", {}, 400, "required.field.missing"),
        (f"/{talking.id}/participants/{me}/transfer", {}, 400, "required.field.missing"),
        (f"/{talking.id}/participants/{talking.customer.id}/replace", {"queueId": "q2"}, 400, None),
    ]
    for path, body, status, code in cases:
        found = ask("POST", path, body)
        assert found[0] == status, (path, body, found)
        assert code in (None, found[1]["code"]), (path, body, found)
    status, body = ask("POST", replace, {"queueId": "q2"}, "u2")
    assert (status, body["code"]) == (403, "conversation.error.forbidden.not.active.participant")
    assert talking.participants[-1].is_live


def test_an_attended_transfer_is_carried_out_at_once_and_noted(ask: Ask, office: Org, talking: Conversation) -> None:
    body = {"queueId": "q2", "transferType": "Attended"}
    assert ask("POST", f"/messages/{talking.id}/participants/{agent(talking)}/replace", body, "u1")[0] in DONE
    assert "transfer.attended" in [note.name for note in office.notes]
