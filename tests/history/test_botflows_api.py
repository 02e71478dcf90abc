from __future__ import annotations

import pytest
from tests.history.conftest import Office

LISTS = ("sessions", "reportingturns", "divisions/reportingturns")


@pytest.mark.parametrize("what", LISTS)
def test_a_flow_without_bot_sessions_lists_none(office: Office, what: str) -> None:
    target = f"/api/v2/analytics/botflows/f1/{what}"
    assert office.get(target) == {"entities": [], "selfUri": target}


@pytest.mark.parametrize("what", LISTS)
def test_an_unknown_flow_and_wrong_parameters_are_refused(office: Office, what: str) -> None:
    assert office.ask("GET", f"/api/v2/analytics/botflows/nobody/{what}")[0] == 404
    for query in ("interval=x", "pageSize=0", "after=x"):
        assert office.ask("GET", f"/api/v2/analytics/botflows/f1/{what}?{query}")[0] == 400
