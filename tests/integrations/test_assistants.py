from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.queue_members import set_members
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def assistant(ask: Ask) -> str:
    return made(ask, "Helper")


@pytest.fixture
def queue(ask: Ask, office: Org) -> str:
    """A queue with the members ann and ben."""
    for user in ("ann", "ben"):
        office.entities.put("users", user, {"id": user, "name": user.title(), "version": 1})
    id_ = str(ask("POST", "/routing/queues", {"name": "Support"})[1]["id"])
    set_members(office, id_, {"ann": True, "ben": True})
    return id_


def made(ask: Ask, name: str) -> str:
    status, body = ask("POST", "/assistants", {"name": name, "transcriptionConfig": {"vendorName": "Genesys"}})
    assert (status, body["state"]) == (200, "Active")
    return str(body["id"])


def given(ask: Ask, assistant: str, queue: str, *media: str) -> tuple[int, Any]:
    body = {"id": queue, "mediaTypes": list(media or ("Message",))}
    return ask("PUT", f"/assistants/{assistant}/queues/{queue}", body)


def test_an_assistant_is_created_changed_listed_and_deleted(ask: Ask, assistant: str) -> None:
    ask("PATCH", f"/assistants/{assistant}", {"name": "New", "transcriptionConfig": {"vendorName": "Unknown"}})
    assert ask("GET", f"/assistants/{assistant}")[1]["name"] == "New"
    assert [one["id"] for one in ask("GET", "/assistants?name=new")[1]["entities"]] == [assistant]
    assert ask("DELETE", f"/assistants/{assistant}")[0] == 204
    assert ask("GET", f"/assistants/{assistant}")[0] == 404


def test_a_queue_is_given_changed_and_taken_away(ask: Ask, assistant: str, queue: str) -> None:
    created = given(ask, assistant, queue)[1]["dateCreated"]
    assert given(ask, assistant, queue, "Call", "Call", "Message")[1]["mediaTypes"] == ["Call", "Message"]
    path = f"/assistants/{assistant}/queues/{queue}"
    assert ask("GET", path)[1]["dateCreated"] == created
    assert [one["id"] for one in ask("GET", f"/assistants/queues?queueIds={queue}")[1]["entities"]] == [queue]
    assert ask("GET", "/assistants/queues?queueIds=none")[1]["entities"] == []
    assert ask("DELETE", path)[0] == 204
    assert ask("GET", path)[0] == 404


def test_a_queue_has_one_assistant_at_most(ask: Ask, assistant: str, queue: str) -> None:
    given(ask, assistant, queue)
    other = made(ask, "Other")
    assert given(ask, other, queue)[0] == 409
    assert ask("PATCH", f"/assistants/{other}/queues", [{"id": queue, "mediaTypes": ["Call"]}])[0] == 409
    ask("DELETE", f"/assistants/{assistant}")
    assert given(ask, other, queue)[0] == 200


def test_several_queues_are_given_and_taken_at_once(ask: Ask, assistant: str, queue: str) -> None:
    second = ask("POST", "/routing/queues", {"name": "Second"})[1]["id"]
    path = f"/assistants/{assistant}/queues"
    body = [{"id": id_, "mediaTypes": ["Email"]} for id_ in (queue, second)]
    assert ask("PATCH", path, [*body, {"id": "none", "mediaTypes": ["Email"]}])[0] == 400
    assert ask("GET", path)[1]["entities"] == []
    assert [one["id"] for one in ask("PATCH", path, body)[1]["entities"]] == [queue, second]
    assert ask("DELETE", f"{path}?queueIds={second}")[0] == 204
    assert [one["id"] for one in ask("GET", path)[1]["entities"]] == [queue]
    ask("DELETE", path)
    assert ask("GET", path)[1]["entities"] == []


def test_the_body_must_name_the_queue_of_the_path(ask: Ask, assistant: str, queue: str) -> None:
    path = f"/assistants/{assistant}/queues/{queue}"
    assert ask("PUT", path, {"id": "other", "mediaTypes": ["Call"]})[0] == 400
    assert ask("PUT", path, {"id": queue, "mediaTypes": ["Fax"]})[0] == 400


def test_users_are_assigned_one_by_one_and_only_members(ask: Ask, assistant: str, queue: str) -> None:
    given(ask, assistant, queue)
    path = f"/assistants/{assistant}/queues/{queue}/users"
    both = {"entities": [{"id": "ann"}, {"id": "stranger"}]}
    answer = ask("POST", f"{path}/bulk/add", both)[1]
    assert (answer["errorCount"], answer["errorIndexes"]) == (1, [1])
    assert users(ask, path) == ["ann"]
    given(ask, assistant, queue, "Call")  # changing the media keeps the users
    assert users(ask, path) == ["ann"]
    assert ask("POST", f"{path}/bulk/remove", both)[1]["errorIndexes"] == [1]
    assert users(ask, path) == []


def users(ask: Ask, path: str) -> list[str]:
    asked = {"entities": [{"id": "ann"}, {"id": "ben"}]}
    return [one["id"] for one in ask("POST", f"{path}/query", asked)[1]["users"]]


def test_a_job_assigns_all_members(ask: Ask, assistant: str, queue: str) -> None:
    given(ask, assistant, queue)
    path = f"/assistants/{assistant}/queues/{queue}/users"
    job = ask("POST", f"{path}/jobs", {"action": "AutoAssignment"})[1]
    assert ask("GET", f"{path}/jobs/{job['id']}") == (200, job)
    assert users(ask, path) == ["ann", "ben"]
    ask("POST", f"{path}/jobs", {"action": "ManualAssignment"})
    assert users(ask, path) == ["ann", "ben"]
    assert ask("GET", f"{path}/jobs/none")[0] == 404


def test_deleted_queues_and_members_who_left_are_not_shown(ask: Ask, office: Org, assistant: str, queue: str) -> None:
    given(ask, assistant, queue)
    path = f"/assistants/{assistant}/queues/{queue}/users"
    ask("POST", f"{path}/jobs", {"action": "AutoAssignment"})
    set_members(office, queue, {"ben": True})
    assert users(ask, path) == ["ben"]
    assert ask("DELETE", f"/routing/queues/{queue}?forceDelete=true")[0] in (200, 204)
    assert ask("GET", f"/assistants/{assistant}/queues")[1]["entities"] == []
    assert ask("GET", "/assistants/queues")[1]["entities"] == []


@pytest.mark.parametrize("path", ["/assistants/none/queues", "/assistants/none/queues/none"])
def test_nothing_hangs_on_an_unknown_assistant(ask: Ask, path: str) -> None:
    assert ask("GET", path)[0] == 404
