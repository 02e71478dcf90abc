"""Agent assistants: which queues each of them helps, for which media, and which of a queue's members it is given to.

Assistants are plain entities (the engine). Their queues are entities of ``QUEUES/{assistant}``, the users of a queue
stand in ``hidden["users"]`` of it. A queue has one assistant at most (assumed). A job assigns all members of the queue
(AutoAssignment) or leaves it to the bulk operations (ManualAssignment), and is done at once (assumed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import CURSOR, named
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.platform.queue_members import members_of
from understudy.platform.refusals import invalid_value
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

ASSISTANTS: Final = "assistants"
QUEUES: Final = "assistants.queues"
ROUTED: Final = "routing.queues"
JOBS: Final = "assistants.queues.users.jobs"
PATH: Final = "/api/v2/assistants"
USERS: Final = "users"


def _assistant_changed(call: Call, before: Entity | None, after: Entity | None) -> None:
    """The jobs of a deleted assistant go with it, as its queues do."""
    if after is None and before is not None:
        for type_ in [one for one in call.org.entities.types() if one.startswith(f"{JOBS}/{before.id}/")]:
            call.org.entities.of(type_).clear()


def list_all_queues(call: Call) -> Answer:
    """``GET …/assistants/queues?queueIds=``: those of every assistant."""
    wanted = [id_ for id_ in call.query.get("queueIds", "").split(",") if id_]
    found = [
        queue
        for assistant in call.org.entities.of(ASSISTANTS)
        for queue in _existing(call, assistant).values()
        if not wanted or queue.id in wanted
    ]
    return Answer(encoded=listing(call, found, CURSOR))


def list_queues(call: Call) -> Answer:
    """``GET …/assistants/{assistantId}/queues``."""
    return Answer(encoded=listing(call, list(_queues(call).values()), CURSOR))


def get_queue(call: Call) -> Answer:
    """``GET …/assistants/{assistantId}/queues/{queueId}``."""
    return Answer(encoded=_queue(call).encoded)


def put_queue(call: Call) -> Answer:
    """``PUT …/assistants/{assistantId}/queues/{queueId}`` (AssistantQueue): gives the queue, or changes its media."""
    given, id_ = call.body, call.path["queueId"]
    if given["id"] != id_:
        raise invalid_value("id", given["id"], "the id in the path")
    _check(call, [given])
    return Answer(encoded=_give(call, given).encoded)


def patch_queues(call: Call) -> Answer:
    """``PATCH …/assistants/{assistantId}/queues`` (AssistantQueue[]): all are checked before the first is given."""
    _queues(call)
    _check(call, call.body)
    for given in call.body:
        _give(call, given)
    return list_queues(call)


def delete_queues(call: Call) -> Answer:
    """``DELETE …/assistants/{assistantId}/queues?queueIds=``: those, or all without the parameter."""
    known = _queues(call)
    named_ = [id_ for id_ in call.query.get("queueIds", "").split(",") if id_]
    for id_ in named_ or list(known):
        if id_ in known:
            _drop(call, call.path["assistantId"], id_)
    return Answer(204)


def delete_queue(call: Call) -> Answer:
    """``DELETE …/assistants/{assistantId}/queues/{queueId}``."""
    _drop(call, call.path["assistantId"], _queue(call).id)
    return Answer(204)


def add_users(call: Call) -> Answer:
    """``POST …/queues/{queueId}/users/bulk/add``: members of the queue; the others are errors of the response."""
    queue = _queue(call)
    users, members = dict.fromkeys(_users(queue)), members_of(call.org, queue.id)
    results: list[dict[str, Any]] = []
    for user in _user_ids(call):
        if user in members:
            users[user] = None
            results.append({"entity": {"id": user}})
        else:
            results.append(_failed(user, "is not a member of the queue"))
    _keep_users(call, queue, users)
    return _bulk(results)


def remove_users(call: Call) -> Answer:
    """``POST …/queues/{queueId}/users/bulk/remove``."""
    queue = _queue(call)
    users = dict.fromkeys(_users(queue))
    results: list[dict[str, Any]] = []
    for user in _user_ids(call):
        if user in users:
            del users[user]
            results.append({"entity": {"id": user}})
        else:
            results.append(_failed(user, "is not assigned"))
    _keep_users(call, queue, users)
    return _bulk(results)


def query_users(call: Call) -> Answer:
    """``POST …/queues/{queueId}/users/query``: which of these users are assigned, and still members of the queue."""
    queue = _queue(call)
    asked = set(_user_ids(call)) & members_of(call.org, queue.id).keys()
    users = [{"id": user, "selfUri": f"/api/v2/users/{user}"} for user in _users(queue) if user in asked]
    return Answer(body={"queue": queue.body, "users": users})


def start_job(call: Call) -> Answer:
    """``POST …/queues/{queueId}/users/jobs`` {action}."""
    queue = _queue(call)
    if call.body["action"] == "AutoAssignment":
        _keep_users(call, queue, members_of(call.org, queue.id))
    id_ = call.org.ids.uuid(JOBS)
    type_ = _jobs(call)
    jobs = call.org.entities.of(type_)
    while len(jobs) >= int(call.org.limits.value("assistants", "jobs.kept")):
        call.org.entities.remove(type_, next(iter(jobs)))
    self_uri = f"{PATH}/{call.path['assistantId']}/queues/{queue.id}/users/jobs/{id_}"
    return Answer(body=store(call.org, type_, id_, {"id": id_, "status": "Succeeded", "selfUri": self_uri}).body)


def get_job(call: Call) -> Answer:
    """``GET …/queues/{queueId}/users/jobs/{jobId}``."""
    _queue(call)
    return Answer(encoded=named(call, _jobs(call), call.path["jobId"], "Job").encoded)


def _queues(call: Call) -> dict[str, Entity]:
    assistant = named(call, ASSISTANTS, call.path["assistantId"], "Assistant")
    return _existing(call, assistant.id)


def _existing(call: Call, assistant: str) -> dict[str, Entity]:
    """The queues of an assistant; one that was deleted from routing is dropped when it is next looked for."""
    found = call.org.entities.of(f"{QUEUES}/{assistant}")
    for id_ in [id_ for id_ in found if id_ not in call.org.entities.of(ROUTED)]:
        _drop(call, assistant, id_)
    return found


def _queue(call: Call) -> Entity:
    found = _queues(call).get(call.path["queueId"])
    if found is None:
        id_ = call.path["queueId"]
        raise Refused(404, "not.found", f"Queue with id [{id_}] has not this assistant", params={"id": id_})
    return found


def _jobs(call: Call) -> str:
    return f"{JOBS}/{call.path['assistantId']}/{call.path['queueId']}"


def _check(call: Call, given: Iterable[Mapping[str, Any]]) -> None:
    for queue in given:
        id_ = queue["id"]
        if call.org.entities.get(ROUTED, id_) is None:
            raise invalid_value("id", id_, "the id of a queue")
        for other in call.org.entities.of(ASSISTANTS):
            if other != call.path["assistantId"] and id_ in call.org.entities.of(f"{QUEUES}/{other}"):
                message = f"Queue [{id_}] already has the assistant [{other}]"
                raise Refused(409, "general.conflict", message, params={"id": id_})


def _give(call: Call, given: Mapping[str, Any]) -> Entity:
    assistant = named(call, ASSISTANTS, call.path["assistantId"], "Assistant")
    type_, now = f"{QUEUES}/{assistant.id}", iso(call.org.now())
    before = call.org.entities.get(type_, given["id"])
    body = {
        "id": given["id"],
        "mediaTypes": list(dict.fromkeys(given["mediaTypes"])),
        "dateCreated": before.body["dateCreated"] if before else now,
        "dateModified": now,
        "selfUri": f"{PATH}/{assistant.id}/queues/{given['id']}",
    }
    return store(call.org, type_, given["id"], body, None if before else {"users": []})


def _drop(call: Call, assistant: str, queue: str) -> None:
    forget(call.org, f"{QUEUES}/{assistant}", queue)
    call.org.entities.of(f"{JOBS}/{assistant}/{queue}").clear()


def _keep_users(call: Call, queue: Entity, users: Iterable[str]) -> None:
    store(call.org, queue.type, queue.id, queue.body, {"users": list(users)})


def _users(queue: Entity) -> list[str]:
    return list(queue.hidden.get("users") or ())


def _user_ids(call: Call) -> list[str]:
    return [str(one["id"]) for one in call.body["entities"]]


def _failed(user: str, why: str) -> dict[str, Any]:
    return {"entity": {"id": user}, "error": {"code": "invalid.value", "message": f"User [{user}] {why}"}}


def _bulk(results: list[dict[str, Any]]) -> Answer:
    wrong = [i for i, result in enumerate(results) if "error" in result]
    return Answer(body={"results": results, "errorCount": len(wrong), "errorIndexes": wrong})


RULES: Final[Mapping[str, Lifecycle]] = {ASSISTANTS: Lifecycle(consequence=_assistant_changed)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getAssistantsQueues": list_all_queues,
    "getAssistantQueues": list_queues,
    "getAssistantQueue": get_queue,
    "putAssistantQueue": put_queue,
    "patchAssistantQueues": patch_queues,
    "deleteAssistantQueues": delete_queues,
    "deleteAssistantQueue": delete_queue,
    "postAssistantQueueUsersBulkAdd": add_users,
    "postAssistantQueueUsersBulkRemove": remove_users,
    "postAssistantQueueUsersQuery": query_users,
    "postAssistantQueueUsersJobs": start_job,
    "getAssistantQueueUsersJob": get_job,
}
