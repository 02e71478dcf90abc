from __future__ import annotations

from understudy.conversations.model import Leg
from understudy.conversations.window import set_timeline, timeline, timelines
from understudy.world.org import Org


def test_the_default_is_72_hours(org: Org) -> None:
    assert timeline(org, Leg("open_messaging", "i1", "ann")) == 72 * 3600


def test_each_messenger_type_has_its_own_figure(org: Org) -> None:
    set_timeline(org, "open", 30)
    assert timeline(org, Leg("open_messaging", "i1", "ann")) == 1800
    assert timeline(org, Leg("web_messaging", "d1", "ann")) == 72 * 3600
    assert timelines(org) == {"open": 30}
