from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.conversations.commands import CustomerReceipt
from understudy.conversations.model import Conversation
from understudy.routing.agents import statuses
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
OUT = {"queueId": "q1", "toAddress": "bob@ext", "toAddressMessengerType": "open"}


def communication(conversation: Conversation) -> str:
    return next(p.communication.id for p in reversed(conversation.participants) if p.purpose == "agent")


def test_a_message_is_sent_read_and_listed(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}"
    sent = f"{path}/communications/{communication(talking)}/messages"
    status, body = ask("POST", sent, {"textBody": "hi Ann"}, "u1")
    assert status == 200
    assert (body["status"], body["direction"], body["fromAddress"], body["toAddress"]) == (
        "queued",
        "outbound",
        "i1",
        "ann@ext",
    )
    assert body["createdBy"]["id"] == "u1"
    assert body["normalizedMessage"]["text"] == "hi Ann"
    assert body["normalizedMessage"]["originatingEntity"] == "Human"
    assert ask("GET", f"{path}/messages/{body['id']}")[1] == body
    assert ask("GET", f"/messages/{body['id']}/details")[1] == body
    inbound = next(iter(talking.messages))
    bulk = ask("POST", f"{path}/messages/bulk", [inbound, "nope", body["id"]])[1]["entities"]
    assert [m["id"] for m in bulk] == [inbound, body["id"]]
    assert (bulk[0]["providerMessageId"], bulk[0]["normalizedMessage"]["direction"]) == ("v1", "Inbound")


def test_nobody_writes_on_another_s_communication(ask: Ask, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/communications/{communication(talking)}"
    for operation, body in (("messages", {"textBody": "x"}), ("typing", {"typing": {"type": "On"}})):
        status, refused = ask("POST", f"{path}/{operation}", body, "u2")
        assert (status, refused["code"]) == (403, "conversation.error.forbidden.not.active.participant")


def test_a_failed_receipt_shows_as_error_and_as_normalized_receipt(
    ask: Ask, office: Org, talking: Conversation
) -> None:
    path = f"/messages/{talking.id}"
    sent = ask("POST", f"{path}/communications/{communication(talking)}/messages", {"textBody": "hi"})[1]
    office.perform(CustomerReceipt("i1", sent["id"], "Failed", ({"code": "GeneralError", "message": "no"},), True))
    shown = ask("GET", path)[1]["participants"][3]["messages"][0]
    assert (shown["messageStatus"], shown["errorInfo"]["code"]) == ("delivery-failed", "GeneralError")
    (receipt,) = ask("GET", f"{path}/messages/{sent['id']}")[1]["normalizedReceipts"]
    assert (receipt["status"], receipt["reasons"][0]["code"]) == ("Failed", "GeneralError")


def test_typing_has_a_default_duration(ask: Ask, office: Org, talking: Conversation) -> None:
    path = f"/messages/{talking.id}/communications/{communication(talking)}/typing"
    assert ask("POST", path, {"typing": {"type": "On"}})[0] in DONE
    last = office.changes.read(office.changes.end - 1)[0]
    assert (last.kind, last.data) == ("typing", {"from": "agent", "duration": 5000})


def test_bad_requests_get_the_platform_s_codes(ask: Ask, talking: Conversation) -> None:
    talk = f"/messages/{talking.id}"
    say = f"{talk}/communications/{communication(talking)}/messages"
    cases: list[tuple[str, str, Any, int, str | None]] = [
        ("GET", "/messages/nope/details", None, 404, "not.found"),
        ("GET", f"{talk}/messages/nope", None, 404, "not.found"),
        ("POST", say, {"textBody": "x" * 4001}, 400, "constraint.validation"),
        ("POST", say, {"textBody": "x", "mediaIds": ["m"]}, 400, None),
        ("POST", say, {"mediaIds": ["nope"]}, 404, "not.found"),
        ("POST", f"{talk}/communications/nope/messages", {"textBody": "x"}, 404, "not.found"),
    ]
    for method, path, body, status, code in cases:
        found = ask(method, path, body)
        assert found[0] == status, (method, path, found)
        assert code in (None, found[1]["code"]), (method, path, found)
    assert talking.ended is None


def test_an_agent_writes_first_and_the_customer_s_reply_comes_to_him(ask: Ask, office: Org) -> None:
    office.entities.put("messaging.integrations.open", "i1", {"id": "i1", "name": "Open"})
    status, made = ask("POST", "/messages", OUT, "u1")
    assert status == 200
    conversation = office.conversations[made["id"]]
    assert [(p.purpose, p.user, p.communication.state) for p in conversation.participants] == [
        ("customer", None, "connected"),
        ("agent", "u1", "connected"),
    ]
    assert office.live["routing.load"]["u1"] == {conversation.participants[1].id: True}
    sent = ask(
        "POST", f"/messages/{made['id']}/communications/{communication(conversation)}/messages", {"textBody": "hi"}
    )
    assert (sent[1]["fromAddress"], sent[1]["toAddress"]) == ("i1", "bob@ext")
    assert ask("POST", "/messages", OUT, "u1")[1]["code"] == "general.conflict"
    assert ask("POST", "/messages", {**OUT, "useExistingConversation": True}, "u1")[1]["id"] == made["id"]
    assert statuses(office).get("u1") is None  # off queue stays off queue


def test_an_outbound_message_needs_a_user_a_queue_and_an_integration(ask: Ask, office: Org) -> None:
    assert ask("POST", "/messages", OUT)[1]["code"] == "not.a.user"
    assert ask("POST", "/messages", OUT, "u1")[0] == 400  # no integration to write from
    office.entities.put("messaging.integrations.open", "i1", {"id": "i1", "name": "Open"})
    assert ask("POST", "/messages", {**OUT, "queueId": "nope"}, "u1")[1]["code"] == "queue.not.found"
    assert ask("POST", "/messages", {**OUT, "toAddressMessengerType": "sms"}, "u1")[0] == 400
    office.entities.put("messaging.integrations.open", "i2", {"id": "i2", "name": "Other"})
    body = {"id": "q1", "name": "Support", "outboundMessagingAddresses": {"openMessagingRecipient": {"id": "i2"}}}
    office.entities.put("routing.queues", "q1", body)
    made = ask("POST", "/messages", OUT, "u1")[1]
    assert office.conversations[made["id"]].leg.integration == "i2"
