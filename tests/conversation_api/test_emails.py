from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.commands import AgentAccept, RoutingStatus
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
SENT = {
    "provider": "PureCloud Email",
    "queueId": "q1",
    "fromAddress": "ann@ext.example",
    "fromName": "Ann",
    "toAddress": "help@acme.example",
    "subject": "My order",
    "textBody": "Where is it?",
}
REPLY = {"to": [{"email": "ann@ext.example"}], "from": {"email": "help@acme.example"}, "textBody": "On its way."}


@pytest.fixture
def email(ask: Ask, office: Org) -> Conversation:
    """Uma has taken Ann's e-mail."""
    office.perform(RoutingStatus("u1", "IDLE"))
    ask("POST", "/emails", SENT)
    (made,) = office.conversations.values()
    office.perform(AgentAccept(made.id, made.participants[2].id))
    return made


def test_an_inbound_email_is_listed_read_and_answered(ask: Ask, email: Conversation) -> None:
    listed = ask("GET", f"/emails/{email.id}/messages")[1]
    assert (listed["total"], listed["entities"][0]["textBodyPreview"]) == (1, "Where is it?")
    id_ = listed["entities"][0]["id"]
    read = ask("GET", f"/emails/{email.id}/messages/{id_}")[1]
    assert (read["from"], read["subject"]) == ({"email": "ann@ext.example", "name": "Ann"}, "My order")
    assert read["textBody"] == "Where is it?"
    status, sent = ask("POST", f"/emails/{email.id}/messages", {**REPLY, "subject": "Re: My order"}, "u1")
    assert (status, sent["textBody"], "id" in sent) == (200, "On its way.", False)
    assert ask("GET", f"/emails/{email.id}/messages")[1]["total"] == 2
    shown = ask("GET", f"/emails/{email.id}")[1]["participants"][2]
    assert (shown["messagesSent"], shown["messageId"]) == (1, list(email.mails)[-1])
    ask("POST", f"/emails/{email.id}/inboundmessages", {**SENT, "subject": "Thanks"})
    assert [mail.direction for mail in email.mails.values()] == ["inbound", "outbound", "inbound"]
    status, body = ask("GET", f"/emails/{email.id}/messages/nope")
    assert (status, body["code"]) == (404, "postino.error.not.found")


def test_an_outbound_email_begins_with_a_draft_of_its_agent(ask: Ask, office: Org) -> None:
    body = {**SENT, "direction": "OUTBOUND", "fromAddress": "help@acme.example", "toAddress": "ann@ext.example"}
    assert ask("POST", "/emails", body)[1]["code"] == "not.a.user"
    status, made = ask("POST", "/emails", body, "u1")
    assert (status, [(p["purpose"], p["state"], p["direction"]) for p in made["participants"]]) == (
        200,
        [("agent", "connected", "outbound"), ("customer", "connected", "outbound")],
    )
    assert ask("GET", f"/emails/{made['id']}/messages/draft")[1]["textBody"] == "Where is it?"
    assert ask("GET", f"/emails/{made['id']}/messages")[1]["total"] == 0
    assert ask("POST", f"/emails/{made['id']}/messages", REPLY, "u1")[0] == 200


def test_only_the_connected_agent_answers(ask: Ask, office: Org, email: Conversation) -> None:
    path = f"/emails/{email.id}/messages"
    assert ask("POST", path, REPLY, "u2")[1]["code"] == "conversation.error.forbidden.not.active.participant"
    ask("POST", "/emails", SENT)
    waiting = list(office.conversations.values())[-1]
    status, body = ask("POST", f"/emails/{waiting.id}/messages", REPLY)
    assert (status, body["code"]) == (403, "conversation.error.forbidden.not.active.participant")
    for wrong, code in (
        ({**REPLY, "to": []}, "postino.error.reply.no.to"),
        ({**REPLY, "textBody": ""}, "postino.error.reply.no.body"),
        ({**REPLY, "from": {}}, "postino.error.reply.no.sender"),
    ):
        assert ask("POST", path, wrong, "u1")[1]["code"] == code


def test_an_email_is_transferred_and_parked(ask: Ask, office: Org, email: Conversation) -> None:
    agent = email.participants[2].id
    path = f"/emails/{email.id}/participants/{agent}"
    assert ask("PATCH", f"{path}/parkingstate", {"state": "parked"}, "u1")[0] in DONE
    assert ask("PATCH", f"{path}/parkingstate", {"state": "connected"}, "u1")[0] in DONE
    assert ask("POST", f"{path}/replace", {"queueId": "q2"}, "u1")[0] in DONE
    assert [(p.purpose, p.is_live) for p in email.participants] == [
        ("customer", True),
        ("acd", False),
        ("agent", False),
        ("acd", True),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"queueId": ""}, "postino.error.notnull.createconversationrequest.queueid"),
        ({"queueId": "", "flowId": "f1"}, "bad.request"),
        ({"queueId": "nope"}, "queue.not.found"),
        ({"attributes": {"a": "1", "b": "2"}, "priority": 10**9}, "invalid.priority"),
    ],
)
def test_an_email_to_nowhere_is_refused(ask: Ask, office: Org, change: Any, code: str) -> None:
    status, body = ask("POST", "/emails", {**SENT, **change})
    assert (status, body["code"]) == (400, code)
    assert office.conversations == {}


def test_an_ended_email_is_taken_up_again(ask: Ask, office: Org, email: Conversation) -> None:
    path = f"/emails/{email.id}/reconnect"
    assert ask("POST", path, user="u2")[0] == 400  # it has not ended
    ask("PATCH", f"/emails/{email.id}", {"state": "disconnected"})
    assert ask("POST", path)[1]["code"] == "not.a.user"
    assert ask("POST", path, user="u2")[0] in DONE
    shown = ask("GET", f"/{email.id}")[1]
    assert ("endTime" in shown, [p["purpose"] for p in shown["participants"][3:]]) == (False, ["customer", "agent"])
    assert (shown["participants"][4]["userId"], shown["participants"][4]["queueId"]) == ("u2", "q1")
    assert ask("POST", f"/emails/{email.id}/messages", REPLY, "u2")[0] == 200
    ask("PATCH", f"/emails/{email.id}", {"state": "disconnected"})
    assert email.ended is not None


def test_the_size_limit_is_the_limits_file_s(ask: Ask, office: Org, email: Conversation) -> None:
    most = int(office.limits.value("emails", "sending.size.max"))
    assert ask("GET", f"/emails/{email.id}/settings") == (200, {"sendingSizeLimit": most})
