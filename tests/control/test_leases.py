from __future__ import annotations

from understudy.control.leases import Leases


def test_many_share_and_one_exclusive_waits_for_all_of_them() -> None:
    leases = Leases()
    assert leases.take("a", exclusive=False)
    assert leases.take("b", exclusive=False)
    assert not leases.take("x", exclusive=True)
    leases.release("a")
    assert not leases.take("x", exclusive=True)
    leases.release("b")
    assert leases.take("x", exclusive=True)
    assert not leases.take("c", exclusive=False)
    leases.release("x")
    assert leases.take("c", exclusive=False)


def test_a_waiting_exclusive_goes_before_new_sharers() -> None:
    leases = Leases()
    leases.take("a", exclusive=False)
    leases.take("x", exclusive=True)
    assert not leases.take("b", exclusive=False)
    leases.give_up_waiting("x")
    assert leases.take("b", exclusive=False)


def test_taking_twice_is_taking_once_and_releasing_nothing_is_nothing() -> None:
    leases = Leases()
    assert leases.take("x", exclusive=True)
    assert leases.take("x", exclusive=True)
    leases.release("nobody")
    leases.release("x")
    assert leases.take("a", exclusive=False)
    assert leases.take("a", exclusive=False)
    leases.release("a")
    assert leases.take("x", exclusive=True)
