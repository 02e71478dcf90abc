from __future__ import annotations

from dataclasses import dataclass

from understudy.oauth.expiring import Expiring


@dataclass
class Thing:
    expires: float
    owner: str = ""


def test_a_thing_is_found_until_it_dies() -> None:
    kept: Expiring[Thing] = Expiring(10)
    kept.put("a", Thing(5.0), 0.0)
    assert kept.get("a", 4.9) is not None
    assert kept.get("a", 5.0) is None
    assert kept.get("b", 0.0) is None


def test_the_dead_go_when_something_new_comes() -> None:
    kept: Expiring[Thing] = Expiring(10)
    for number in range(5):
        kept.put(f"old {number}", Thing(1.0), 0.0)
    kept.put("new", Thing(9.0), 2.0)
    assert len(kept) == 1


def test_beyond_the_bound_the_oldest_goes() -> None:
    kept: Expiring[Thing] = Expiring(3)
    for number in range(10):
        kept.put(str(number), Thing(99.0), 0.0)
    assert [kept.get(str(number), 0.0) is not None for number in range(10)] == [False] * 7 + [True] * 3


def test_what_is_doomed_is_dropped_and_the_rest_stays() -> None:
    kept: Expiring[Thing] = Expiring(10)
    for owner in ("ann", "bob", "ann"):
        kept.put(f"{owner} {len(kept)}", Thing(9.0, owner), 0.0)
    assert kept.drop(lambda thing: thing.owner == "ann") == 2
    assert len(kept) == 1
    kept.pop("bob 1")
    kept.pop("bob 1")
    assert len(kept) == 0
