"""Which entries belong to a test, and the windows in which its checks are ripe.

A test writes ``test.customer{test, customer}``, ``check.began{check, test, expect}``, ``check.expects`` (more of the
same), ``check.ended{check, test}`` and ``check.skipped{check, test, reason}``. What lies between began and ended
belongs to the check if it names the test, one of the test's customers, or a conversation that any entry ties to one of
them. A message that the emulator could not attribute (it refused it before it read it) belongs to the customer or
conversation whose id stands in its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from understudy.checker.evidence import Seen, link
from understudy.record.entry import Entry

GAP: Final = "gap"
SEARCHED: Final = 16 << 10  # bytes of a body that are searched for ids
_WORD: Final = re.compile(r"[\w-]{8,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One stretch of the record. ``entries`` are what the rule may look at, ``before`` the test's earlier ones."""

    check: str = ""
    test: str = ""
    expect: Mapping[str, Any] = field(default_factory=dict)
    entries: Sequence[Seen] = ()
    around: Sequence[Seen] = ()  # everything of the org in this time, for rules that reach so far
    before: Sequence[Seen] = ()
    gaps: Sequence[Seen] = ()
    is_closed: bool = True
    skipped: str = ""  # why the check does not apply

    def reaching(self, reach: str) -> Window:
        """This window as a rule sees it that reaches ``org``, or its own entries only."""
        return replace(self, entries=self.around) if reach == "org" else self

    @property
    def conversation(self) -> str | None:
        """The conversation, where there is just one."""
        found = {one.conversation for one in self.entries if one.conversation}
        return found.pop() if len(found) == 1 else None


class Scope:
    """The entries of a record, told apart by test. ``test`` restricts it to one, which is faster."""

    def __init__(self, entries: Iterable[Entry], test: str | None = None) -> None:
        kept = list(entries)
        gaps = [entry for entry in kept if entry.kind == "note" and entry.name == GAP]
        if test is not None:
            kept = _span(kept, test)
        self.seen = link(kept)
        self.gaps = link(gaps)
        self.tests: dict[str, list[Seen]] = {}
        self._tell_apart()
        if test is not None:  # what others did at the same time counts for rules that reach the org, and for them only
            self.tests = {test: self.tests.get(test, [])}

    def _tell_apart(self) -> None:
        customers: dict[str, str] = {}
        conversations: dict[str, str] = {}
        for one in self.seen:
            if one.entry.name == "test.customer" and one.entry.kind == "note":
                data = one.entry.data
                customers[str(data.get("customer") or one.entry.customer)] = str(data.get("test"))
        for one in self.seen:
            if one.conversation and one.customer in customers:
                conversations.setdefault(one.conversation, customers[one.customer])
        owners = {**customers, **conversations}
        for one in self.seen:
            test = one.entry.data.get("test") or owners.get(one.customer or "") or owners.get(one.conversation or "")
            if not test and owners and one.entry.kind == "message":
                test = _named(one, owners) or (_named(one.request, owners) if one.request else None)
            if test:
                self.tests.setdefault(str(test), []).append(one)

    def windows(self, check: str) -> list[Window]:
        """Every window of a check, over all tests in hand; a skipped one says why."""
        return [window for test in self.tests for window in self._of_test(test, check)]

    def whole(self, test: str) -> Window:
        """Everything of one test."""
        own = self.tests.get(test, [])
        return Window(test=test, entries=own, around=self.seen, gaps=self._gaps(self.seen))

    def everything(self) -> Window:
        """The whole record."""
        return Window(entries=self.seen, around=self.seen, gaps=self.gaps)

    def by_customer(self, test: str) -> list[Window]:
        """One window for each customer of a test."""
        whole = self.whole(test)
        customers = dict.fromkeys(one.customer for one in whole.entries if one.customer)
        return [replace(whole, entries=[one for one in whole.entries if one.customer == who]) for who in customers]

    def _of_test(self, test: str, check: str) -> list[Window]:
        own = self.tests[test]
        windows: list[Window] = []
        began: Seen | None = None
        expect: dict[str, Any] = {}
        skipped = ""
        for one in own:
            entry = one.entry
            if entry.kind != "note" or entry.data.get("check") != check:
                continue
            if entry.name == "check.began":
                began, expect, skipped = one, _expect(one), ""
            elif entry.name == "check.expects":
                expect |= _expect(one)
            elif entry.name == "check.skipped":
                skipped = str(entry.data.get("reason") or "no reason was given")
                if began is None:
                    windows.append(Window(check=check, test=test, skipped=skipped))
            elif entry.name == "check.ended" and began is not None:
                windows.append(self._window(began, one, own, expect, skipped))
                began = None
        if began is not None:
            window = self._window(began, self.seen[-1], own, expect, skipped)
            windows.append(replace(window, is_closed=bool(skipped)))
        return windows

    def _window(self, began: Seen, ended: Seen, own: Sequence[Seen], expect: Mapping[str, Any], skipped: str) -> Window:
        first, last = began.place, ended.place
        around = [one for one in self.seen[first : last + 1] if one.entry.org in ("", began.entry.org)]
        return Window(
            check=str(began.entry.data["check"]),
            test=str(began.entry.data.get("test", "")),
            expect=expect,
            entries=[one for one in own if first <= one.place <= last],
            around=around,
            before=[one for one in own if one.place < first],
            gaps=self._gaps(self.seen[first : last + 1]),
            skipped=skipped,
        )

    def _gaps(self, span: Sequence[Seen]) -> list[Seen]:
        """The gaps in which something of this stretch may be missing."""
        spans: dict[int, tuple[int, int]] = {}
        for one in span:
            number = one.entry.number
            least, most = spans.get(one.entry.process, (number, number))
            spans[one.entry.process] = min(least, number), max(most, number)
        return [gap for gap in self.gaps if _overlaps(gap.entry, spans)]


def _named(one: Seen, owners: Mapping[str, str]) -> str | None:
    """The test whose customer or conversation is named in a message's first line or body."""
    words = _WORD.findall(one.entry.name) + _WORD.findall(one.entry.body[:SEARCHED].decode("utf-8", "replace"))
    return next((owners[word] for word in words if word in owners), None)


def _overlaps(gap: Entry, spans: Mapping[int, tuple[int, int]]) -> bool:
    if gap.process not in spans:  # a process of which nothing is left: it may have written here
        return True
    least, most = spans[gap.process]
    first, last = gap.data.get("first"), gap.data.get("last")
    first = first if isinstance(first, int) else gap.number
    return first <= most and (not isinstance(last, int) or last >= least)


def _expect(note: Seen) -> dict[str, Any]:
    expect = note.entry.data.get("expect")
    return dict(expect) if isinstance(expect, Mapping) else {}


def _span(entries: list[Entry], test: str) -> list[Entry]:
    """The entries from the first that names the test: what came before can't belong to it."""
    start = next((place for place, entry in enumerate(entries) if entry.data.get("test") == test), len(entries))
    return entries[start:]
