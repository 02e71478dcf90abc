"""Judges of what the vendor's user saw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from understudy.checker.conditions import holds
from understudy.checker.contract import Contracts
from understudy.checker.evidence import first, values
from understudy.checker.finding import Finding, failed, not_seen, passed
from understudy.checker.scope import Window
from understudy.checker.selectors import matches
from understudy.checker.userside import Shown, shown

Parameters = Mapping[str, Any]
NOBODY_LOOKED: Final = "nobody looked at the user side"
_BLANK: Final = re.compile(r"\s+")


def texts(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """What the user saw anew, against ``expect`` (a list of texts, or by customer one list each), by ``mode``:

    times   each text is there as often as it is expected      order   and they stand in this order
    joined  they stand there in this order, split or whole     absent  none of them is part of any text
    none    nothing new at all                                 some    something new, be it a notice
    """
    seen = shown(window)
    if seen is None:
        return not_seen(NOBODY_LOOKED)
    mode, expect = parameters["mode"], parameters.get("expect", ())
    if isinstance(expect, Mapping):
        return _by_customer(mode, expect, seen)
    return _judged(mode, list(expect), [one for new in seen.values() for one in new], _told(seen, window))


def _by_customer(mode: str, expect: Mapping[str, Sequence[str]], seen: Mapping[str, Sequence[Shown]]) -> Finding:
    missing = [customer for customer in expect if customer not in seen]
    if missing:
        return not_seen(f"nobody looked at the user side of {', '.join(missing)}")
    findings = []
    for customer, own in expect.items():
        told = [one.told for one in seen[customer]]
        foreign = [text for other, wanted in expect.items() if other != customer for text in wanted if text not in own]
        findings.append(_judged(mode, list(own), seen[customer], told))
        findings.append(_judged("absent", foreign, seen[customer], told))
    return next((one for one in findings if one.result == "failed"), findings[0])


def _judged(mode: str, expect: Sequence[str], new: Sequence[Shown], told: Sequence[Any]) -> Finding:
    counted = new if mode in ("some", "absent") else [one for one in new if not one.is_notice]
    fault = MODES[mode](expect, [one.text for one in counted])
    what = [one.text[:80] or f"({one.item.get('type', 'message')})" for one in counted]
    observed = f"the user saw {what[:20]}" if what else "the user saw nothing new"
    evidence = [one.told for one in counted] or list(told)
    on_absence = mode in ("absent", "none", "times", "order") or not what
    if fault:
        return failed(f"{observed}: {fault}", dict.fromkeys(evidence), on_absence=not what)
    return passed(observed, dict.fromkeys(evidence), on_absence=on_absence)


def _told(seen: Mapping[str, Sequence[Shown]], window: Window) -> list[Any]:
    from_looks = [one.told for new in seen.values() for one in new]
    return from_looks or [one for one in window.entries if one.entry.interface == "user_side"][-1:]


def _times(expect: Sequence[str], found: Sequence[str]) -> str:
    wanted, there = Counter(expect), Counter(found)
    wrong = [
        f"{text[:80]!r} {there[text]} times, not {times}" for text, times in wanted.items() if there[text] != times
    ]
    return ", ".join(wrong)


def _order(expect: Sequence[str], found: Sequence[str]) -> str:
    if fault := _times(expect, found):
        return fault
    ours = [text for text in found if text in set(expect)]
    place = next((i for i, (a, b) in enumerate(zip(ours, expect, strict=True)) if a != b), None)
    return "" if place is None else f"place {place + 1} has {ours[place][:80]!r}, not {expect[place][:80]!r}"


def _joined(expect: Sequence[str], found: Sequence[str]) -> str:
    whole, wanted = _BLANK.sub("", "".join(found)), _BLANK.sub("", "".join(expect))
    if wanted in whole:
        return ""
    same = next(
        (i for i, (a, b) in enumerate(zip(whole, wanted, strict=False)) if a != b), min(len(whole), len(wanted))
    )
    return f"{len(whole)} characters, equal to the expected {len(wanted)} up to number {same}"


def _absent(expect: Sequence[str], found: Sequence[str]) -> str:
    there = [text for text in expect if any(text in one for one in found)]
    return f"{', '.join(repr(text[:80]) for text in there)} should not be there" if there else ""


MODES: Final[Mapping[str, Callable[[Sequence[str], Sequence[str]], str]]] = {
    "times": _times,
    "order": _order,
    "joined": _joined,
    "absent": _absent,
    "none": lambda expect, found: "nothing should be there" if found else "",
    "some": lambda expect, found: "" if found else "something should be there",
}


def things(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """``options`` or ``attachment`` (``path``) that the user saw: each expected one is there exactly once, its fields
    as expected; further fields may stand beside them. Expected is what ``expect`` lists, or what ``wanted`` takes out
    of the deliveries that ``select`` means."""
    seen = shown(window)
    if seen is None:
        return not_seen(NOBODY_LOOKED)
    new = [one for shown_ones in seen.values() for one in shown_ones]
    found = [item for one in new for item in _items(one.item.get(parameters["path"]))]
    faults = []
    expect = parameters["expect"] if "expect" in parameters else _sent(parameters, window)
    if not expect:
        return not_seen("nothing was sent that the user could have seen")
    for wanted in expect:
        times = sum(1 for item in found if _fits(wanted, item))
        if times != 1:
            faults.append(f"{dict(wanted)} {times} times")
    observed = f"the user saw {parameters['path']} {[dict(item) for item in found[:10]]}"
    evidence = dict.fromkeys([one.told for one in new if one.item.get(parameters["path"])] or _told(seen, window))
    if faults:
        return failed(f"{observed}: {', '.join(faults)}, not once", evidence, on_absence=not found)
    return passed(observed, evidence, on_absence=True)


def _items(value: Any) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, dict)]


def _fits(wanted: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return all(holds(value, item.get(key)) for key, value in wanted.items())


def _sent(parameters: Parameters, window: Window) -> list[Mapping[str, Any]]:
    """What deliveries offered, a retried one once: of each thing at ``path`` its ``fields``, ``and`` what is fixed."""
    sent = {str(first(one, "body.id")): one for one in window.entries if matches(parameters["select"], one)}
    return [
        {**{name: thing.get(name) for name in wanted["fields"]}, **wanted.get("and", {})}
        for one in sent.values()
        for wanted in parameters["wanted"]
        for thing in values(one, wanted["path"])
        if isinstance(thing, dict) and _fits(wanted.get("where", {}), thing)
    ]
