from __future__ import annotations

import pytest

from understudy.conversations.queueing import check_priority, queue_named
from understudy.errors import Refused
from understudy.world.org import Org


def test_a_queue_is_found_or_refused(org: Org) -> None:
    assert queue_named(org, "q1").name == "Support"
    with pytest.raises(Refused, match="no queue nope"):
        queue_named(org, "nope")


def test_a_priority_is_within_the_limit(org: Org) -> None:
    most = int(org.limits.value("routing", "priority.max"))
    check_priority(org, most)
    check_priority(org, -most)
    for priority in (most + 1, -most - 1):
        with pytest.raises(Refused, match="Priority"):
            check_priority(org, priority)
