from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def test_a_tag_and_a_label_show_on_the_conversation(ask: Ask, conversation: Conversation) -> None:
    assert ask("PUT", f"/{conversation.id}/tags", {"externalTag": "crm-7"})[0] in DONE
    assert ask("PATCH", f"/{conversation.id}/utilizationlabel", {"utilizationLabelId": "l1"})[0] in DONE
    shown = ask("GET", f"/{conversation.id}")[1]
    assert (shown["externalTag"], shown["utilizationLabelId"]) == ("crm-7", "l1")
    assert ask("GET", f"/messages/{conversation.id}")[1]["utilizationLabelId"] == "l1"


def test_secure_attributes_are_merged_replaced_and_versioned(ask: Ask, conversation: Conversation) -> None:
    path = f"/{conversation.id}/secureattributes"
    assert ask("GET", path)[1] == {"attributes": {}, "version": 0}
    assert ask("PATCH", path, {"attributes": {"pin": "1"}})[0] in DONE
    ask("PATCH", path, {"attributes": {"iban": "2"}, "version": 1})
    assert ask("GET", path)[1] == {"attributes": {"pin": "1", "iban": "2"}, "version": 2}
    ask("PUT", path, {"attributes": {"pin": "3"}})
    assert ask("GET", path)[1] == {"attributes": {"pin": "3"}, "version": 3}
    status, body = ask("PATCH", path, {"attributes": {"x": "y"}, "version": 1})
    assert (status, body["code"]) == (409, "general.conflict")


def test_secure_values_are_told_to_nobody(ask: Ask, office: Org, conversation: Conversation) -> None:
    cursor = office.changes.end
    ask("PATCH", f"/{conversation.id}/secureattributes", {"attributes": {"pin": "s3cret"}})
    told = office.changes.read(cursor)
    assert [c.data for c in told if c.kind == "conversation.secureAttributes"] == [{"names": ["pin"]}]
    assert "s3cret" not in str(told)
    assert "s3cret" not in str(ask("GET", f"/{conversation.id}")[1])


def test_too_many_secure_attributes_are_refused(ask: Ask, office: Org, conversation: Conversation) -> None:
    most = int(office.limits.value("conversations", "secure.attributes.max"))
    many = {f"a{i}": "x" for i in range(most + 1)}
    assert (
        ask("PUT", f"/{conversation.id}/secureattributes", {"attributes": many})[1]["code"] == "constraint.validation"
    )
    assert conversation.secure == {}


def test_settings_of_conversations_are_one_document(ask: Ask) -> None:
    assert ask("GET", "/settings")[1]["communicationBasedACW"] is False
    assert ask("PATCH", "/settings", {"communicationBasedACW": True})[0] in DONE
    settings = ask("GET", "/settings")[1]
    assert (settings["communicationBasedACW"], settings["totalActiveCallback"]) == (True, False)
