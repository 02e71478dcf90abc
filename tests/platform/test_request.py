from __future__ import annotations

from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome


def test_the_path_ends_at_the_query() -> None:
    assert ApiRequest("GET", "/api/v2/users/a%2Fb?expand=a&x=%3F", {}).path == "/api/v2/users/a%2Fb"


def test_an_outcome_of_nobody_has_no_org() -> None:
    outcome = Outcome(Answer(401))
    assert (outcome.org, outcome.token, outcome.conversation, outcome.data) == (None, None, None, {})
