from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.directory.definitions_api import MOST
from understudy.platform.presence import SYSTEM, definition_id
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
OLDER, NEWER = "/api/v2/presencedefinitions", "/api/v2/presence/definitions"
LUNCH = {"languageLabels": {"en_US": "Lunch", "de": "Mittag"}, "systemPresence": "Meal"}


def test_both_forms_are_one_store(ask: Ask) -> None:
    status, lunch = ask("POST", NEWER, LUNCH)
    assert (status, lunch["name"], lunch["type"], lunch["systemPresence"]) == (201, "Lunch", "User", "Meal")
    older = ask("GET", f"{OLDER}/{lunch['id']}")[1]
    assert (older["primary"], older["deactivated"], older["systemPresence"]) == (False, False, "Meal")
    body = {**LUNCH, "languageLabels": {"en_US": "Break"}, "deactivated": True}
    assert ask("PUT", f"{OLDER}/{lunch['id']}", body)[0] == 200
    changed = ask("GET", f"{NEWER}/{lunch['id']}")[1]
    assert (changed["name"], changed["deactivated"], changed["divisionId"]) == ("Break", True, lunch["divisionId"])
    assert ask("DELETE", f"{NEWER}/{lunch['id']}")[0] == 204
    assert [ask("GET", f"{form}/{lunch['id']}")[0] for form in (OLDER, NEWER)] == [404, 404]


def test_listings_filter(ask: Ask, office: Org) -> None:
    ask("POST", OLDER, LUNCH)
    ask("POST", NEWER, {**LUNCH, "deactivated": True})
    count = len(SYSTEM)
    assert ask("GET", OLDER)[1]["total"] == count + 2
    assert ask("GET", f"{OLDER}?deleted=true")[1]["total"] == 0
    assert [ask("GET", f"{NEWER}?deactivated={one}")[1]["total"] for one in ("false", "true", "any")] == [
        count + 1, 1, count + 2,
    ]  # fmt: skip
    assert ask("GET", NEWER)[1]["total"] == count + 1
    assert ask("GET", f"{NEWER}?divisionId=nowhere")[1]["total"] == count


def test_labels_of_one_language(ask: Ask) -> None:
    lunch = ask("POST", OLDER, LUNCH)[1]["id"]
    assert ask("GET", f"{OLDER}/{lunch}?localeCode=de")[1]["languageLabels"] == {"de": "Mittag"}
    assert ask("GET", f"{NEWER}/{lunch}?localeCode=ALL")[1]["languageLabels"] == LUNCH["languageLabels"]


def test_a_users_presence_may_be_the_orgs_own(ask: Ask, person: Person) -> None:
    presence = f"/api/v2/users/{person()['id']}/presences/purecloud"
    id_ = ask("POST", NEWER, {"languageLabels": {"en_US": "Ready"}, "systemPresence": "OnQueue"})[1]["id"]
    status, body = ask("PATCH", presence, {"presenceDefinition": {"id": id_}})
    assert (status, body["presenceDefinition"]["systemPresence"]) == (200, "On Queue")
    routing = presence.replace("presences/purecloud", "routingstatus")
    assert ask("GET", routing)[1]["status"] == "IDLE"
    ask("DELETE", f"{NEWER}/{id_}")
    assert ask("GET", presence)[1]["presenceDefinition"]["id"] == definition_id("On Queue")
    assert ask("PATCH", presence, {"presenceDefinition": {"id": id_}})[0] == 400


def test_a_deactivated_presence_is_not_taken(ask: Ask, person: Person) -> None:
    presence = f"/api/v2/users/{person()['id']}/presences/purecloud"
    id_ = ask("POST", NEWER, {**LUNCH, "deactivated": True})[1]["id"]
    assert ask("PATCH", presence, {"presenceDefinition": {"id": id_}})[0] == 400


def test_the_systems_definitions_stay(ask: Ask) -> None:
    target = f"{OLDER}/{definition_id('Meal')}"
    before = ask("GET", target)
    assert ask("PUT", target, LUNCH)[0] == 400
    assert ask("DELETE", target)[0] == 400
    assert ask("GET", target) == before


@pytest.mark.parametrize(
    "given", [{"systemPresence": "Asleep"}, {"systemPresence": None}, {"languageLabels": {}}, {"divisionId": "nowhere"}]
)
def test_a_wrong_definition_is_refused(ask: Ask, given: dict[str, Any]) -> None:
    assert ask("POST", NEWER, {**LUNCH, **given})[0] == 400
    assert ask("GET", OLDER)[1]["total"] == len(SYSTEM)


def test_a_definition_stays_below_its_system_presence(ask: Ask) -> None:
    id_ = ask("POST", NEWER, LUNCH)[1]["id"]
    assert ask("PUT", f"{NEWER}/{id_}", {**LUNCH, "systemPresence": "Busy"})[0] == 400


def test_an_org_has_only_so_many(ask: Ask, office: Org) -> None:
    for number in range(MOST):
        office.entities.put("presence.definitions", str(number), {"id": str(number)})
    assert ask("POST", OLDER, LUNCH)[0] == 400
