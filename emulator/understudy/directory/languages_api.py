"""Routing languages of users: which, and how well (``proficiency`` 0 to 5; the catalogue's UserRoutingLanguage)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named, page
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
LANGUAGES: Final = "routing.languages"
LIVE: Final = "user.languages"  # org.live[LIVE]: dict[user id, dict[language id, proficiency]]
BEST: Final = 5.0


def languages_of(org: Org, user: str) -> dict[str, float]:
    """A user's languages and their proficiency; changing the dictionary changes the user."""
    users: dict[str, dict[str, float]] = org.live.setdefault(LIVE, {})
    return users.setdefault(user, {})


def languages_body(org: Org, user: str) -> list[dict[str, Any]]:
    """UserRoutingLanguage[] of a user."""
    return [_body(org, user, language) for language in org.live.get(LIVE, {}).get(user, ())]


def list_languages(call: Call) -> Answer:
    """``GET …/users/{userId}/routinglanguages``."""
    found = sorted(languages_body(call.org, _user(call)), key=lambda one: str(one["name"]).casefold())
    return page(call, found[::-1] if call.query.get("sortOrder", "").casefold().startswith("desc") else found)


def add_language(call: Call) -> Answer:
    """``POST …/users/{userId}/routinglanguages`` (UserRoutingLanguagePost)."""
    user = _user(call)
    language, proficiency = _checked(call, call.body)
    languages_of(call.org, user)[language] = proficiency
    return Answer(body=_body(call.org, user, language))


def patch_language(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routinglanguages/{languageId}``: changes the proficiency."""
    user, language = _user(call), _held(call)
    known = languages_of(call.org, user)
    given = call.body.get("proficiency")
    _, known[language] = _checked(call, {"id": language, "proficiency": known[language] if given is None else given})
    return Answer(body=_body(call.org, user, language))


def remove_language(call: Call) -> Answer:
    """``DELETE …/users/{userId}/routinglanguages/{languageId}``."""
    del languages_of(call.org, _user(call))[_held(call)]
    return Answer()


def add_languages(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routinglanguages/bulk``: add or change, all or none."""
    user = _user(call)
    languages_of(call.org, user).update([_checked(call, given) for given in call.body])
    return page(call, languages_body(call.org, user))


def language_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted language is nobody's any more."""
    if after is None and before is not None:
        for languages in call.org.live.get(LIVE, {}).values():
            languages.pop(before.id, None)


def _user(call: Call) -> str:
    return named(call, USERS, call.path["userId"], "User").id


def _held(call: Call) -> str:
    language = call.path["languageId"]
    if language not in languages_of(call.org, _user(call)):
        raise Refused(404, "not.found", f"The user has no language [{language}]", params={"id": language})
    return language


def _checked(call: Call, given: Mapping[str, Any]) -> tuple[str, float]:
    language, proficiency = str(given.get("id") or ""), given.get("proficiency")
    if call.org.entities.get(LANGUAGES, language) is None:
        raise Refused(400, "invalid.value", f"There is no routing language {language}", params={"id": language})
    if isinstance(proficiency, bool) or not isinstance(proficiency, int | float) or not 0 <= proficiency <= BEST:
        raise Refused(400, "invalid.value", "proficiency must be a number from 0 to 5", params={"id": language})
    return language, float(proficiency)


def _body(org: Org, user: str, language: str) -> dict[str, Any]:
    entity = org.entities.get(LANGUAGES, language)
    return {
        "id": language,
        "name": entity.name if entity else language,
        "proficiency": org.live[LIVE][user][language],
        "state": "active",
        "languageUri": f"/api/v2/routing/languages/{language}",
        "selfUri": f"/api/v2/users/{user}/routinglanguages/{language}",
    }


RULES: Final[Mapping[str, Lifecycle]] = {LANGUAGES: Lifecycle(consequence=language_consequence)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserRoutinglanguages": list_languages,
    "postUserRoutinglanguages": add_language,
    "patchUserRoutinglanguage": patch_language,
    "deleteUserRoutinglanguage": remove_language,
    "patchUserRoutinglanguagesBulk": add_languages,
}
