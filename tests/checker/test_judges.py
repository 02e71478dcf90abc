"""The table of judges is what the contracts' form says."""

from __future__ import annotations

import json

from understudy.checker.judges import JUDGES
from understudy.material import material


def test_the_form_of_rules_knows_every_judge_and_no_other() -> None:
    form = json.loads((material("contracts") / "rules.schema.json").read_text("utf-8"))["$defs"]["judge"]
    assert set(form["properties"]["kind"]["enum"]) == set(JUDGES)
    parameters = {one["if"]["properties"]["kind"]["const"] for one in form["allOf"]}
    assert parameters == set(JUDGES)


def test_every_judge_says_what_it_judges() -> None:
    assert [name for name, judge in JUDGES.items() if not judge.__doc__] == []
