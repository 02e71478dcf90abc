from __future__ import annotations

from understudy.notifications.feed import Feed
from understudy.world import org as org_module
from understudy.world.org import Org


def test_a_feed_reads_from_where_it_began(org: Org) -> None:
    org.changed("before")
    feed = Feed(org)
    org.changed("after")
    changes, lost = feed.read()
    assert ([change.kind for change in changes], lost) == (["after"], 0)
    assert feed.read() == ([], 0)


def test_an_org_is_not_quiet_until_what_was_read_is_said(org: Org) -> None:
    feed = Feed(org)
    assert feed.hold() is False
    org.changed("one")
    assert feed.hold() is True
    assert feed.hold() is False
    assert not org.is_quiet()
    feed.read()
    assert not org.is_quiet()
    feed.release()
    feed.release()
    assert org.is_quiet()


def test_lost_changes_are_counted_and_the_rest_is_read(org: Org) -> None:
    feed = Feed(org)
    for number in range(org_module.CHANGES_KEPT + 3):
        org.changed(str(number))
    changes, lost = feed.read()
    assert lost == 3
    assert changes[0].kind == "3"
    assert feed.read() == ([], 0)
