from __future__ import annotations

import orjson

from understudy.platform.deleted import KEPT, remember, remembered
from understudy.world.entities import Entity
from understudy.world.org import Org


def test_what_was_deleted_is_remembered_as_deleted_and_the_oldest_forgotten(office: Org) -> None:
    for number in range(KEPT + 1):
        remember(office, Entity("flows", f"f{number}", {"id": f"f{number}", "deleted": False}, hidden={"a": 1}))
    kept = remembered(office, "flows")
    assert (len(kept), "f0" in kept, remembered(office, "other")) == (KEPT, False, {})
    assert kept["f1"].body["deleted"] is True
    assert orjson.loads(kept["f1"].encoded) == kept["f1"].body
    assert kept["f1"].hidden == {"a": 1}
