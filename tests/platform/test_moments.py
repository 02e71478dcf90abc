from __future__ import annotations

import pytest

from understudy.platform.catalogue import Catalogue
from understudy.platform.moments import holds_moment, with_zone


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-05T10:00:00", "2026-01-05T10:00:00.000Z"),
        ("2026-01-05", "2026-01-05T00:00:00.000Z"),
        ("2026-01-05T10:00:00+01", "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T10:00:00.5+01:00", "2026-01-05T10:00:00.5+01:00"),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z"),
        ("yesterday", "yesterday"),
        (7, 7),
    ],
)
def test_a_time_gets_a_zone_and_stays_where_it_has_one(sent: object, kept: object, catalogue: Catalogue) -> None:
    assert with_zone(sent, "date-time", catalogue.models) == kept
    assert with_zone([sent], "date-time[]", catalogue.models) == [kept]
    assert with_zone({"a": sent}, "map<date-time>", catalogue.models) == {"a": kept}


def test_times_within_models_are_found(catalogue: Catalogue) -> None:
    scripts = {"defaultScripts": {"CALL": {"name": "s", "createdDate": "2026-01-05T10:00:00"}}, "name": "2026-01-05"}
    changed = with_zone(scripts, "Queue", catalogue.models)
    assert changed["defaultScripts"]["CALL"]["createdDate"] == "2026-01-05T10:00:00.000Z"
    assert changed["name"] == "2026-01-05"
    assert with_zone("nonsense", "Queue", catalogue.models) == "nonsense"


def test_what_holds_no_time_is_known(catalogue: Catalogue) -> None:
    assert holds_moment("Queue", catalogue.models)
    assert not holds_moment("RoutingSettings", catalogue.models)
    assert not holds_moment("map<string>", catalogue.models)
