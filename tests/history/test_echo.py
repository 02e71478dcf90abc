from __future__ import annotations

import pytest

from understudy.history.echo import echo
from understudy.platform.catalogue import load_catalogue

MODELS = load_catalogue().models


def test_null_and_what_nobody_knows_are_left_out_at_every_depth() -> None:
    given = {
        "interval": "i",
        "moon": 1,
        "filters": [{"property": "Action", "value": "x", "more": 2}, None],
        "sort": None,
    }
    assert echo(given, "AuditQueryRequest", MODELS) == {
        "interval": "i",
        "filters": [{"property": "Action", "value": "x"}],
    }


def test_times_get_the_platforms_form() -> None:
    given = {"action": "DELETE", "actionDate": "2026-01-01T02:00:00+02:00"}
    assert echo(given, "RecordingJobsQuery", MODELS)["actionDate"] == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("value", "type_", "shown"), [("x", "string", "x"), (3, "AuditQueryFilter[]", []), (None, "object", None)]
)
def test_other_values_stay(value: object, type_: str, shown: object) -> None:
    assert echo(value, type_, MODELS) == shown
