"""Routing languages of users: which, and how well (``proficiency`` 0 to 5; the catalogue's UserRoutingLanguage)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.directory.proficiency import Proficiencies, user_of
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.world.org import Org

LANGUAGES: Final = "routing.languages"
LIVE: Final = "user.languages"  # org.live[LIVE]: dict[user id, dict[language id, proficiency]]
HELD: Final = Proficiencies("language", LANGUAGES, LIVE)


def languages_of(org: Org, user: str) -> dict[str, float]:
    """A user's languages and their proficiency; changing the dictionary changes the user."""
    return HELD.of(org, user)


def languages_body(org: Org, user: str) -> list[dict[str, Any]]:
    """UserRoutingLanguage[] of a user."""
    return HELD.bodies(org, user)


def list_languages(call: Call) -> Answer:
    """``GET …/users/{userId}/routinglanguages``."""
    found = sorted(languages_body(call.org, user_of(call)), key=lambda one: str(one["name"]).casefold())
    return page(call, found[::-1] if call.query.get("sortOrder", "").casefold().startswith("desc") else found)


def add_language(call: Call) -> Answer:
    """``POST …/users/{userId}/routinglanguages`` (UserRoutingLanguagePost)."""
    user = user_of(call)
    language, proficiency = HELD.checked(call, call.body)
    languages_of(call.org, user)[language] = proficiency
    return Answer(body=HELD.body(call.org, user, language))


def patch_language(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routinglanguages/{languageId}``: changes the proficiency."""
    user, language = user_of(call), HELD.held(call)
    known = languages_of(call.org, user)
    given = call.body.get("proficiency")
    wanted = {"id": language, "proficiency": known[language] if given is None else given}
    _, known[language] = HELD.checked(call, wanted)
    return Answer(body=HELD.body(call.org, user, language))


def remove_language(call: Call) -> Answer:
    """``DELETE …/users/{userId}/routinglanguages/{languageId}``."""
    del languages_of(call.org, user_of(call))[HELD.held(call)]
    return Answer()


def add_languages(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routinglanguages/bulk``: add or change, all or none."""
    user = user_of(call)
    languages_of(call.org, user).update([HELD.checked(call, given) for given in call.body])
    return page(call, languages_body(call.org, user))


RULES: Final[Mapping[str, Lifecycle]] = {LANGUAGES: Lifecycle(consequence=HELD.consequence)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserRoutinglanguages": list_languages,
    "postUserRoutinglanguages": add_language,
    "patchUserRoutinglanguage": patch_language,
    "deleteUserRoutinglanguage": remove_language,
    "patchUserRoutinglanguagesBulk": add_languages,
}
