"""Which entries of the record a report keeps: conversations in which a verdict has evidence, and all that is cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.checker.evidence import Seen, link
from understudy.record.entry import Entry
from understudy.reporter.outcomes import plain_id
from understudy.reporter.report import ReportConversation

Line = Mapping[str, Any]


@dataclass(slots=True)
class Told:
    """What one test had with one customer, in the record's order."""

    customer: str
    test: str
    nickname: str
    entries: list[str] = field(default_factory=list)


def read_conversations(
    lines: Sequence[Line], cited: set[str]
) -> tuple[tuple[ReportConversation, ...], dict[str, Line]]:
    """The conversations with evidence, whole, and every entry that they or a verdict name.

    An entry belongs to the customer it names or whose conversation it names, and there to the test that had the
    customer at the time; notes of the test itself stand in each of its conversations.
    """
    by_id = {f"{line['process']}:{line['number']}": line for line in lines}
    told = [one for one in _tell_apart(link(Entry.from_json(dict(line)) for line in lines)) if cited & set(one.entries)]
    names: dict[str, int] = {}
    made = []
    for one in told:
        names[one.customer] = names.get(one.customer, 0) + 1
        again = f" ({names[one.customer]})" if names[one.customer] > 1 else ""
        title = f"{one.nickname} in {one.test.rpartition('::')[2]}"
        made.append(ReportConversation(id=one.customer + again, title=title, test=one.test, entries=tuple(one.entries)))
    kept = cited.union(*(one.entries for one in told))
    return tuple(made), {id_: line for id_, line in by_id.items() if id_ in kept}


def _tell_apart(seen: Sequence[Seen]) -> list[Told]:
    owners = _owners(seen)
    current: dict[str, Told] = {}
    of_test: dict[str, list[Told]] = {}
    for one in seen:
        entry = one.entry
        test = plain_id(str(entry.data.get("test", "")))
        customer = one.customer or owners.get(one.conversation or "")
        if _introduces(one) and one.customer:
            told = Told(one.customer, test, str(entry.data.get("nickname") or "customer"))
            current[one.customer] = told
            of_test.setdefault(test, []).append(told)
        if customer in current:
            current[customer].entries.append(entry.id)
        elif customer is None and entry.kind == "note":
            for told in of_test.get(test, ()):
                told.entries.append(entry.id)
    return [told for found in of_test.values() for told in found]


def _introduces(one: Seen) -> bool:
    return one.entry.kind == "note" and one.entry.name == "test.customer"


def _owners(seen: Iterable[Seen]) -> dict[str, str]:
    """Conversation → customer, from every entry that names both."""
    owners: dict[str, str] = {}
    for one in seen:
        if one.conversation and one.customer:
            owners.setdefault(one.conversation, one.customer)
    return owners
