from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from understudy.errors import Refused
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.lifecycle import Lifecycle
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.tokens import Token

QUEUES = "/api/v2/routing/queues"


class Rules:
    """Lifecycle rules that write down how they were called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None, str | None]] = []

    def defaults(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(("defaults", None, body["name"]))
        body["description"] = "by default"
        return {"secret": 1}

    def check(self, call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
        self.calls.append(("check", before.name if before else None, after["name"] if after else None))
        if after and after["name"] == "Forbidden":
            raise Refused(400, "invalid.value", "no")

    def consequence(self, call: Call, before: Entity | None, after: Entity | None) -> None:
        self.calls.append(("consequence", before.name if before else None, after.name if after else None))
        if after is not None:
            call.org.entities.put(after.type, after.id, {**after.body, "callingPartyName": "set later"})


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def ask(
    platform: Platform, catalogue: Catalogue, rules: Rules, grant: Callable[..., Token]
) -> Callable[..., tuple[int, Any]]:
    lifecycle = Lifecycle(rules.defaults, rules.check, rules.consequence)
    own = Platform(platform.world, catalogue, {}, {"routing.queues": lifecycle})
    token = grant()

    def request(method: str, target: str, body: Any = None) -> tuple[int, Any]:
        raw = b"" if body is None else orjson.dumps(body)
        answer = own.answer(ApiRequest(method, target, {"Authorization": f"Bearer {token.value}"}, raw)).answer
        return answer.status, orjson.loads(answer.payload() or b"null")

    return request


def test_defaults_fill_a_new_entity_and_consequences_are_in_the_answer(
    ask: Callable[..., tuple[int, Any]], rules: Rules, office: Org
) -> None:
    status, queue = ask("POST", QUEUES, {"name": "Sales"})
    assert (status, queue["description"], queue["callingPartyName"]) == (200, "by default", "set later")
    entity = office.entities.get("routing.queues", queue["id"])
    assert entity is not None
    assert entity.hidden == {"secret": 1}
    assert rules.calls == [("defaults", None, "Sales"), ("check", None, "Sales"), ("consequence", None, "Sales")]


def test_a_check_that_refuses_leaves_nothing_behind(
    ask: Callable[..., tuple[int, Any]], rules: Rules, office: Org
) -> None:
    assert ask("POST", QUEUES, {"name": "Forbidden"})[0] == 400
    assert office.entities.named("routing.queues", "Forbidden") is None
    assert rules.calls[-1][0] == "check"


def test_before_and_after_say_what_happens(ask: Callable[..., tuple[int, Any]], rules: Rules) -> None:
    queue = ask("POST", QUEUES, {"name": "Sales"})[1]
    rules.calls.clear()
    ask("PUT", f"{QUEUES}/{queue['id']}", {"name": "Orders"})
    ask("DELETE", f"{QUEUES}/{queue['id']}")
    assert rules.calls == [
        ("check", "Sales", "Orders"),
        ("consequence", "Sales", "Orders"),
        ("check", "Orders", None),
        ("consequence", "Orders", None),
    ]


def test_shown_filters_and_deleted_count_only_for_requests_that_ask(
    platform: Platform, catalogue: Catalogue, office: Org, grant: Callable[..., Token]
) -> None:
    gone = Entity("routing.queues", "q", {"id": "q", "name": "gone"}, encoded=b'{"id":"q","name":"gone"}')
    lifecycle = Lifecycle(
        shown=lambda call, entity: {**entity.body, "description": call.query.get("expand", "")},
        filters={"name": lambda entity, value: entity.name.startswith(value)},
        deleted=lambda call: {"q": gone} if "peerId" in call.query else {},
    )
    own = Platform(platform.world, catalogue, {}, {"routing.queues": lifecycle})
    token = grant()

    def ask(target: str) -> Any:
        answer = own.answer(ApiRequest("GET", target, {"Authorization": f"Bearer {token.value}"})).answer
        return orjson.loads(answer.payload())

    office.entities.put("routing.queues", "a", {"id": "a", "name": "alpha"})
    assert ask(f"{QUEUES}/a") == {"id": "a", "name": "alpha"}
    assert ask(f"{QUEUES}/a?expand=x")["description"] == "x"
    assert [one["description"] for one in ask(f"{QUEUES}?name=al&expand=x")["entities"]] == ["x"]
    assert ask(f"{QUEUES}?name=be")["total"] == 0
    assert ask(f"{QUEUES}/q")["status"] == 404
    assert ask(f"{QUEUES}/q?peerId=x")["name"] == "gone"
    assert office.entities.get("routing.queues", "q") is None
