"""User prompts: their names, and what a reading shows of the resources (one a language) that they hold.

The codes are in error_codes.json. A prompt that has resources is deleted with ``allResources=true`` only (SDK:
deleteArchitectPrompt).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from understudy.architect_api.operation import operation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import guard
from understudy.platform.in_use import refuse_if_used
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.wildcard import wildcard
from understudy.world.configuration import forget
from understudy.world.entities import Entity
from understudy.world.org import Org

PROMPTS: Final = "architect.prompts"
RESOURCES: Final = "architect.prompts.resources"
OPERATION: Final = "currentOperation"
NAME: Final = re.compile(r"[A-Za-z0-9_]+")


def resources_type(id_: str) -> str:
    """The entity type of a prompt's resources."""
    return f"{RESOURCES}/{id_}"


def find(call: Call, id_: str) -> Entity:
    """A prompt, or Refused 404."""
    prompt = call.org.entities.get(PROMPTS, id_)
    if prompt is None:
        raise Refused(404, "architect.prompt.not.found", f"There is no prompt {id_}.", params={"promptId": id_})
    if call.token.fence is not None:
        guard(call, prompt)
    return prompt


def show_resources(org: Org, id_: str) -> None:
    """A prompt's own body lists its resources; bring it up to date."""
    prompt = org.entities.get(PROMPTS, id_)
    if prompt is not None:
        resources = [one.body for one in org.entities.of(resources_type(id_)).values()]
        org.entities.put(PROMPTS, id_, {**prompt.body, "resources": resources})


def delete_several(call: Call) -> Answer:
    """``DELETE /architect/prompts?id=``: with their resources; all of them or, where one is used, none (assumed)."""
    prompts = [find(call, id_) for id_ in dict.fromkeys(call.query["id"].split(",")) if id_]
    for prompt in prompts:
        refuse_if_used(call.org, PROMPTS, prompt)
    for prompt in prompts:
        forget(call.org, PROMPTS, prompt.id)
        call.org.entities.of(resources_type(prompt.id)).clear()
    return Answer(body=operation(call, "DELETE"))


def _new(call: Call, body: dict[str, Any]) -> None:
    body["resources"] = []


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        if before is not None and before.body.get("resources") and _flag(call, "allResources", "false") != "true":
            count = len(before.body["resources"])
            message = f"The prompt {before.name} has {count} resources; delete them first or give allResources=true"
            raise Refused(409, "architect.prompt.has.resources", message, params={"promptId": before.id})
        return
    after.pop(OPERATION, None)
    name = str(after.get("name") or "")
    if not name:
        raise Refused(400, "architect.prompt.validate.failed.missing.name", "A prompt needs a name.")
    if not NAME.fullmatch(name):
        message = f"The name {name!r} of a prompt may hold letters, digits and underscores only."
        raise Refused(400, "architect.prompt.validate.failed.name", message, params={"name": name})
    if not any(letter.isalpha() for letter in name):
        message = f"The name {name!r} of a prompt has no letter."
        raise Refused(400, "architect.prompt.validate.failed.name.no.alpha", message, params={"name": name})


def _shown(call: Call, entity: Entity) -> dict[str, Any] | None:
    body = dict(entity.body)
    if _flag(call, "includeResources", "true") == "false":
        del body["resources"]
        return body
    languages = [name.casefold() for name in call.query.get("language", "").split(",") if name]
    resources = [one for one in body["resources"] if not languages or one["language"].casefold() in languages]
    if _flag(call, "includeMediaUris", "true") == "false":
        resources = [{name: value for name, value in one.items() if name != "mediaUri"} for one in resources]
    return {**body, "resources": resources}


def _flag(call: Call, name: str, default: str) -> str:
    return call.query.get(name, default).casefold()


def _is_named(entity: Entity, given: str) -> bool:
    return any(wildcard(name)(entity.name) for name in given.split(","))


def _has_language(entity: Entity, given: str) -> bool:
    wanted = given.casefold().split(",")
    return any(one["language"].casefold() in wanted for one in entity.body.get("resources") or ())


FILTERS: Final[Mapping[str, Filter]] = {
    "name": _is_named,
    "language": _has_language,
    "includeResources": lambda _entity, _given: True,  # these two say what is shown
    "includeMediaUris": lambda _entity, _given: True,
}
RULES: Final[dict[str, Lifecycle]] = {PROMPTS: Lifecycle(defaults=_new, check=_check, shown=_shown, filters=FILTERS)}
ACTIONS: Final[dict[str, Action]] = {"deleteArchitectPrompts": delete_several}
