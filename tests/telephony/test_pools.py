from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import EDGES

from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DIDS, EXTENSIONS = f"{EDGES}/didpools", f"{EDGES}/extensionpools"


def did(start: str, end: str) -> dict[str, Any]:
    return {"startPhoneNumber": start, "endPhoneNumber": end}


def extension(start: str, end: str) -> dict[str, Any]:
    return {"startNumber": start, "endNumber": end}


@pytest.mark.parametrize(
    ("path", "body"),
    [(DIDS, did("+13175550100", "+13175550109")), (EXTENSIONS, extension("1000", "1009"))],
    ids=["did", "extension"],
)
def test_a_pool_needs_no_name_and_its_put_names_the_version(ask: Ask, path: str, body: dict[str, Any]) -> None:
    created = ask("POST", path, body)[1]
    assert (created["name"], created["version"]) == (next(iter(body.values())), 1)
    assert ask("PUT", f"{path}/{created['id']}", body)[0] == 409
    changed = ask("PUT", f"{path}/{created['id']}", {**body, "version": 1, "description": "d"})[1]
    assert (changed["version"], changed["description"], changed["name"]) == (2, "d", created["name"])
    assert ask("DELETE", f"{path}/{created['id']}")[0] < 300


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        (DIDS, did("+13175550100", "+13175550109"), did("+13175550109", "+13175550120")),
        (DIDS, did("+13175550105", "+13175550105"), did("+13175550100", "+13175550109")),
        (EXTENSIONS, extension("1000", "1009"), extension("1005", "1005")),
    ],
)
def test_pools_do_not_overlap(ask: Ask, path: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    pool = ask("POST", path, first)[1]
    status, refusal = ask("POST", path, second)
    assert (status, refusal["code"], refusal["details"][0]["entityId"]) == (409, "general.conflict", pool["id"])


def test_numbers_of_another_length_are_other_numbers(ask: Ask) -> None:
    assert ask("POST", EXTENSIONS, extension("100", "199"))[0] == 200
    assert ask("POST", EXTENSIONS, extension("0100", "0199"))[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        (
            DIDS,
            {"startPhoneNumber": "", "endPhoneNumber": "+13175550100"},
            "startPhoneNumber",
            "required.field.missing",
        ),
        (DIDS, did("3175550100", "+13175550100"), "startPhoneNumber", "invalid.value"),
        (DIDS, did("+13175550100", "+1317555"), "endPhoneNumber", "invalid.value"),
        (DIDS, did("+13175550100", "+13175550099"), "endPhoneNumber", "invalid.value"),
        (DIDS, did("+13175550000", "+13175560000"), "endPhoneNumber", "invalid.value"),
        (EXTENSIONS, {}, "startNumber", "required.field.missing"),
        (EXTENSIONS, extension("1a", "1b"), "startNumber", "invalid.value"),
        (EXTENSIONS, extension("\u0661", "\u0662"), "startNumber", "invalid.value"),
        (DIDS, did("+1\u06613175550", "+1\u06613175551"), "startPhoneNumber", "invalid.value"),
    ],
)
def test_a_bad_range_is_refused(ask: Ask, path: str, body: dict[str, Any], field: str, code: str) -> None:
    status, refusal = ask("POST", path, body)
    assert (status, refusal["code"], refusal["details"][0]["fieldName"]) == (400, code, field)


def test_a_pool_whose_number_an_ivr_has_is_not_deleted(ask: Ask) -> None:
    pool = ask("POST", DIDS, did("+13175550100", "+13175550109"))[1]
    ivr = ask("POST", "/api/v2/architect/ivrs", {"name": "Front", "dnis": ["+13175550105"]})[1]
    status, refusal = ask("DELETE", f"{DIDS}/{pool['id']}")
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Front")
    ask("DELETE", f"/api/v2/architect/ivrs/{ivr['id']}")
    assert ask("DELETE", f"{DIDS}/{pool['id']}")[0] < 300


def test_extension_pools_are_listed_by_number_and_as_division_views(ask: Ask, office: Org) -> None:
    pools = [ask("POST", EXTENSIONS, extension(start, end))[1]["id"] for start, end in (("10", "19"), ("20", "29"))]
    assert [one["id"] for one in ask("GET", f"{EXTENSIONS}?number=25")[1]["entities"]] == [pools[1]]
    view = ask("GET", f"{EXTENSIONS}/divisionviews")[1]["entities"][0]
    assert set(view) == {"id", "name", "division", "selfUri"}
