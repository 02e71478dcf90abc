from __future__ import annotations

import pytest

from understudy.clock import iso, parse_iso
from understudy.errors import Refused
from understudy.history.interval import Granularity, moment, parse_granularity, parse_interval, parts, stamp

LATE = "9999-12-31T23:59:59-05:00"
DAY = "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"


def test_an_interval_has_its_start_but_not_its_end() -> None:
    interval = parse_interval(DAY)
    assert interval.start in interval
    assert interval.end not in interval
    assert str(interval) == DAY


def test_times_without_a_zone_are_utc() -> None:
    assert str(parse_interval("2026-01-01T00:00:00/2026-01-02")) == DAY
    assert moment("2026-01-01T01:00:00+01:00") == moment("2026-01-01")


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-01-01", "2026-01-02/2026-01-01", "2026-01-01/2026-01-01", None, 7, "/", f"2026-01-01/{LATE}"],
)
def test_what_is_no_interval_is_refused_with_its_field(text: object) -> None:
    with pytest.raises(Refused) as refused:
        parse_interval(text, "when")
    assert (refused.value.status, refused.value.code) == (400, "invalid.date")
    assert refused.value.details[0]["fieldName"] == "when"


def test_an_interval_longer_than_its_bound_is_refused() -> None:
    parse_interval(DAY, days_max=1)
    with pytest.raises(Refused, match=r"longer than 0\.5 days"):
        parse_interval(DAY, days_max=0.5)


def test_something_under_way_overlaps() -> None:
    interval = parse_interval(DAY)
    assert interval.overlaps(interval.start - 10, interval.start)
    assert interval.overlaps(interval.end - 1, interval.end + 10)
    assert not interval.overlaps(interval.end, interval.end + 10)
    assert not interval.overlaps(interval.start - 10, interval.start - 1)


def test_durations_are_read() -> None:
    assert parse_granularity("P1DT12H") == Granularity(days=1, seconds=43_200)
    assert parse_granularity("P1Y2M1W") == Granularity(months=14, days=7)


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "P-1D", "PT0S", "P9999999D", "P1X", "P1DT"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_granularity(text)
    assert refused.value.status == 400


def test_parts_cover_the_interval_and_the_last_ends_with_it() -> None:
    found = parts(parse_interval("2026-01-01T00:00Z/2026-01-01T02:30Z"), "PT1H", None)
    assert [str(part).partition("/")[2] for part in found] == [
        "2026-01-01T01:00:00.000Z",
        "2026-01-01T02:00:00.000Z",
        "2026-01-01T02:30:00.000Z",
    ]
    assert parts(found[0], None, "Europe/Berlin") == [found[0]]


def test_a_day_has_the_length_it_has_in_the_zone() -> None:
    interval = parse_interval("2026-03-28T23:00Z/2026-03-30T22:00Z")  # Berlin loses an hour on the 29th
    found = parts(interval, "P1D", "Europe/Berlin")
    assert [part.end - part.start for part in found] == [23 * 3600, 24 * 3600]


def test_a_month_after_the_31st_ends_with_a_shorter_month() -> None:
    found = parts(parse_interval("2026-01-31/2026-04-01"), "P1M", None)
    assert [iso(part.end)[:10] for part in found] == ["2026-02-28", "2026-03-28", "2026-04-01"]


@pytest.mark.parametrize(
    ("granularity", "zone"), [("PT1S", None), ("P1D", "Nowhere/Land"), ("P1D", "../etc"), ("P999999Y", "")]
)
def test_parts_without_bound_or_place_are_refused(granularity: str, zone: str | None) -> None:
    with pytest.raises(Refused) as refused:
        parts(parse_interval("2026-01-01/2026-02-01"), granularity, zone)
    assert refused.value.status == 400


def test_the_text_form_is_the_platforms() -> None:
    assert parse_iso(str(parse_interval(DAY)).partition("/")[0]) == parse_interval(DAY).start


def test_a_time_of_a_request_gets_the_platforms_form() -> None:
    assert stamp("2026-01-01T02:00:00+02:00", "when") == "2026-01-01T00:00:00.000Z"
    for text in ("soon", LATE, "0001-01-01"):
        with pytest.raises(Refused, match="when"):
            stamp(text, "when")
