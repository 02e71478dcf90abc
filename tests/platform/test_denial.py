"""A flow whose division the integration's client may not see: refused, with a diagnosis of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from tests.conversation_api import conftest as talk

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.oauth.tokens import IssueToken
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.denial import NOTE
from understudy.world.org import Org
from understudy.world.tokens import Token

platform, clock, office = talk.platform, talk.clock, talk.office
Ask = Callable[..., tuple[int, Any]]
POLICIES = [
    {"domain": domain, "entityName": "*", "actionSet": ["*"]}
    for domain in ("architect", "conversation", "analytics", "notifications")
]


@pytest.fixture
def conversation(office: Org) -> Conversation:
    """In Support's flow, which lies in South; the client ``copilot`` has its role in the home division alone."""
    office.entities.put("authorization.divisions", "south", {"id": "south", "name": "South"})
    flow = office.entities.of("flows")["f1"]
    office.entities.put("flows", "f1", {**flow.body, "division": {"id": "south", "name": "South"}}, dict(flow.hidden))
    role = {"id": "r9", "name": "Copilot", "permissionPolicies": POLICIES}
    office.entities.put("authorization.roles", "r9", role)
    client = {"id": "copilot", "name": "Copilot", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": ["r9"]}
    office.entities.put("oauth.clients", "copilot", client)
    office.grants_version += 1
    found: Conversation = office.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hi"))[0]
    return found


@pytest.fixture
def ask(platform: Platform, office: Org, conversation: Conversation) -> Ask:
    """One request of the client ``copilot``."""
    token: Token = office.perform(IssueToken("copilot", 3600, None))
    platform.world.tokens[token.value] = (office, token)

    def request(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        office.notes.clear()
        outcome = platform.answer(ApiRequest(method, f"/api/v2{path}", headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data
        return outcome.answer.status, orjson.loads(outcome.answer.payload())

    return request


def told(office: Org) -> list[dict[str, Any]]:
    return [note.data for note in office.notes if note.name == NOTE]


def test_a_conversation_lies_in_the_division_of_its_flow(conversation: Conversation) -> None:
    assert conversation.division == "south"


@pytest.mark.parametrize(
    "path", ["/conversations/{}", "/conversations/messages/{}", "/analytics/conversations/{}/details"]
)
def test_a_conversation_of_a_flow_in_another_division_is_refused(
    ask: Ask, office: Org, conversation: Conversation, path: str
) -> None:
    status, refusal = ask("GET", path.format(conversation.id))
    assert (status, refusal["messageParams"]["divisionId"]) == (403, "south")
    (note,) = told(office)
    assert (note["client"], note["divisionName"], note["flow"], note["flowName"]) == (
        "copilot", "South", "f1", "Front door",
    )  # fmt: skip
    assert note["remedy"] == (
        "the conversation, handled by the flow 'Front door', lies in division 'South': give OAuth client copilot a "
        "role with one of the missing permissions in that division (or in all), or move the flow or thing to a "
        "division in which it has one"
    )
    linked = [one.conversation for one in office.notes if one.name == NOTE]
    assert linked == [conversation.id]


def test_a_role_there_reads_what_needs_no_permission(ask: Ask, office: Org, conversation: Conversation) -> None:
    role = {"id": "r8", "name": "Other", "permissions": ["routing:queue:view"]}
    office.entities.put("authorization.roles", "r8", role)
    client = office.entities.of("oauth.clients")["copilot"]
    pairs = [{"roleId": "r8", "divisionId": "south"}]
    office.entities.put("oauth.clients", "copilot", {**client.body, "roleDivisions": pairs})
    office.grants_version += 1
    assert ask("GET", f"/conversations/messages/{conversation.id}")[0] == 200
    assert ask("GET", f"/conversations/{conversation.id}")[0] == 403


def test_the_flow_itself_is_refused(ask: Ask, office: Org) -> None:
    status, refusal = ask("GET", "/flows/f1")
    assert (status, refusal["code"]) == (403, "missing.any.permissions")
    (note,) = told(office)
    assert (note["flow"], note["operation"], note["missing"]) == ("f1", "getFlow", ["architect:flow:view"])


def test_the_conversation_s_topics_are_refused_or_rejected(ask: Ask, office: Org, conversation: Conversation) -> None:
    channel = ask("POST", "/notifications/channels")[1]["id"]
    topic = f"v2.detail.events.conversation.{conversation.id}.customer.end"
    path = f"/notifications/channels/{channel}/subscriptions"
    status, refusal = ask("POST", path, [{"id": topic}])
    assert (status, refusal["code"]) == (403, "missing.any.permissions")
    (note,) = told(office)
    assert (note["topic"], note["flow"], note["division"]) == (topic, "f1", "south")
    state = ask("POST", f"{path}?ignoreErrors=true", [{"id": topic}])[1]["entities"][0]["state"]
    assert state == "Rejected"


def test_with_the_role_in_that_division_nothing_is_refused(ask: Ask, office: Org, conversation: Conversation) -> None:
    client = office.entities.of("oauth.clients")["copilot"]
    pairs = [{"roleId": "r9", "divisionId": "south"}]
    office.entities.put("oauth.clients", "copilot", {**client.body, "roleDivisions": pairs})
    office.grants_version += 1
    assert ask("GET", f"/conversations/{conversation.id}")[0] == 200
    assert ask("GET", "/flows/f1")[0] == 200
    assert told(office) == []


def test_what_would_be_put_into_such_a_division_is_told_too(ask: Ask, office: Org) -> None:
    body = {"name": "New", "type": "INBOUNDSHORTMESSAGE", "division": {"id": "south"}}
    assert ask("POST", "/flows", body)[0] == 403
    assert [note["division"] for note in told(office)] == ["south"]
