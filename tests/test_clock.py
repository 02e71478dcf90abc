from __future__ import annotations

import pytest

from understudy.clock import ManualClock, OrgClock, RealClock, iso, parse_iso


def test_iso_has_milliseconds_and_ends_in_z() -> None:
    assert iso(1_767_225_600.0) == "2026-01-01T00:00:00.000Z"
    assert iso(1_767_225_600.25) == "2026-01-01T00:00:00.250Z"


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"])
def test_every_form_with_a_zone_is_read(text: str) -> None:
    assert parse_iso(text) == 1_767_225_600.0


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "yesterday", ""])
def test_a_time_without_zone_or_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library's own text where it has one
        parse_iso(text)


def test_a_jump_moves_only_that_org() -> None:
    clock = ManualClock()
    one, two = OrgClock(clock), OrgClock(clock)
    one.jump(60)
    clock.advance(5)
    assert one.now() - two.now() == 60
    assert one.moment().mono == 5
    assert one.moment().org - one.moment().utc == 60


def test_the_real_clock_moves_on() -> None:
    clock = RealClock()
    before = clock.mono()
    clock.pause(0.001)
    assert clock.mono() > before
    assert clock.utc() > 1_700_000_000
    assert clock.cpu() > 0
