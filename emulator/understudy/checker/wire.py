"""Judges of what went over the wire. Each takes a rule's parameters (expectations filled in) and a window.

Parameters that all share: ``select`` (a selector), and where many entries are judged ``which``: ``each`` (the default),
``any``, ``first`` or ``last``, the last two within each group that ``per`` (a path) makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from understudy.checker.conditions import any_holds, holds, of_status
from understudy.checker.contract import Contracts
from understudy.checker.evidence import MISSING, Seen, first, values
from understudy.checker.finding import Finding, failed, not_seen, passed
from understudy.checker.scope import Window
from understudy.checker.selectors import matches

Parameters = Mapping[str, Any]
HOW: Mapping[str, Callable[[Any, Any], bool]] = {
    "equal": lambda wanted, found: wanted == found,
    "within": lambda wanted, found: str(wanted) in str(found),
    "differs": lambda wanted, found: wanted != found,
}
NOTHING = "nothing in the window is what the rule speaks about"


def select(window: Window, selector: Mapping[str, Any]) -> list[Seen]:
    """The entries of a window that a selector means, in order."""
    return [one for one in window.entries if matches(selector, one)]


def chosen(window: Window, parameters: Parameters) -> list[Seen]:
    """The selected entries, or of each group the first or last one."""
    found = select(window, parameters["select"])
    if parameters.get("which") not in ("first", "last"):
        return found
    groups = grouped(found, parameters.get("per"))
    return [group[0 if parameters["which"] == "first" else -1] for group in groups.values()]


def grouped(found: Sequence[Seen], path: str | None) -> dict[str, list[Seen]]:
    """Entries by the value at a path; all in one group without a path."""
    groups: dict[str, list[Seen]] = {}
    for one in found:
        groups.setdefault(str(first(one, path)) if path else "", []).append(one)
    return groups


def weigh(
    parameters: Parameters, found: Sequence[Seen], fault: Callable[[Seen], str], good: str, *, on_absence: bool = False
) -> Finding:
    """``fault`` names what is wrong with one entry; each must be right, or with ``which = "any"`` one of them."""
    if not found:
        return not_seen(NOTHING)
    faults = [(one, text) for one in found if (text := fault(one))]
    is_enough = len(faults) < len(found) if parameters.get("which") == "any" else not faults
    if is_enough:
        right = [one for one in found if one not in {bad for bad, _ in faults}]
        return passed(f"{len(right)} of {len(found)} {good}", with_answers(right), on_absence=on_absence)
    shown = "; ".join(dict.fromkeys(text for _, text in faults[:5]))
    return failed(f"{len(faults)} of {len(found)}: {shown}", with_answers([one for one, _ in faults]))


def with_answers(found: Sequence[Seen]) -> list[Seen]:
    """Entries, each with the other half of its exchange."""
    return [half for one in found for half in (one, one.answer) if half is not None]


def answered(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """Each request was answered with one of ``status``, ``within`` seconds."""
    status, within = of_status(parameters["status"]), parameters.get("within")

    def fault(one: Seen) -> str:
        seconds = one.seconds()
        if one.answer is None or seconds is None:
            return f"{one} got no answer{_why(one, window)}"
        if not holds(status, one.answer.entry.status):
            return f"{one} was answered {one.answer.entry.status} after {seconds:.2f} s"
        if within is not None and seconds > within:
            return f"{one} was answered {one.answer.entry.status} only after {seconds:.2f} s"
        return ""

    found = chosen(window, parameters)
    given = Counter(one.answer.entry.status for one in found if one.answer is not None)
    slowest = max((seconds for one in found if (seconds := one.seconds()) is not None), default=0.0)
    statuses = ", ".join(f"{count} times {status}" if count > 1 else str(status) for status, count in given.items())
    finding = weigh(parameters, found, fault, f"answered as expected ({statuses}; slowest {slowest:.2f} s)")
    is_silent = any(one.answer is None for one in found)
    return Finding(finding.result, finding.observed, finding.evidence, is_silent, finding.reason)


def _why(one: Seen, window: Window) -> str:
    """What the seam noted of a request that got no answer."""
    for other in window.entries:
        data = other.entry.data
        if other.entry.kind == "note" and data.get("exchange") == one.entry.exchange and data.get("detail"):
            return f" ({data.get('cause', 'lost')}: {data['detail']})"
    return ""


def count(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """Between ``min`` and ``max`` entries; with ``distinct`` (a path) so many values, with ``per`` in each group, of
    which ``each_of`` names those that must be there."""
    found = select(window, parameters["select"])
    if not found and "given" not in parameters:
        return not_seen(NOTHING)
    least, most = parameters.get("min", 0), parameters.get("max")
    named: dict[str, list[Seen]] = {str(name): [] for name in parameters.get("each_of", ())}
    groups = named | grouped(found, parameters.get("per")) or {"": []}
    numbers = {name: _number(group, parameters.get("distinct")) for name, group in groups.items()}
    wrong = [name for name, number in numbers.items() if number < least or (most is not None and number > most)]
    what = f"values of {parameters['distinct']}" if "distinct" in parameters else "matching entries"
    evidence = [one for name in wrong or groups for one in groups[name]]
    shown = [f"{number} of {name[:80]!r}" if name else f"{number}" for name, number in list(numbers.items())[:5]]
    text = f"{what}: {', '.join(shown)}"
    if wrong:
        return failed(text, with_answers(evidence), on_absence=all(numbers[name] < least for name in wrong))
    return passed(text, with_answers(evidence), on_absence=most is not None)


def _number(group: Sequence[Seen], distinct: str | None) -> int:
    return len({str(value) for one in group for value in values(one, distinct)}) if distinct else len(group)


def follows(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """After each ``trigger`` come ``min`` (1) to ``max`` entries of ``answer`` ``within`` seconds, none of them before
    ``not_before``. ``same`` pairs a path of the trigger with one of the answer (``how = "within"``: is contained in
    it; ``"differs"``: both are there and are not equal). ``since = "response"`` starts the clock when the trigger was
    answered."""
    triggers = chosen(window, {**parameters, "select": parameters["trigger"]})
    answers = select(window, parameters["answer"])
    least, most = parameters.get("min", 1), parameters.get("max")
    evidence: list[Seen] = []
    missing: list[Seen] = []

    def fault(trigger: Seen) -> str:
        start = trigger.answer if parameters.get("since") == "response" else trigger
        if start is None:
            return f"{trigger} was never answered"
        within = _amount(parameters.get("within"), trigger)
        soonest = _amount(parameters.get("not_before"), trigger) or 0.0
        after = [one for one in answers if one.place > trigger.place and _pairs(parameters, trigger, one)]
        waits = [(start.seconds_to(one), one) for one in after]
        early = [(wait, one) for wait, one in waits if wait < soonest - parameters.get("slack", 0.0)]
        if early:
            evidence.extend(one for _, one in early)
            return f"{early[0][1]} came after {early[0][0]:.2f} s, {soonest:g} s had to pass"
        right = [(wait, one) for wait, one in waits if within is None or wait <= within]
        evidence.extend(one for _, one in right)
        if len(right) < least:
            missing.append(trigger)
        elif most is None or len(right) <= most:
            return ""
        late = f", the next after {waits[0][0]:.1f} s" if waits and not right else ""
        limit = f" within {within:g} s" if within is not None else ""
        return f"{len(right)} followed {trigger}{limit}{late}"

    finding = weigh(parameters, triggers, fault, f"followed as expected by {parameters.get('what', 'an answer')}")
    is_bounded = most is not None or "not_before" in parameters
    on_absence = bool(missing) or (finding.result == "passed" and is_bounded)
    shown = (*finding.evidence[:6], *with_answers(evidence))
    return Finding(finding.result, finding.observed, shown, on_absence, finding.reason)


def _amount(amount: Any, trigger: Seen) -> float | None:
    """Seconds, or the number at a path of the trigger plus ``plus``."""
    if isinstance(amount, Mapping):
        found = first(trigger, amount["path"])
        try:
            return float(str(found)) + float(amount.get("plus", 0.0))
        except ValueError:
            return None
    return None if amount is None else float(amount)


def _pairs(parameters: Parameters, trigger: Seen, answer: Seen) -> bool:
    for pair in parameters.get("same", ()):
        wanted, found = first(trigger, pair["trigger"]), first(answer, pair["answer"])
        if wanted is None or found is None:
            return False
        if not HOW[pair.get("how", "equal")](wanted, found):
            return False
    return True


def unique(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """No two entries have the same value at ``path``; speaks from two entries on."""
    found = [one for one in select(window, parameters["select"]) if values(one, parameters["path"])]
    if len(found) < 2:
        return not_seen(f"fewer than two entries have a {parameters['path']}")
    times = Counter(str(first(one, parameters["path"])) for one in found)
    doubled = [value for value, number in times.items() if number > 1]
    if not doubled:
        return passed(f"{len(found)} entries, {len(times)} values of {parameters['path']}", found, on_absence=True)
    repeats = [one for one in found if str(first(one, parameters["path"])) in doubled]
    text = ", ".join(f"{value} in {times[value]} entries" for value in doubled[:5])
    return failed(f"{parameters['path']}: {text}", with_answers(repeats))


def schema(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """Each body fits ``schema``; ``strict`` reports unknown fields too, ``strict = "only"`` in bodies that fit else."""
    strict = parameters.get("strict")
    judge = contracts.judge(parameters["schema"], strict=bool(strict))
    found = chosen(window, parameters)
    if strict == "only":
        loose = contracts.judge(parameters["schema"])
        found = [one for one in found if one.json is not MISSING and not loose.problems(one.json, len(one.entry.body))]

    def fault(one: Seen) -> str:
        if one.json is MISSING:
            return f"{one}: the body is no JSON"
        problems = judge.problems(one.json, len(one.entry.body))
        return f"{one}: {'; '.join(problems)}" if problems else ""

    return weigh(parameters, found, fault, f"fit {parameters['schema']}")


def field(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """Each entry has a value at ``path`` that meets ``is``; with ``all_values`` every value there must."""
    path, condition = parameters["path"], parameters["is"]

    def fault(one: Seen) -> str:
        found = values(one, path)
        if any_holds(condition, found) and (
            not parameters.get("all_values") or all(holds(condition, v) for v in found)
        ):
            return ""
        shown = ", ".join(repr(value)[:80] for value in found[:3]) or "absent"
        return f"{one}: {path} is {shown}"

    return weigh(parameters, chosen(window, parameters), fault, f"have {path} as expected")


def spacing(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """At least so many seconds (``at_least``, less ``slack``) lie between two entries of each group (``per``)."""
    found = select(window, parameters["select"])
    least = float(parameters["at_least"])
    close: list[tuple[float, Seen, Seen]] = []
    for group in grouped(found, parameters.get("per", "customer")).values():
        for one, other in pairwise(group):
            seconds = one.seconds_to(other)
            if seconds < least - parameters.get("slack", 0.0):
                close.append((seconds, one, other))
    if not found:
        return not_seen(NOTHING)
    if close:
        seconds, one, other = min(close, key=lambda pair: pair[0])
        return failed(f"{other} only {seconds:.2f} s after the one before, {len(close)} times closer than {least:g} s",
                      [half for _, one, other in close for half in (one, other)])  # fmt: skip
    return passed(f"{len(found)} entries, none closer than {least:g} s to the next", found, on_absence=True)


def ratio(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """At most ``at_most`` entries of ``few`` for ``when_at_least`` or more of ``many``: one token for many calls."""
    few, many = select(window, parameters["few"]), select(window, parameters["many"])
    if len(many) < parameters["when_at_least"]:
        return not_seen(f"only {len(many)} of the {parameters['when_at_least']} entries that the rule presupposes")
    text = f"{len(few)} for {len(many)}"
    if len(few) <= parameters["at_most"]:
        return passed(text, [*few, *many[:3]], on_absence=True)
    return failed(text, with_answers(few))
