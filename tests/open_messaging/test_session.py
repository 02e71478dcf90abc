"""A delivery as a script of both directions on a manual clock."""

from __future__ import annotations

import pytest

from understudy.errors import LocalProtocolError
from understudy.limits import load_limits
from understudy.open_messaging.session import TRANSITIONS, Attempt, Cause, Delivery, Ended, Input, RetryAt, State

LIMITS = load_limits()
HEADERS = (("Content-Type", "application/json"),)


@pytest.fixture
def delivery() -> Delivery:
    return Delivery(HEADERS, b"{}", LIMITS)


def test_every_state_has_a_row_and_every_row_is_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {state for row in TRANSITIONS.values() for state in row.values()}
    assert reached | {State.READY} == set(State)
    assert {input_ for row in TRANSITIONS.values() for input_ in row} == set(Input)


def test_first_attempt_waits_ten_seconds_of_real_time(delivery: Delivery) -> None:
    delivery.start(100.0)
    assert delivery.events() == [Attempt(1, HEADERS, b"{}", 110.0)]
    assert delivery.next_deadline() == (110.0, "peer")
    assert delivery.events() == []


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_delivers(delivery: Delivery, status: int) -> None:
    delivery.start(0.0)
    delivery.answered(status, 0.0)
    assert delivery.events()[1:] == [Ended(Cause.DELIVERED, status, 1, f"HTTP {status}")]
    assert delivery.next_deadline() is None
    assert delivery.is_over


@pytest.mark.parametrize("status", [100, 301, 302, 400, 401, 403, 404, 410, 418, 600, 999])
def test_other_statuses_are_final_at_once(delivery: Delivery, status: int) -> None:
    delivery.start(0.0)
    delivery.answered(status, 0.0)
    assert delivery.events()[1:] == [Ended(Cause.REFUSED, status, 1, f"HTTP {status}")]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_429_and_5xx_are_tried_again_after_five_seconds_of_the_orgs_time(delivery: Delivery, status: int) -> None:
    delivery.start(0.0)
    delivery.answered(status, 1000.0)
    assert delivery.events()[1:] == [RetryAt(1005.0)]
    assert delivery.next_deadline() == (1005.0, "interval")
    delivery.due(6.0)
    assert delivery.events() == [Attempt(2, HEADERS, b"{}", 16.0)]


def test_timeout_is_tried_again(delivery: Delivery) -> None:
    delivery.start(0.0)
    delivery.tick(9.99, 500.0)
    assert delivery.state is State.WAITING
    delivery.tick(10.0, 500.0)
    assert delivery.events()[1:] == [RetryAt(505.0)]


def test_five_retries_then_failed_within_85_seconds(delivery: Delivery) -> None:
    now = 0.0
    delivery.start(now)
    attempts = 0
    ended: list[Ended] = []
    while not ended:
        for event in delivery.events():
            attempts += isinstance(event, Attempt)
            ended += [event] if isinstance(event, Ended) else []
        deadline = delivery.next_deadline()
        if deadline is None:
            break
        now, kind = deadline
        delivery.tick(now, now) if kind == "peer" else delivery.due(now)
    assert attempts == 6
    assert ended == [Ended(Cause.TIMED_OUT, None, 6, "no answer within 10 s")]
    assert now == 85.0


def test_last_refusal_keeps_its_status(delivery: Delivery) -> None:
    delivery.start(0.0)
    for _ in range(5):
        delivery.answered(503, 0.0)
        delivery.due(0.0)
    delivery.answered(429, 0.0)
    assert delivery.events()[-1] == Ended(Cause.REFUSED, 429, 6, "HTTP 429")


def test_an_unreachable_peer_is_final(delivery: Delivery) -> None:
    delivery.start(0.0)
    delivery.lost("refused")
    assert delivery.events()[1:] == [Ended(Cause.UNREACHABLE, None, 1, "refused")]


def test_a_wait_may_be_shortened() -> None:
    delivery = Delivery(HEADERS, b"", LIMITS, wait=0.5)
    delivery.start(0.0)
    assert delivery.next_deadline() == (0.5, "peer")


def test_our_own_misuse_names_input_and_state(delivery: Delivery) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        delivery.answered(200, 0.0)
    assert str(caught.value) == "delivery: accepted is not possible in state ready"
    delivery.start(0.0)
    delivery.answered(200, 0.0)
    with pytest.raises(LocalProtocolError):
        delivery.due(0.0)
