from __future__ import annotations

import sys

import orjson
import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.configuration import forget, store
from understudy.world.org import WRITES_KEPT, Org


@pytest.fixture
def org() -> Org:
    return Org("o", "Org", clock=OrgClock(ManualClock()), ids=Ids(1, "o"), limits=load_limits(), commands={})


def test_the_first_version_is_created_and_later_ones_are_changes(org: Org) -> None:
    store(org, "routing.queues", "q", {"id": "q", "name": "Sales"})
    entity = store(org, "routing.queues", "q", {"id": "q", "name": "Orders"})
    assert entity.version == 2
    told = [(change.kind, change.data["name"]) for change in org.changes.read(0)]
    assert told == [("entity.created", "Sales"), ("entity.changed", "Orders")]


def test_listeners_hear_of_it(org: Org) -> None:
    heard: list[str] = []
    org.listeners.append(lambda changed: heard.append(changed.id))
    store(org, "users", "u", {"id": "u"})
    forget(org, "users", "u")
    assert heard == ["o", "o"]


def test_forgetting_says_what_is_gone(org: Org) -> None:
    store(org, "users", "u", {"id": "u", "name": "Ann"})
    gone = forget(org, "users", "u")
    assert gone is not None
    assert gone.name == "Ann"
    assert org.entities.get("users", "u") is None
    assert [change.kind for change in org.changes.read(1)] == ["entity.deleted"]


def test_forgetting_what_is_not_there_says_nothing(org: Org) -> None:
    assert forget(org, "users", "nobody") is None
    assert org.changes.end == 0


def test_a_name_is_found_through_changes(org: Org) -> None:
    store(org, "users", "a", {"id": "a", "name": "Ann"})
    assert org.entities.named("users", "ANN") is not None
    store(org, "users", "b", {"id": "b", "name": "ann"})  # names need not be unique
    store(org, "users", "a", {"id": "a", "name": "Anna"})
    assert [e.id for name in ("ann", "anna") if (e := org.entities.named("users", name))] == ["b", "a"]
    forget(org, "users", "b")
    assert org.entities.named("users", "ann") is None


def test_stored_bytes_have_no_room_to_spare(org: Org) -> None:
    body = {"id": "a", "text": "x" * 1_500}
    assert sys.getsizeof(store(org, "users", "a", body).encoded) == sys.getsizeof(b"") + len(orjson.dumps(body))


def test_each_write_is_kept_with_what_was_before(org: Org) -> None:
    created = store(org, "users", "u", {"id": "u", "name": "Ann"})
    changed = store(org, "users", "u", {"id": "u", "name": "Bob"})
    forget(org, "users", "u")
    assert list(org.writes) == [(None, created), (created, changed), (changed, None)]
    for number in range(WRITES_KEPT):
        store(org, "users", str(number), {"id": str(number)})
    assert len(org.writes) == WRITES_KEPT
