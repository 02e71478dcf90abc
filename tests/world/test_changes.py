from __future__ import annotations

import orjson

from understudy.world.changes import Change, Effect, Note


def test_what_an_org_tells_can_be_written_as_json() -> None:
    told = [Change(0, "a.b", 1.0, data={"x": 1}), Effect(1, "i", "k", 1.0), Note("n")]
    assert [orjson.loads(orjson.dumps(one)).get("data") for one in told] == [{"x": 1}, {}, {}]
