from __future__ import annotations

from understudy.architect_api import trail as trails
from understudy.architect_api.trail import ENTRIES_KEPT, FLOWS_KEPT, leave, trail
from understudy.world.org import Org


def test_a_trail_is_bounded_per_flow_and_in_flows(office: Org) -> None:
    for number in range(ENTRIES_KEPT + 1):
        leave(office, "f", "SAVE", {"client": {"id": "c"}}, f"{number}.0")
    assert len(trail(office, "f")) == ENTRIES_KEPT
    assert trail(office, "f")[0]["version"] == "1.0"
    for number in range(FLOWS_KEPT):
        trail(office, str(number))
    assert len(office.live[trails.LIVE]) == FLOWS_KEPT
    assert "f" not in office.live[trails.LIVE]
