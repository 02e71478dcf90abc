from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from understudy.limits import load_limits
from understudy.web_messaging.frames import AllowedMedia
from understudy.web_messaging.terms import GuestRates, Rate, terms


def test_a_rate_names_the_seconds_until_there_is_room() -> None:
    rate = Rate(2, 60.0)
    assert [rate.take(now) for now in (0.0, 10.0, 10.5, 59.0, 60.0, 60.5, 69.9, 70.0)] == [0, 0, 50, 1, 0, 10, 1, 0]


def test_a_rate_of_none_never_has_room() -> None:
    assert Rate(0, 60.0).take(5.0) == 60


@given(st.integers(1, 5), st.lists(st.floats(0, 3), max_size=40))
def test_no_window_holds_more_than_the_rate(most: int, gaps: list[float]) -> None:
    rate, now = Rate(most, 1.0), 0.0
    taken: list[float] = []
    for gap in gaps:
        now += gap
        wait = rate.take(now)
        assert wait >= 0
        taken += [] if wait else [now]
    assert all(later - earlier >= 1.0 - 1e-9 for earlier, later in zip(taken, taken[most:], strict=False))


def test_the_terms_are_the_limits_files() -> None:
    found = terms(load_limits(), media=AllowedMedia(file_types=("image/png",)), clear_enabled=True)
    assert (found.requests_per_minute, found.echoes_per_minute, found.messages_per_second) == (60, 2, 5)
    assert (found.text_bytes, found.attributes_bytes, found.file_bytes) == (4096, 2048, 10 << 20)
    assert (found.file_name_characters, found.configures_per_minute) == (1024, 60)
    assert (found.clear_enabled, found.closed_reason) == (True, "both")
    assert found.media.file_types == ("image/png",)


def test_relaxed_lifts_the_rates_and_no_size() -> None:
    real, relaxed = terms(load_limits()), terms(load_limits("relaxed"))
    assert relaxed.messages_per_second > 1000 < relaxed.requests_per_minute
    assert relaxed.text_bytes == real.text_bytes


def test_a_guest_has_rates_of_its_own() -> None:
    found = terms(load_limits())
    one, other = GuestRates(found), GuestRates(found)
    assert [one.messages.take(0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert other.messages.take(0.0) == 0
    assert one.configures.take(0.0) == 0
