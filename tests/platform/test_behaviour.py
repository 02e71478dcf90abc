from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from understudy.errors import Refused
from understudy.platform.behaviour import ApiRequest, Outcome, Platform
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.faults import Fault, inject
from understudy.platform.messages import Answer
from understudy.world.org import Org
from understudy.world.tokens import Token

QUEUES = "/api/v2/routing/queues"
Make = Callable[..., Callable[..., Outcome]]


@pytest.fixture
def own(platform: Platform, catalogue: Catalogue, grant: Callable[..., Token]) -> Make:
    """A platform with actions of the test's own, as a function of method, target, body and headers."""
    token = grant()

    def make(actions: dict[str, Action] | None = None, **options: Any) -> Callable[..., Outcome]:
        mine = Platform(platform.world, catalogue, actions or {}, {}, **options)

        def request(method: str, target: str, body: bytes = b"", **headers: str) -> Outcome:
            sent = {"Authorization": f"Bearer {token.value}"} | {k.replace("_", "-"): v for k, v in headers.items()}
            outcome = mine.answer(ApiRequest(method, target, sent, body, "http://127.0.0.1:1"))
            outcome.data["errors"] = mine.errors
            return outcome

        return request

    return make


def body_of(outcome: Outcome) -> Any:
    return orjson.loads(outcome.answer.payload())


def test_an_unknown_path_is_404_and_a_wrong_method_405_before_anybody_asks_for_a_token(own: Make) -> None:
    request = own()
    missing = request("GET", "/api/v2/routing/quees", Authorization="")
    assert missing.answer.status == 404
    assert "nearest known path is /api/v2/routing/queues" in body_of(missing)["message"]
    wrong = request("PATCH", QUEUES, Authorization="")
    assert (wrong.answer.status, wrong.answer.headers["Allow"]) == (405, "GET, POST")


def test_without_a_token_it_is_401_whatever_the_body(own: Make) -> None:
    outcome = own()("POST", QUEUES, b"{broken", Authorization="")
    assert (outcome.answer.status, body_of(outcome)["code"]) == (401, "authentication.required")
    assert outcome.org is None


def test_an_expired_token_is_401_and_the_record_knows_its_org(own: Make, office: Org) -> None:
    office.clock.jump(3_601)
    outcome = own()("GET", QUEUES)
    assert (outcome.answer.status, body_of(outcome)["code"]) == (401, "bad.credentials")
    assert outcome.org is office


def test_the_correlation_id_is_echoed_if_sane_and_made_otherwise(own: Make) -> None:
    request = own()
    given = request("GET", QUEUES, ININ_Correlation_Id="my-id.1")
    assert given.correlation == "my-id.1"
    for strange in ("", "a b", "x" * 129, "a\r\nSet-Cookie: b"):
        made = request("GET", QUEUES, ININ_Correlation_Id=strange)
        assert len(made.correlation) == 36
    refused = request("GET", f"{QUEUES}/nothing")
    assert body_of(refused)["contextId"] == refused.correlation


def test_every_answer_carries_the_rate_headers(own: Make, office: Org) -> None:
    request = own()
    names = ["inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset"]
    assert [name for name, _ in request("GET", QUEUES).headers] == names
    assert dict(request("GET", "/api/v2/nothing").headers) == dict(zip(names, ("0", "300", "60"), strict=True))
    assert dict(request("GET", QUEUES, Authorization="").headers)["inin-ratelimit-count"] == "0"
    assert dict(request("GET", QUEUES).headers)["inin-ratelimit-count"] == "2"


def test_the_request_over_the_allowance_is_429_until_the_minute_is_over(own: Make, office: Org) -> None:
    request = own()
    office.live["rate.allowed"] = dict.fromkeys(office.entities.of("oauth.clients"), 2)
    assert [request("GET", QUEUES).answer.status for _ in range(3)] == [200, 200, 429]
    refused = request("GET", QUEUES)
    assert refused.answer.headers["Retry-After"] == dict(refused.headers)["inin-ratelimit-reset"] == "60"
    assert body_of(refused)["code"] == "too.many.requests"
    office.clock.jump(60)
    assert request("GET", QUEUES).answer.status == 200


def test_a_fault_is_answered_in_place_of_the_behaviour(own: Make, office: Org) -> None:
    request = own()
    inject(office, Fault(operation="getRoutingQueues", status=503, retry_after=2, delay=0.5))
    faulty = request("GET", QUEUES)
    assert (faulty.answer.status, faulty.answer.headers["Retry-After"], faulty.delay) == (503, "2", 0.5)
    assert faulty.data["fault"]["status"] == 503
    assert request("GET", QUEUES).answer.status == 200


def test_a_fault_of_status_0_is_only_slow(own: Make, office: Org) -> None:
    inject(office, Fault(status=0, delay=1.5))
    outcome = own()("GET", QUEUES)
    assert (outcome.answer.status, outcome.delay) == (200, 1.5)


def test_a_fault_needs_a_live_token(own: Make, office: Org) -> None:
    inject(office, Fault(status=503))
    assert own()("GET", QUEUES, Authorization="Bearer dead").answer.status == 401


def test_a_missing_permission_is_403_and_noted(own: Make, office: Org, platform: Platform) -> None:
    office.entities.put("oauth.clients", "poor", {"id": "poor", "name": "poor", "roleIds": []})
    token = Token("poor-token", "poor", office.id, office.now(), office.now() + 60)
    platform.world.tokens[token.value] = (office, token)
    outcome = own()("POST", QUEUES, b'{"name":"Q"}', Authorization="Bearer poor-token")
    assert outcome.answer.status == 403
    assert body_of(outcome)["message"].endswith("assigned: [routing:queue:add]")
    denied = [note.data for note in office.notes if note.name == "permission.denied"]
    missing = ["routing:queue:add"]
    assert denied == [{"operation": "postRoutingQueues", "client": "poor", "missing": missing, "roles": 0}]
    assert "poor" not in office.live.get("permissions.used", {})


def test_what_a_client_calls_is_remembered(own: Make, office: Org) -> None:
    request = own()
    request("GET", QUEUES)
    request("GET", QUEUES)
    request("GET", f"{QUEUES}/nothing")
    (calls,) = office.live["permissions.used"].values()
    assert calls == {"getRoutingQueues": 2, "getRoutingQueue": 1}


def test_client_credentials_are_no_user(own: Make, grant: Callable[..., Token]) -> None:
    request = own({"getUsersMe": lambda call: Answer(body={"id": call.token.user, "name": "Ann"})})
    assert body_of(request("GET", "/api/v2/users/me"))["code"] == "not.a.user"
    person = grant(user="ann")
    assert body_of(request("GET", "/api/v2/users/me", Authorization=f"Bearer {person.value}"))["id"] == "ann"


def test_an_operation_without_a_behaviour_is_501_and_names_itself(own: Make) -> None:
    outcome = own()("GET", "/api/v2/greetings")
    assert (outcome.answer.status, body_of(outcome)["code"]) == (501, "not.implemented")
    assert "getGreetings (GET /api/v2/greetings)" in body_of(outcome)["message"]
    assert outcome.operation is not None
    assert outcome.operation.id == "getGreetings"


def test_an_operation_without_oauth_is_501_too(own: Make) -> None:
    assert own()("GET", "/api/v2/webmessaging/messages", Authorization="").answer.status == 501


def test_a_generic_answer_is_marked(own: Make) -> None:
    outcome = own(generic=True)("GET", "/api/v2/outbound/dnclists")
    assert (outcome.answer.status, body_of(outcome)["entities"], outcome.data["generic"]) == (200, [], True)
    assert ("Understudy-Certainty", "generic") in outcome.headers


def test_preview_and_deprecated_operations_say_so_in_the_record(own: Make) -> None:
    deprecated = own()("POST", "/api/v2/conversations/messages/inbound/open", b"{}")
    assert deprecated.data["deprecated"] is True
    assert "deprecated" not in own()("GET", QUEUES).data


def test_unknown_fields_are_accepted_and_told(own: Make) -> None:
    outcome = own()("POST", QUEUES, b'{"name":"Q","colour":"red"}')
    assert (outcome.answer.status, outcome.data["unknown_fields"]) == (200, ["colour"])
    assert "unknown_fields" not in own()("POST", QUEUES, b'{"name":"R"}').data


def test_what_the_platform_refuses_becomes_its_error_body(own: Make) -> None:
    def refuse(call: Call) -> Answer:
        raise Refused(409, "general.conflict", "taken", params={"a": "b"}, limit={"key": "k", "value": 3})

    outcome = own({"getRoutingQueues": refuse})("GET", QUEUES)
    assert outcome.answer.status == 409
    assert body_of(outcome) == {
        "message": "taken",
        "code": "general.conflict",
        "status": 409,
        "messageParams": {"a": "b"},
        "contextId": outcome.correlation,
        "details": [],
        "errors": [],
        "limit": {"key": "k", "value": 3},
    }


@pytest.mark.parametrize("wrong", [lambda call: 1 / 0, lambda call: Answer(body={"a": object()})])
def test_our_own_mistake_is_500_noted_and_counted(wrong: Action, own: Make, office: Org) -> None:
    outcome = own({"getRoutingQueues": wrong})("GET", QUEUES)
    assert (outcome.answer.status, body_of(outcome)["code"]) == (500, "internal.server.error")
    assert body_of(outcome)["contextId"] == outcome.correlation
    assert outcome.data["errors"] == 1
    noted = [note.data for note in office.notes if note.name == "emulator.error"]
    assert noted[0]["operation"] == "getRoutingQueues"


def test_an_action_comes_before_the_engine(own: Make) -> None:
    request = own({"getRoutingQueue": lambda call: Answer(body={"id": call.path["queueId"], "name": "mine"})})
    assert body_of(request("GET", f"{QUEUES}/a%2Fb"))["id"] == "a/b"


def test_a_hand_made_response_that_breaks_its_model_is_noted_and_sent(own: Make, office: Org) -> None:
    request = own({"getRoutingQueue": lambda call: Answer(body={"id": 1, "name": "mine"})}, validate_every=2)
    assert [request("GET", f"{QUEUES}/q").answer.status for _ in range(4)] == [200] * 4
    noted = [note.data for note in office.notes if note.name == "emulator.contract"]
    assert [note["operation"] for note in noted] == ["getRoutingQueue"] * 2  # one in two is looked at
    assert noted[0]["problems"] == ["id is a number, not a string"]


def test_success_statuses_are_data_unless_the_action_names_one(own: Make) -> None:
    request = own(
        {
            "putIntegrationsBotconnectorIntegrationIdBots": lambda call: Answer(),
            "postConversationsMessagesAgentless": lambda call: Answer(202, body={"id": "m"}),
            "getRoutingQueues": lambda call: Answer(body={"entities": []}),
        }
    )
    bots = request("PUT", "/api/v2/integrations/botconnector/i/bots", b'{"chatBots":[]}')
    assert (bots.answer.status, bots.answer.payload()) == (204, b"")
    agentless = b'{"fromAddress":"a","toAddress":"b","toAddressMessengerType":"open","textBody":"t"}'
    assert request("POST", "/api/v2/conversations/messages/agentless", agentless).answer.status == 202
    assert request("GET", QUEUES).answer.status == 200


@pytest.mark.parametrize("said", [Answer(), Answer(body={"left": 1}), Answer(encoded=b'{"left":1}')])
def test_a_success_without_a_model_has_no_body_whatever_its_status(said: Answer, own: Make) -> None:
    request = own({"deleteRoutingQueue": lambda call: said, "patchRoutingQueueMember": lambda call: said})
    deleted = request("DELETE", f"{QUEUES}/q").answer
    assert (deleted.status, deleted.payload()) == (200, b"")
    changed = request("PATCH", f"{QUEUES}/q/members/m", b'{"joined":true}').answer
    assert (changed.status, changed.payload()) == (202, b"")


def test_a_success_with_a_model_keeps_its_body_whatever_its_status(own: Make) -> None:
    request = own(
        {
            "postGroupMembers": lambda call: Answer(body={}),
            "postPresenceDefinitions0": lambda call: Answer(encoded=b'{"id":"d"}'),
        }
    )
    members = request("POST", "/api/v2/groups/g/members", b'{"memberIds":["a"],"version":1}').answer
    assert (members.status, members.payload()) == (202, b"{}")
    definition = b'{"languageLabels":{"en_US":"Tea"},"systemPresence":"Break"}'
    created = request("POST", "/api/v2/presence/definitions", definition).answer
    assert (created.status, created.payload()) == (201, b'{"id":"d"}')


def test_an_exchange_belongs_to_the_conversation_it_names_or_changed(own: Make) -> None:
    def change(call: Call) -> Answer:
        call.org.changed("conversation.started", conversation="c-1", customer="+49")
        return Answer(body={})

    request = own({"getConversation": lambda call: Answer(body={}), "postConversationsMessagesAgentless": change})
    assert request("GET", "/api/v2/conversations/c-7").conversation == "c-7"
    body = b'{"fromAddress":"a","toAddress":"b","toAddressMessengerType":"open","textBody":"t"}'
    outcome = request("POST", "/api/v2/conversations/messages/agentless", body)
    assert (outcome.conversation, outcome.customer) == ("c-1", "+49")


def test_listeners_are_left_to_the_seam(own: Make, office: Org) -> None:
    heard: list[str] = []
    office.listeners.append(lambda org: heard.append(org.id))
    assert not own()("POST", QUEUES, b'{"name":"Q"}').is_quiet
    assert own()("GET", QUEUES).is_quiet
    assert heard == []
    assert len(office.listeners) == 1


def test_an_action_for_an_unknown_operation_is_an_error_at_start(own: Make) -> None:
    with pytest.raises(ValueError, match="getNothingAtAll"):
        own({"getNothingAtAll": lambda call: Answer()})
