from __future__ import annotations

from datetime import date, timedelta

import pytest

from understudy.architect.recurrence import COUNTED_MAX, RecurrenceError, recurrence


def days(rule: str, first: str, number: int = 6) -> list[str]:
    """The first occurrences, as month-day (and year where it is another)."""
    begin, known = date.fromisoformat(first), recurrence(rule)
    found = (begin + timedelta(n) for n in range(1500))
    hits = [day.isoformat() for day in found if known.falls_on(day, begin)]
    return [day[5:] if day[:4] == first[:4] else day for day in hits[:number]]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-01-01", ["01-01", "01-04", "01-07", "01-10", "01-13", "01-16"]),
        ("FREQ=DAILY;COUNT=2", "2026-01-01", ["01-01", "01-02"]),
        ("FREQ=DAILY;UNTIL=20260103T235959Z", "2026-01-01", ["01-01", "01-02", "01-03"]),
        ("FREQ=DAILY;BYDAY=SA,SU", "2026-01-01", ["01-03", "01-04", "01-10", "01-11", "01-17", "01-18"]),
        ("FREQ=WEEKLY", "2026-01-01", ["01-01", "01-08", "01-15", "01-22", "01-29", "02-05"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-01-01", ["01-01", "01-12", "01-15", "01-26", "01-29", "02-09"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "2026-01-01", ["01-11", "01-25", "02-08", "02-22", "03-08",
                                                                   "03-22"]),
        ("FREQ=MONTHLY", "2026-01-31", ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31"]),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-01-01", ["01-05", "02-02", "03-02", "04-06", "05-04", "06-01"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", ["01-30", "02-27", "03-27", "04-24", "05-29", "06-26"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]),
        ("RRULE:FREQ=YEARLY;", "2026-12-25", ["12-25", "2027-12-25", "2028-12-25", "2029-12-25", "2030-12-25"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", ["11-26", "2027-11-25", "2028-11-23", "2029-11-22"]),
        ("FREQ=YEARLY;BYDAY=1MO", "2026-01-01", ["01-05", "2027-01-04", "2028-01-03", "2029-01-01", "2030-01-07"]),
        ("FREQ=YEARLY;BYMONTH=2,3", "2026-02-10", ["02-10", "03-10", "2027-02-10", "2027-03-10", "2028-02-10",
                                                   "2028-03-10"]),
    ],
)  # fmt: skip
def test_a_rule_falls_on_its_days(rule: str, first: str, expected: list[str]) -> None:
    assert days(rule, first) == expected


def test_nothing_falls_before_the_first_day() -> None:
    assert not recurrence("FREQ=DAILY").falls_on(date(2025, 12, 31), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("", "'' is no part of a rule"),
        ("FREQ=DAILY;FREQ=DAILY", "'FREQ=DAILY' is no part of a rule"),
        ("FREQ=HOURLY", "FREQ is HOURLY, not one of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("COUNT=1", "FREQ is missing, not one of"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS is not supported: known are FREQ"),
        ("FREQ=DAILY;COUNT=x", "'X' is not a whole number"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL 'SOON' is no date"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY 'XX' is no weekday"),
        ("FREQ=WEEKLY;WKST=XX", "WKST is XX, not a weekday"),
    ],
)
def test_a_part_that_is_not_known_is_an_error(rule: str, problem: str) -> None:
    with pytest.raises(RecurrenceError) as error:
        recurrence(rule)
    assert str(error.value).startswith(problem)


def test_counting_is_bounded() -> None:
    first = date(2000, 1, 1)
    with pytest.raises(RecurrenceError, match="more than 4000 days"):
        recurrence("FREQ=DAILY;COUNT=3").falls_on(first + timedelta(COUNTED_MAX + 1), first)
