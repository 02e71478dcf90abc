"""What belongs to a test, and the windows of its checks."""

from __future__ import annotations

from typing import Any

from understudy.checker.scope import Scope
from understudy.record.entry import Entry


class Log:
    """Entries one after the other."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, name: str, **data: Any) -> Entry:
        return self._add("note", name, "test", data=data)

    def message(self, name: str = "POST /x", **fields: Any) -> Entry:
        return self._add("message", name, "platform", **{"direction": "in", **fields})

    def _add(self, kind: Any, name: str, interface: str, **fields: Any) -> Entry:
        number = len(self.entries)
        entry = Entry(0, number, kind, name, interface, float(number), float(number), 0.0, **{"org": "o", **fields})
        self.entries.append(entry)
        return entry

    def began(self, check: str = "C", test: str = "t", **expect: Any) -> None:
        self.note("check.began", check=check, test=test, expect=expect)

    def ended(self, check: str = "C", test: str = "t") -> None:
        self.note("check.ended", check=check, test=test)

    def window_ids(self, check: str = "C", test: str | None = "t") -> list[list[int]]:
        windows = Scope(self.entries, test).windows(check)
        return [[one.entry.number for one in window.entries if one.entry.kind == "message"] for window in windows]


def test_what_names_test_customer_or_conversation_belongs() -> None:
    log = Log()
    log.note("test.customer", test="t", customer="ann-0001")
    log.began()
    belongs = [
        log.message(data={"test": "t"}),
        log.message(customer="ann-0001", conversation="conv-0001"),
        log.message(conversation="conv-0001"),
        log.message(body=b'{"from":{"id":"ann-0001"}}'),
        log.message(name="GET /api/v2/conversations/messages/conv-0001"),
    ]
    log.message(customer="bob-0002", body=b"{}")
    log.message(body=b'{"from":{"id":"xann-0001"}}')
    log.message(data={"test": "other"})
    log.ended()
    assert log.window_ids() == [[entry.number for entry in belongs]]
    assert log.window_ids(test=None) == [[entry.number for entry in belongs]]


def test_the_answer_of_what_belongs_belongs_too() -> None:
    log = Log()
    log.note("test.customer", test="t", customer="ann-0001")
    log.began()
    log.message(exchange="0-1", body=b'{"id":"ann-0001"}')
    log.message(name="401", direction="out", exchange="0-1", status=401, body=b"{}")
    log.ended()
    assert log.window_ids() == [[2, 3]]


def test_what_lies_outside_the_window_does_not_count() -> None:
    log = Log()
    log.message(data={"test": "t"})
    log.began()
    log.message(data={"test": "t"})
    log.ended()
    log.message(data={"test": "t"})
    (window,) = Scope(log.entries, "t").windows("C")
    assert [one.entry.number for one in window.before] == [0]
    assert log.window_ids() == [[2]]


def test_a_check_may_have_several_windows_and_tests_do_not_mix() -> None:
    log = Log()
    for _ in range(2):
        log.began()
        log.message(data={"test": "t"})
        log.ended()
    log.began(test="u")
    log.message(data={"test": "u"})
    log.ended(test="u")
    assert log.window_ids() == [[1], [4]]
    assert log.window_ids(test=None) == [[1], [4], [7]]
    assert log.window_ids(check="D") == []


def test_windows_of_two_checks_may_overlap() -> None:
    log = Log()
    log.began("C")
    log.message(data={"test": "t"})
    log.began("D")
    log.message(data={"test": "t"})
    log.ended("C")
    log.message(data={"test": "t"})
    log.ended("D")
    assert log.window_ids("C") == [[1, 3]]
    assert log.window_ids("D") == [[3, 5]]


def test_expectations_may_come_while_the_check_is_open() -> None:
    log = Log()
    log.began(texts=["a"], customer="ann")
    log.note("check.expects", check="C", test="t", expect={"message": "m1", "texts": ["b"]})
    log.ended()
    (window,) = Scope(log.entries, "t").windows("C")
    assert window.expect == {"texts": ["b"], "customer": "ann", "message": "m1"}


def test_a_skipped_check_says_why_inside_a_window_or_without_one() -> None:
    log = Log()
    log.note("check.skipped", check="C", test="t", reason="no user side")
    log.began()
    log.note("check.skipped", check="C", test="t", reason="too slow")
    log.ended()
    log.began()
    log.ended()
    assert [window.skipped for window in Scope(log.entries, "t").windows("C")] == ["no user side", "too slow", ""]


def test_a_window_that_never_ended_is_not_closed() -> None:
    log = Log()
    log.began()
    log.message(data={"test": "t"})
    (window,) = Scope(log.entries, "t").windows("C")
    assert not window.is_closed


def test_around_is_the_whole_org_in_that_time_and_no_other_org() -> None:
    log = Log()
    log.began()
    log.message()
    log.message(org="another")
    log.message(org="")
    log.ended()
    (window,) = Scope(log.entries, "t").windows("C")
    assert [one.entry.number for one in window.around] == [0, 1, 3, 4]
    assert window.reaching("org").entries == window.around
    assert [one.entry.number for one in window.reaching("own").entries] == [0, 4]


def gap(log: Log, **data: Any) -> None:
    entry = log.note("gap", **data)
    entry.interface = "world"


def test_a_gap_counts_for_the_windows_in_which_something_is_missing() -> None:
    log = Log()
    log.began("A")
    log.ended("A")
    log.began("B")
    log.ended("B")
    gap(log, count=1, first=3, last=3)
    log.began("C")
    log.ended("C")
    log.note("end", test="t")
    scope = Scope(log.entries, "t")
    assert [len(scope.windows(check)[0].gaps) for check in "ABC"] == [0, 1, 0]


def test_a_torn_end_of_another_process_counts_everywhere() -> None:
    log = Log()
    log.began()
    log.ended()
    gap(log, count=1, first=0, last=None)
    log.entries[-1].process = 7
    assert len(Scope(log.entries, "t").windows("C")[0].gaps) == 1


def test_a_window_names_its_conversation_where_there_is_one() -> None:
    log = Log()
    log.began()
    log.message(data={"test": "t"}, conversation="conv-0001")
    log.ended()
    assert Scope(log.entries, "t").windows("C")[0].conversation == "conv-0001"
    log.entries.insert(2, log.message(data={"test": "t"}, conversation="conv-0002"))
    assert Scope(log.entries, "t").windows("C")[0].conversation is None


def test_by_customer_there_is_one_window_each() -> None:
    log = Log()
    for who in ("ann-0001", "bob-0002"):
        log.note("test.customer", test="t", customer=who)
        log.message(customer=who)
        log.message(customer=who)
    scope = Scope(log.entries, "t")
    assert [len(window.entries) for window in scope.by_customer("t")] == [2, 2]
    assert len(scope.whole("t").entries) == len(scope.everything().entries) == 6


def test_a_test_of_which_nothing_is_there_has_no_window() -> None:
    assert Scope([], "t").windows("C") == []
    assert Scope([], None).windows("C") == []
    assert Scope([], "t").whole("t").entries == []
