"""The form of a table of faults."""

from __future__ import annotations

import json

from understudy.references.vendor_side.faults import Fault, listing_of, nearest

TABLE = {"no_dedupe": Fault("shows it twice", ("A-1",)), "loops": Fault("loops", (), ("V1",))}


def test_the_listing_is_json_with_name_checks_and_rows() -> None:
    assert json.loads(json.dumps(listing_of(TABLE))) == [
        {"name": "no_dedupe", "summary": "shows it twice", "checks": ["A-1"], "rows": []},
        {"name": "loops", "summary": "loops", "checks": [], "rows": ["V1"]},
    ]


def test_the_nearest_name_is_told() -> None:
    assert nearest("no_dedup", TABLE) == "did you mean 'no_dedupe'?"
    assert nearest("zzz", TABLE) == "--list-faults shows them"
