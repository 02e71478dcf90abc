from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import EDGES

from understudy.telephony.numbers import Joined, Run
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
ALL = f"{EDGES}/didpools/dids?type=ASSIGNED_AND_UNASSIGNED"


@pytest.fixture
def pools(ask: Ask) -> list[str]:
    """Two pools, +13175550100 to 109 and +13175550200 to 209; an IVR has 105, a user 202, and both 206."""
    body = {"startPhoneNumber": "+13175550100", "endPhoneNumber": "+13175550109"}
    first = ask("POST", f"{EDGES}/didpools", body)[1]["id"]
    body = {"startPhoneNumber": "+13175550200", "endPhoneNumber": "+13175550209"}
    second = ask("POST", f"{EDGES}/didpools", body)[1]["id"]
    ask("POST", "/api/v2/architect/ivrs", {"name": "Front", "dnis": ["+13175550105", "+13175550206", "+49301"]})
    return [first, second]


@pytest.fixture
def user(office: Org) -> str:
    numbers = [
        {"address": number, "mediaType": "PHONE", "extension": "1005"} for number in ("+13175550202", "+13175550206")
    ]
    office.entities.put("users", "u1", {"id": "u1", "name": "Uma", "addresses": numbers})
    return "u1"


def dids(ask: Ask, query: str = "") -> list[tuple[str, str]]:
    found = ask("GET", f"{EDGES}/dids?{query}")[1]["entities"]
    return [(one["phoneNumber"], one["ownerType"]) for one in found]


def test_a_did_is_a_number_of_a_pool_that_somebody_has(ask: Ask, pools: list[str], user: str) -> None:
    ivr, person = ("+13175550105", "IVR_CONFIG"), ("+13175550202", "USER")
    both = ("+13175550206", "IVR_CONFIG")
    assert dids(ask) == [ivr, person, both]
    assert dids(ask, "phoneNumber=%2B13175550202") == [person]
    assert dids(ask, f"didPool.id={pools[0]}") == [ivr]
    assert dids(ask, f"owner.id={user}") == [person]
    assert dids(ask, "sortOrder=desc&pageSize=1") == [both]
    did = ask("GET", f"{EDGES}/dids?owner.id={user}")[1]["entities"][0]
    assert ask("GET", did["selfUri"])[1] == did
    assert dids(ask, f"id={did['id']}") == [person]
    assert ask("GET", f"{EDGES}/dids/nope")[0] == 404


def test_the_numbers_of_pools_are_listed_free_ones_too(ask: Ask, pools: list[str], user: str) -> None:
    page = ask("GET", f"{ALL}&pageSize=4&pageNumber=3")[1]
    assert (page["total"], page["pageCount"]) == (20, 5)
    assert [one["number"][-3:] for one in page["entities"]] == ["108", "109", "200", "201"]
    assert "nextUri" in page
    assert "nextUri" not in ask("GET", f"{ALL}&pageSize=4&pageNumber=5")[1]
    assert ask("GET", f"{ALL}&id={pools[1]}")[1]["total"] == 10
    found = ask("GET", f"{ALL}&numberMatch=555-0105")[1]["entities"]
    assert [(one["number"], one["assigned"], one["ownerType"]) for one in found] == [
        ("+13175550105", True, "IVR_CONFIG")
    ]
    free = ask("GET", f"{EDGES}/didpools/dids?type=UNASSIGNED")[1]
    assert (free["total"], {one["assigned"] for one in free["entities"]}) == (17, {False})


def test_an_unknown_type_is_refused(ask: Ask) -> None:
    assert ask("GET", f"{EDGES}/didpools/dids?type=SOME")[1]["code"] == "invalid.query.param.value"
    assert ask("GET", f"{EDGES}/didpools/dids")[0] == 400


def test_extensions_come_from_pools_and_owners(ask: Ask, user: str) -> None:
    assert ask("GET", f"{EDGES}/extensions")[1]["total"] == 0
    pool = ask("POST", f"{EDGES}/extensionpools", {"startNumber": "1000", "endNumber": "1009"})[1]["id"]
    (extension,) = ask("GET", f"{EDGES}/extensions?number=1005")[1]["entities"]
    assert (extension["owner"]["id"], extension["extensionPool"]["id"]) == (user, pool)
    assert ask("GET", extension["selfUri"])[1] == extension
    assert ask("GET", f"{EDGES}/extensions?number=1006")[1]["total"] == 0
    assert ask("GET", f"{EDGES}/extensions/nope")[0] == 404
    assert ask("DELETE", f"{EDGES}/extensionpools/{pool}")[1]["details"][0]["entityName"] == "Uma"


def test_a_page_of_many_numbers_encodes_no_more_than_the_page() -> None:
    encoded: list[int] = []

    def encode(place: int) -> bytes:
        encoded.append(place)
        return b"%d" % place

    joined = Joined([Run(range(0), encode), Run(range(10_000), encode), Run([7, 8, 9], encode)])
    assert len(joined) == 10_003
    assert joined[9_998:10_001] == [b"9998", b"9999", b"7"]
    assert (joined[10_002], joined[-1:], joined[10_003:]) == (b"9", [b"9"], [])
    assert encoded == [9998, 9999, 7, 9, 9]
