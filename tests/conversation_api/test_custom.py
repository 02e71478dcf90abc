from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.clock import ManualClock
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)


def test_a_document_is_put_read_patched_and_deleted(ask: Ask, conversation: Conversation, clock: ManualClock) -> None:
    path = f"/{conversation.id}/customattributes"
    assert ask("GET", path) == (200, {"results": []})
    assert ask("PUT", path, {"id": "d1", "schemaId": "s1", "customAttributes": {"a": 1, "b": "x"}})[1] == {"id": "d1"}
    clock.advance(60)
    assert ask("PATCH", path, {"id": "d1", "version": 1, "customAttributes": {"a": 2, "b": None, "c": [1]}})[0] in DONE
    read = ask("GET", f"{path}/d1")[1]
    assert (read["customAttributes"], read["version"], read["schema"]["id"]) == ({"a": 2, "c": [1]}, 2, "s1")
    assert (read["dateCreated"], read["dateModified"]) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:01:00.000Z")
    assert ask("GET", path)[1]["results"] == [read]
    assert ask("PUT", path, {"id": "d1", "customAttributes": {"a": 2}})[0] == 200
    assert ask("GET", f"{path}/d1")[1]["customAttributesTimestamps"] == {"a": "2026-01-01T00:01:00.000Z"}
    assert ask("DELETE", f"{path}/d1")[0] in DONE
    assert ask("GET", f"{path}/d1")[0] == 404


def test_a_version_that_is_named_must_be_the_current_one(ask: Ask, conversation: Conversation) -> None:
    path = f"/{conversation.id}/customattributes"
    ask("PUT", path, {"id": "d1", "customAttributes": {"a": 1}})
    for method in ("PUT", "PATCH"):
        status, body = ask(method, path, {"id": "d1", "version": 7, "customAttributes": {"a": 2}})
        assert (status, body["code"]) == (409, "general.conflict")
    assert ask("PATCH", path, {"id": "d2", "customAttributes": {}})[0] == 404
    assert ask("PUT", path, {"id": "", "customAttributes": {}})[1]["code"] == "required.field.missing"


def test_of_several_each_has_its_own_status(ask: Ask, conversation: Conversation) -> None:
    path = f"/{conversation.id}/customattributes/bulk"
    status, body = ask("PUT", path, [{"id": "d1", "customAttributes": {"a": 1}}, {"id": "d2", "customAttributes": {}}])
    assert (status, body["results"]["d1"]["statusCode"], body["results"]["d1"]["attributes"]["version"]) == (
        200,
        200,
        1,
    )
    body = ask("PATCH", path, [{"id": "d1", "customAttributes": {"a": 3}}, {"id": "d9", "customAttributes": {}}])[1]
    assert body["results"]["d1"]["attributes"]["customAttributes"] == {"a": 3}
    assert (body["results"]["d9"]["statusCode"], "attributes" in body["results"]["d9"]) == (404, False)


def test_a_conversation_has_so_many_and_no_more(ask: Ask, office: Org, conversation: Conversation) -> None:
    most = int(office.limits.value("conversations", "custom.attributes.max"))
    path = f"/{conversation.id}/customattributes"
    many = [{"id": f"d{i}", "customAttributes": {}} for i in range(most + 1)]
    results = ask("PUT", f"{path}/bulk", many)[1]["results"]
    assert [results[f"d{i}"]["statusCode"] for i in (0, most - 1, most)] == [200, 200, 400]
    assert len(conversation.custom) == most
