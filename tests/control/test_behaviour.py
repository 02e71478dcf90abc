"""Commands by name, matching, and views: what the control API means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.control.behaviour import (
    COMMANDS,
    activity_view,
    build_command,
    change_matches,
    change_view,
    conversation_view,
    entry_matches,
    org_view,
)
from understudy.conversations.commands import CustomerMessage, Disconnect, SendMessage
from understudy.conversations.model import Leg, Sender
from understudy.errors import SettingsError
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.open_messaging.forward import CustomerSays
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.grants import set_pairs
from understudy.platform.permissions import Permissions
from understudy.record.entry import Entry
from understudy.tables import complete
from understudy.world.changes import Change
from understudy.world.org import Org

TABLES = complete()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def org() -> Org:
    return Org(
        "o", "Org", clock=OrgClock(ManualClock()), ids=Ids(1, "o"), limits=load_limits(), commands=TABLES.handlers
    )


def test_every_command_that_can_be_asked_for_has_a_handler() -> None:
    assert set(COMMANDS.values()) <= set(TABLES.handlers)
    assert {name: kind.__name__ for name, kind in COMMANDS.items()} == {name: name for name in COMMANDS}


def test_a_command_is_built_from_json() -> None:
    assert build_command("Disconnect", {"conversation": "c", "kind": "system"}) == Disconnect("c", kind="system")
    sent = build_command(
        "SendMessage", {"conversation": "c", "communication": "m", "sender": "agent", "content": [{"a": 1}]}
    )
    assert sent == SendMessage("c", "m", Sender.AGENT, content=({"a": 1},))
    said = {"integration": "i", "customer": "a", "text": "hi"}
    assert build_command("CustomerSays", said) == CustomerSays("i", "a", "hi")


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("Disconect", {}, "command is 'Disconect': did you mean 'Disconnect'?"),
        (
            "xyz",
            {},
            "command is 'xyz': known are AgentAccept, Authorize, CallProgress, CustomerSays, Disconnect, "
            "ForgetAuthorization, RoutingStatus, "
            "SendMessage, SetAttributes, Transfer, Wrapup",
        ),
        ("Disconnect", {"conversatio": "c"}, "Disconnect: argument is 'conversatio': did you mean 'conversation'?"),
        (
            "SendMessage",
            {"conversation": "c", "communication": "m", "sender": "robot"},
            "SendMessage is {'conversation': 'c', 'communication': 'm', 'sender': 'robot'}: "
            "'robot' is not a valid Sender",
        ),
        (
            "Disconnect",
            {},
            "Disconnect is {}: Disconnect.__init__() missing 1 required positional argument: 'conversation'",
        ),
    ],
)
def test_a_wrong_command_is_named_with_the_nearest_right_one(name: str, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        build_command(name, arguments)
    assert str(raised.value) == text


def test_changes_are_matched_by_kind_customer_conversation_and_data() -> None:
    change = Change(7, "typing", 1.0, "c1", "ann", {"from": "customer"})
    assert change_matches(change, "typing", {"customer": "ann", "conversation": "c1", "from": "customer"})
    assert change_matches(change, "", {})
    assert not change_matches(change, "message.sent", {})
    assert not change_matches(change, "typing", {"from": "agent"})
    assert not change_matches(change, "typing", {"nothing": "like that"})
    assert json.loads(json.dumps(change_view(change)))["data"] == {"from": "customer"}


def test_entries_are_matched_by_fields_data_and_the_beginning_of_a_name() -> None:
    entry = Entry(0, 1, "message", "POST /api/v2/x", "platform", 0, 0, 0, status=200, data={"operation": "postX"})
    assert entry_matches(entry, {"name": "POST /api/*", "status": 200, "data.operation": "postX"})
    assert entry_matches(entry, {"name": "*"})
    assert not entry_matches(entry, {"name": "POST /api"})
    assert not entry_matches(entry, {"data.operation": "other*"})
    assert not entry_matches(entry, {"data.operation": "other"})
    assert not entry_matches(entry, {"colour": "red"})


def test_a_conversation_is_shown_with_its_messages_in_order(org: Org) -> None:
    conversation, message = org.perform(CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    view = json.loads(json.dumps(conversation_view(conversation)))
    assert [one["text"] for one in view["messages"]] == ["hi"]
    assert view["messages"][0]["id"] == message.id
    assert view["participants"][0]["purpose"] == "customer"


def test_an_org_is_shown_at_a_glance(org: Org) -> None:
    org.entities.put("users", "u", {"id": "u"})
    org.clock.jump(60)
    view = org_view(org)
    assert view["entities"] == {"users": 1}
    assert (view["id"], view["name"], view["jumped"], view["conversations"], view["quiet"]) == ("o", "Org", 60, 0, True)


def test_an_org_without_a_client_has_no_activity(org: Org, catalogue: Catalogue) -> None:
    told = activity_view(org, catalogue, Permissions(catalogue))
    assert {name for name, value in told.items() if value} == set()


def test_needed_is_what_a_used_operation_is_refused_without(org: Org, catalogue: Catalogue) -> None:
    org.entities.put("oauth.clients", "client", {"id": "client"})
    policies = [
        {"domain": "conversation", "entityName": "message", "actionSet": ["receive", "create"]},
        {"domain": "routing", "entityName": "queue", "actionSet": ["view"]},
    ]
    org.entities.put("authorization.roles", "role", {"id": "role", "permissionPolicies": policies})
    set_pairs(org, "client", {("role", "home")})
    used = {"postConversationsMessageInboundOpenMessage": 3, "getUsersMe": 1}
    org.live["permissions.used"] = {"client": used, "another": {"getRoutingQueues": 9}}
    told = activity_view(org, catalogue, Permissions(catalogue))
    assert (told["client"], told["role"], told["calls"]) == ("client", "role", used)
    assert {name.casefold() for name in told["granted"]} == {
        "conversation:message:receive",
        "conversation:message:create",
        "routing:queue:view",
    }
    assert [name.casefold() for name in told["used"]] == ["conversation:message:receive"]
    assert [name.casefold() for name in told["needed"]] == ["conversation:message:receive"]


def test_a_permission_with_an_alternative_that_is_granted_is_not_needed(org: Org, catalogue: Catalogue) -> None:
    either = next(o for o in catalogue.operations if o.permission_mode == "ANY" and len(set(o.permissions)) > 1)
    org.entities.put("oauth.clients", "client", {"id": "client"})
    policies = [
        {"domain": domain, "entityName": entity, "actionSet": [action]}
        for domain, entity, action in (permission.split(":") for permission in either.permissions[:2])
    ]
    org.entities.put("authorization.roles", "role", {"id": "role", "permissionPolicies": policies})
    set_pairs(org, "client", {("role", "home")})
    org.live["permissions.used"] = {"client": {either.id: 1}}
    assert activity_view(org, catalogue, Permissions(catalogue))["needed"] == []
    org.entities.put("authorization.roles", "role", {"id": "role", "permissionPolicies": policies[:1]})
    org.grants_version += 1
    assert len(activity_view(org, catalogue, Permissions(catalogue))["needed"]) == 1
