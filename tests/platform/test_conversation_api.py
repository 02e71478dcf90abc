"""Every operation through the whole pipeline: ``ask`` fails when a response does not fit its model of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, CustomerReceipt, RoutingStatus
from understudy.conversations.model import Conversation, Leg
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.orgfile import apply_org, default_org
from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import Catalogue
from understudy.platform.grants import pairs_of, set_pairs
from understudy.tables import ACTIONS, HANDLERS, RULES
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
BASE = "/api/v2/conversations"
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - sendResponse: {name: Greet, messageBody: {lit: Welcome}}
          - transferToAcd: {name: T, targetQueue: {lit: {name: Support}}}
"""


@pytest.fixture(scope="module")
def platform(catalogue: Catalogue) -> Platform:
    return Platform(World(), catalogue, ACTIONS, RULES)


@pytest.fixture
def office(platform: Platform) -> Iterator[Org]:
    """An org with a client, a queue with wrap-up codes, two agents and a published flow at the address i1."""
    plan = default_org("boss", "boss-secret")
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(ManualClock()),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=HANDLERS,
    )
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    for id_, name in (("q1", "Support"), ("q2", "Sales")):
        org.entities.put("routing.queues", id_, {"id": id_, "name": name})
    for id_, name in (("u1", "Uma"), ("u2", "Ugo")):
        org.entities.put("users", id_, {"id": id_, "name": name, "username": f"{id_}@example.org"})
    org.entities.put("routing.wrapupcodes", "w1", {"id": "w1", "name": "Solved"})
    org.live["queue.wrapupcodes"] = {"q1": ["w1", "gone"]}
    org.live["queue.members"] = {"q1": {"u1": True}, "q2": {"u2": True}}
    flow = org.entities.put("flows", "f1", {"id": "f1", "name": "Front door"})
    publish(org, flow, FLOW, "f.yaml")
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f1"}})
    yield org
    platform.world.remove(org.id)


@pytest.fixture
def conversation(office: Org) -> Conversation:
    """A conversation with the agent u1 alerting; the customer gave a name and an attribute."""
    office.perform(RoutingStatus("u1", "IDLE"))
    leg = Leg("open_messaging", "i1", "ann@ext", "Opaque", "Ann", {"firstName": "Ann", "lastName": "Archer"})
    message = CustomerMessage(leg, text="hello", provider_id="v1", attributes={"orderId": "7"})
    conversation: Conversation = office.perform(message)[0]
    return conversation


@pytest.fixture
def talking(office: Org, conversation: Conversation) -> Conversation:
    """The same with the agent connected."""
    office.perform(AgentAccept(conversation.id, agent(conversation)))
    return conversation


def agent(conversation: Conversation) -> str:
    return next(p.id for p in reversed(conversation.participants) if p.purpose == "agent")


def communication(conversation: Conversation) -> str:
    return next(p.communication.id for p in reversed(conversation.participants) if p.purpose == "agent")


def test_a_conversation_keeps_its_messages_under_each_participant(ask: Ask, conversation: Conversation) -> None:
    status, body = ask("GET", f"{BASE}/{conversation.id}")
    assert status == 200
    assert [p["purpose"] for p in body["participants"]] == ["customer", "workflow", "acd", "agent"]
    customer, workflow, acd, alerting = body["participants"]
    assert (customer["name"], customer["address"], customer["attributes"]) == ("Ann", "ann@ext", {"orderId": "7"})
    assert customer["messages"][0]["messages"][0]["messageStatus"] == "received"
    assert (workflow["name"], workflow["messages"][0]["disconnectType"]) == ("Front door", "transfer")
    assert (acd["queueId"], acd["queueName"], acd["messages"][0]["state"]) == ("q1", "Support", "connected")
    assert (alerting["userId"], alerting["messages"][0]["state"], alerting["alertingTimeoutMs"]) == (
        "u1",
        "alerting",
        30000,
    )
    assert "endTime" not in body


def test_the_message_form_has_the_state_on_the_participant(ask: Ask, conversation: Conversation) -> None:
    status, body = ask("GET", f"{BASE}/messages/{conversation.id}")
    assert status == 200
    customer, _, acd, alerting = body["participants"]
    assert (customer["state"], customer["direction"], customer["type"]) == ("connected", "inbound", "open")
    assert acd["queue"] == {"id": "q1", "name": "Support"}
    assert (alerting["state"], alerting["user"]["id"]) == ("alerting", "u1")
    assert customer["messages"][0]["messageStatus"] == "received"


def test_listings_show_the_live_conversations_of_the_org_or_of_the_user(
    ask: Ask, conversation: Conversation, grant: Callable[..., Token]
) -> None:
    for path in (BASE, f"{BASE}/messages"):
        status, body = ask("GET", path)
        assert (status, [c["id"] for c in body["entities"]]) == (200, [conversation.id])
        assert ask("GET", path, token=grant(user="u1"))[1]["total"] == 1
        assert ask("GET", path, token=grant(user="u2"))[1]["total"] == 0
    assert ask("GET", f"{BASE}?communicationType=call")[1]["entities"] == []
    ask("PATCH", f"{BASE}/messages/{conversation.id}", {"state": "disconnected"})
    assert ask("GET", BASE)[1]["entities"] == []


def test_an_agent_accepts_holds_and_leaves_with_a_wrap_up(ask: Ask, conversation: Conversation) -> None:
    path = f"{BASE}/messages/{conversation.id}/participants/{agent(conversation)}"
    assert ask("PATCH", path, {"state": "connected"})[0] in (200, 204)
    assert conversation.last_agent == "u1"
    ask("PATCH", path, {"held": True})
    assert ask("GET", f"{BASE}/messages/{conversation.id}")[1]["participants"][3]["held"] is True
    ask("PATCH", path, {"state": "disconnected", "wrapup": {"code": "w1", "notes": "done"}})
    body = ask("GET", f"{BASE}/{conversation.id}")[1]
    last = body["participants"][3]
    assert (last["wrapup"]["code"], last["messages"][0]["afterCallWork"]["state"]) == ("w1", "complete")
    assert "endTime" in body


@pytest.mark.parametrize("family", [BASE, f"{BASE}/messages"])
def test_both_families_patch_participants_and_attributes(ask: Ask, conversation: Conversation, family: str) -> None:
    path = f"{family}/{conversation.id}/participants"
    customer = conversation.customer.id
    status, body = ask("PATCH", f"{path}/{customer}/attributes", {"attributes": {"tier": "gold"}})
    assert status in (200, 204)
    assert body in (None, {"attributes": {"orderId": "7", "tier": "gold"}})
    assert conversation.customer.attributes == {"orderId": "7", "tier": "gold"}
    ask("PATCH", f"{path}/{agent(conversation)}", {"state": "connected"})
    ask("PATCH", f"{path}/{agent(conversation)}", {"state": "disconnected"})
    assert conversation.ended is not None
    ask("PATCH", f"{path}/{agent(conversation)}", {"wrapupSkipped": True})
    assert conversation.participants[3].wrapup_skipped


def test_a_message_is_sent_read_and_listed(
    ask: Ask, office: Org, talking: Conversation, grant: Callable[..., Token]
) -> None:
    set_pairs(office, "u1", pairs_of(office, "boss"))
    path = f"{BASE}/messages/{talking.id}"
    sent = f"{path}/communications/{communication(talking)}/messages"
    status, body = ask("POST", sent, {"textBody": "hi Ann"}, token=grant(user="u1"))
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
    assert ask("GET", f"{BASE}/messages/{body['id']}/details")[1] == body
    inbound = next(iter(talking.messages))
    bulk = ask("POST", f"{path}/messages/bulk", [inbound, "nope", body["id"]])[1]["entities"]
    assert [m["id"] for m in bulk] == [inbound, body["id"]]
    assert (bulk[0]["providerMessageId"], bulk[0]["normalizedMessage"]["direction"]) == ("v1", "Inbound")


def test_a_failed_receipt_shows_as_error_and_as_normalized_receipt(
    ask: Ask, office: Org, talking: Conversation
) -> None:
    path = f"{BASE}/messages/{talking.id}"
    sent = ask("POST", f"{path}/communications/{communication(talking)}/messages", {"textBody": "hi"})[1]
    office.perform(CustomerReceipt("i1", sent["id"], "Failed", ({"code": "GeneralError", "message": "no"},), True))
    shown = ask("GET", path)[1]["participants"][3]["messages"][0]
    assert (shown["messageStatus"], shown["errorInfo"]["code"]) == ("delivery-failed", "GeneralError")
    (receipt,) = ask("GET", f"{path}/messages/{sent['id']}")[1]["normalizedReceipts"]
    assert (receipt["status"], receipt["reasons"][0]["code"]) == ("Failed", "GeneralError")


def test_typing_has_a_default_duration(ask: Ask, office: Org, talking: Conversation) -> None:
    path = f"{BASE}/messages/{talking.id}/communications/{communication(talking)}/typing"
    assert ask("POST", path, {"typing": {"type": "On"}})[0] in (200, 204)
    last = office.changes.read(office.changes.end - 1)[0]
    assert (last.kind, last.data) == ("typing", {"from": "agent", "duration": 5000})


def test_wrap_up_is_posted_and_read_and_the_queue_s_codes_are_listed(ask: Ask, talking: Conversation) -> None:
    path = f"{BASE}/messages/{talking.id}/participants/{agent(talking)}"
    wrapup = f"{path}/communications/{communication(talking)}/wrapup"
    assert ask("GET", wrapup) == (200, {})
    assert ask("POST", wrapup, {"code": "w1", "notes": "fine"})[0] in (200, 204)
    assert ask("GET", wrapup)[1]["notes"] == "fine"
    assert ask("GET", f"{path}/wrapup")[1]["code"] == "w1"
    assert ask("GET", f"{BASE}/{talking.id}/participants/{agent(talking)}/wrapup")[1]["code"] == "w1"
    assert [code["id"] for code in ask("GET", f"{path}/wrapupcodes")[1]] == ["w1"]


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
    assert ask("POST", f"{BASE}/{path}", body)[0] in (200, 204)
    newest = talking.participants[-1]
    assert (newest.queue, newest.user, newest.is_live) == (queue, user, True)


def test_a_waiting_conversation_is_assigned_to_a_user(ask: Ask, office: Org) -> None:
    waits: Conversation = office.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    assert ask("POST", f"{BASE}/{waits.id}/assign", {"id": "u2"})[0] == 200
    assert waits.participants[-1].user == "u2"
    assert ask("POST", f"{BASE}/{waits.id}/assign", {"id": "u2"})[0] == 400


@pytest.mark.parametrize("how", ["patch", "post", "delete"])
def test_the_whole_conversation_is_ended(ask: Ask, talking: Conversation, how: str) -> None:
    asked = {
        "patch": ("PATCH", f"{BASE}/messages/{talking.id}", {"state": "disconnected"}),
        "post": ("POST", f"{BASE}/{talking.id}/disconnect"),
        "delete": ("DELETE", f"{BASE}/{talking.id}"),
    }[how]
    assert ask(*asked)[0] in (200, 204)
    assert talking.ended is not None


def test_bad_requests_get_the_platform_s_codes(ask: Ask, talking: Conversation) -> None:
    me, talk = agent(talking), f"{BASE}/messages/{talking.id}"
    say = f"{talk}/communications/{communication(talking)}/messages"
    cases: list[tuple[str, str, Any, int, str | None]] = [
        ("GET", f"{BASE}/nope", None, 404, "conversation.error.conversation.not.found"),
        ("GET", f"{BASE}/messages/nope", None, 404, "conversation.error.conversation.not.found"),
        ("GET", f"{BASE}/messages/nope/details", None, 404, "not.found"),
        ("GET", f"{talk}/messages/nope", None, 404, "not.found"),
        ("PATCH", talk, {"state": "connected"}, 400, "invalid.value"),
        ("PATCH", f"{talk}/participants/nope", {"state": "connected"}, 404, None),
        ("PATCH", f"{talk}/participants/{me}", {"state": "dialing"}, 400, "invalid.value"),
        ("PATCH", f"{talk}/participants/{me}", {"wrapup": {}}, 400, "conversation.error.wrapup.code.required"),
        ("PATCH", f"{talk}/participants/{me}/attributes", {}, 400, "required.field.missing"),
        ("POST", say, {"textBody": "x" * 4001}, 400, "constraint.validation"),
        ("POST", say, {"textBody": "x", "mediaIds": ["m"]}, 400, None),
        ("POST", say, {"mediaIds": ["nope"]}, 404, "not.found"),
        ("POST", f"{talk}/communications/nope/messages", {"textBody": "x"}, 404, "not.found"),
        ("POST", f"{talk}/participants/{me}/replace", {"address": "+49"}, 400, "postino.error.bad.address"),
        ("POST", f"{talk}/participants/{me}/replace", {}, 400, "conversation.error.queue.required"),
        ("POST", f"{BASE}/{talking.id}/participants/{me}/replace/queue", {"queueName": "X"}, 400, "queue.not.found"),
        ("POST", f"{BASE}/{talking.id}/participants/{me}/replace/agent", {}, 400, "required.field.missing"),
        ("GET", f"{talk}/participants/{me}/communications/nope/wrapup", None, 404, "not.found"),
    ]
    for method, path, body, status, code in cases:
        found = ask(method, path, body)
        assert found[0] == status, (method, path, found)
        assert code in (None, found[1]["code"]), (method, path, found)
    assert talking.ended is None
