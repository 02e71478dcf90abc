from __future__ import annotations

import pytest

from understudy.platform.catalogue import Catalogue
from understudy.platform.faults import FOREVER, Fault, clear, inject, take
from understudy.platform.request import ApiRequest
from understudy.world.org import Org
from understudy.world.tokens import Token

TOKEN = Token("t", "client", "o", 0, 1)
GET = ApiRequest("GET", "/api/v2/routing/queues?pageSize=1", {})


def met(office: Org, catalogue: Catalogue, request: ApiRequest = GET) -> Fault | None:
    return take(office, catalogue.by_id["getRoutingQueues"], request, TOKEN)


def test_without_faults_nothing_is_met_or_noted(office: Org, catalogue: Catalogue) -> None:
    assert met(office, catalogue) is None
    assert not office.notes


@pytest.mark.parametrize(
    ("fault", "is_met"),
    [
        (Fault(), True),
        (Fault(operation="getRoutingQueues"), True),
        (Fault(operation="postRoutingQueues"), False),
        (Fault(path="/api/v2/routing"), True),
        (Fault(path="/api/v2/users"), False),
        (Fault(method="get"), True),
        (Fault(method="POST"), False),
        (Fault(client="client"), True),
        (Fault(client="another"), False),
        (Fault(times=0), False),
    ],
)
def test_a_fault_meets_what_it_selects(fault: Fault, is_met: bool, office: Org, catalogue: Catalogue) -> None:
    inject(office, fault)
    assert (met(office, catalogue) is not None) == is_met


def test_a_fault_is_used_up_and_noted(office: Org, catalogue: Catalogue) -> None:
    inject(office, Fault(status=503, times=2))
    assert [met(office, catalogue) is not None for _ in range(3)] == [True, True, False]
    assert [note.name for note in office.notes] == ["fault.injected", "fault.injected"]


def test_a_fault_for_ever_stays_until_it_is_cleared(office: Org, catalogue: Catalogue) -> None:
    inject(office, Fault(times=FOREVER))
    assert all(met(office, catalogue) for _ in range(5))
    assert clear(office) == 1
    assert met(office, catalogue) is None


def test_the_oldest_fault_that_matches_wins(office: Org, catalogue: Catalogue) -> None:
    inject(office, Fault(status=500, method="POST"))
    inject(office, Fault(status=503))
    inject(office, Fault(status=504))
    first = met(office, catalogue)
    assert first is not None
    assert first.status == 503


def test_a_refusal_has_the_documented_code_of_its_status() -> None:
    refusal = Fault(status=429, retry_after=3).refusal()
    assert (refusal.status, refusal.code, refusal.headers) == (429, "too.many.requests", {"Retry-After": "3"})
    assert Fault(status=429).refusal().headers == {}
    assert Fault(status=500, code="my.code", message="mine").refusal().message == "mine"
