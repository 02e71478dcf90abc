"""What policies grant, what operations need, and what is missing."""

from __future__ import annotations

import pytest

from understudy.platform.catalogue import Operation, load_catalogue
from understudy.platform.permissions import Permissions

CATALOGUE = load_catalogue()
PERMISSIONS = Permissions(CATALOGUE)

INBOUND = CATALOGUE.by_id["postConversationsMessageInboundOpenMessage"]  # ALL conversation:message:receive
SEND = CATALOGUE.by_id["postConversationsMessageCommunicationMessages"]  # ANY message:create, webmessaging:create
ME = CATALOGUE.by_id["getUsersMe"]  # NO


def policy(domain: str, entity: str, *actions: str) -> dict[str, object]:
    return {"domain": domain, "entityName": entity, "actionSet": list(actions)}


def granted(*policies: dict[str, object]) -> int:
    mask, unknown = PERMISSIONS.mask_of(policies)
    assert unknown == ()
    return mask


def both_needed() -> Operation:
    return next(o for o in CATALOGUE.operations if o.permission_mode == "ALL" and len(o.permissions) == 2)


def test_policy_grants_its_actions_and_nothing_else() -> None:
    mask = granted(policy("conversation", "message", "receive", "create"))
    assert PERMISSIONS.names(mask) == ["conversation:message:create", "conversation:message:receive"]


def test_policies_add_up() -> None:
    one, other = policy("conversation", "message", "receive"), policy("routing", "queue", "view")
    assert granted(one, other) == granted(one) | granted(other)
    assert granted() == 0


def test_wildcard_action_grants_all_actions_of_the_entity() -> None:
    names = PERMISSIONS.names(granted(policy("messaging", "integration", "*")))
    assert {name.rpartition(":")[0] for name in names} == {"messaging:integration"}
    assert {"messaging:integration:add", "messaging:integration:view"} <= set(names)


def test_wildcard_entity_grants_the_action_throughout_the_domain() -> None:
    names = PERMISSIONS.names(granted(policy("routing", "*", "view")))
    assert "routing:queue:view" in names
    assert all(name.startswith("routing:") and name.endswith(":view") for name in names)


def test_wildcard_everywhere_grants_everything() -> None:
    everything = granted(policy("*", "*", "*"))
    assert everything == PERMISSIONS.all
    assert all(PERMISSIONS.allows(everything, operation) for operation in CATALOGUE.operations)


def test_names_are_compared_without_regard_to_case() -> None:
    assert granted(policy("Messaging", "SUPPORTEDCONTENT", "View")) == granted(
        policy("messaging", "supportedContent", "view")
    )
    assert PERMISSIONS.names(granted(policy("messaging", "supportedcontent", "view"))) == [
        "messaging:supportedContent:view"
    ]


def test_unknown_names_are_returned_as_written_once() -> None:
    wrong = policy("Conversation", "mesage", "receive", "receive")
    mask, unknown = PERMISSIONS.mask_of([wrong, policy("nowhere", "*", "*"), policy("routing", "queue", "view")])
    assert PERMISSIONS.names(mask) == ["routing:queue:view"]
    assert unknown == ("Conversation:mesage:receive", "nowhere:*:*")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"domain": "routing"},
        {"domain": "routing", "entityName": "queue"},
        {"domain": "routing", "entityName": "queue", "actionSet": None},
        {"domain": None, "entityName": None, "actionSet": []},
    ],
)
def test_policy_without_actions_grants_nothing(odd: dict[str, object]) -> None:
    assert PERMISSIONS.mask_of([odd]) == (0, ())


def test_operation_that_needs_none_is_open_to_all() -> None:
    assert PERMISSIONS.allows(0, ME)
    assert PERMISSIONS.missing(0, ME) == []


def test_what_no_source_names_is_not_enforced() -> None:
    unknown = next(o for o in CATALOGUE.operations if o.permission_mode == "UNKNOWN")
    assert PERMISSIONS.allows(0, unknown)


def test_any_is_satisfied_by_one() -> None:
    assert SEND.permission_mode == "ANY"
    assert PERMISSIONS.allows(granted(policy("conversation", "webmessaging", "create")), SEND)
    assert not PERMISSIONS.allows(granted(policy("conversation", "message", "receive")), SEND)


def test_all_needs_each() -> None:
    operation = both_needed()
    first, second = (policy(*name.split(":")) for name in operation.permissions)
    assert PERMISSIONS.allows(granted(first, second), operation)
    assert not PERMISSIONS.allows(granted(first), operation)
    assert not PERMISSIONS.allows(granted(second), operation)


def test_missing_of_all_lists_those_not_held() -> None:
    operation = both_needed()
    first, second = operation.permissions
    assert PERMISSIONS.missing(granted(policy(*first.split(":"))), operation) == [second]
    assert PERMISSIONS.missing(0, operation) == sorted(operation.permissions)


def test_missing_of_any_lists_every_one_and_none_once_allowed() -> None:
    assert PERMISSIONS.missing(0, SEND) == ["conversation:message:create", "conversation:webmessaging:create"]
    assert PERMISSIONS.missing(granted(policy("conversation", "message", "create")), SEND) == []


def test_used_names_what_an_operation_needs_and_of_a_holder_what_it_has() -> None:
    assert PERMISSIONS.used(INBOUND) == ["conversation:message:receive"]
    holder = granted(policy("conversation", "message", "*"))
    assert PERMISSIONS.used(SEND, holder) == ["conversation:message:create"]
    assert PERMISSIONS.used(SEND, 0) == []
