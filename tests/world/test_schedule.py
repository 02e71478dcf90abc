from __future__ import annotations

from understudy.world.schedule import Schedule


def fired(schedule: Schedule, now: float, horizon: float = 0.0) -> list[object]:
    found = []
    while due := schedule.pop(now, horizon):
        found.append(due.command)
    return found


def test_intervals_fire_in_order_of_time_and_then_of_asking() -> None:
    schedule = Schedule()
    for when, name in [(5, "late"), (1, "first"), (1, "second")]:
        schedule.at(when, name, name)
    assert fired(schedule, 1) == ["first", "second"]
    assert fired(schedule, 5) == ["late"]


def test_asking_again_under_a_key_replaces_and_cancel_forgets() -> None:
    schedule = Schedule()
    schedule.at(1, "a", "old")
    schedule.at(3, "a", "new")
    schedule.at(2, "b", "gone")
    schedule.cancel("b")
    schedule.cancel("never there")
    assert len(schedule) == 1
    assert fired(schedule, 2) == []
    assert fired(schedule, 3) == ["new"]


def test_a_periodic_interval_fires_once_however_late_it_is() -> None:
    schedule = Schedule()
    schedule.at(10, "beat", "beat", period=10)
    assert fired(schedule, 35) == ["beat"]
    due = schedule.next_due()
    assert due is not None
    assert due.at == 40


def test_a_periodic_interval_fires_once_per_advance() -> None:
    schedule = Schedule()
    schedule.at(10, "beat", "beat", period=10)
    assert fired(schedule, 10, horizon=100) == ["beat"]
    assert fired(schedule, 100, horizon=100) == []
    assert fired(schedule, 110) == ["beat"]


def test_nothing_is_due_before_its_time() -> None:
    schedule = Schedule()
    schedule.at(2, "a", "a")
    assert schedule.pop(1.999) is None
    assert schedule.next_due() is not None
