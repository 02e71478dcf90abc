"""Judges that compare values: within one entry, and of some entries with those of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from understudy.checker.contract import Contracts
from understudy.checker.evidence import Seen, values
from understudy.checker.finding import Finding, failed, not_seen, passed
from understudy.checker.scope import Window
from understudy.checker.wire import NOTHING, chosen, select, weigh

Parameters = Mapping[str, Any]
SHOWN = 80  # characters of a value in an observation


def distinct(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """No entry has a value twice at ``path``; speaks of entries that have at least one there."""

    def fault(one: Seen) -> str:
        times = Counter(_text(value) for value in values(one, parameters["path"]))
        doubled = sorted(text[:SHOWN] for text, number in times.items() if number > 1)
        return f"{one}: {parameters['path']} has twice {', '.join(doubled[:3])}" if doubled else ""

    found = [one for one in chosen(window, parameters) if values(one, parameters["path"])]
    return weigh(parameters, found, fault, f"have no value twice at {parameters['path']}")


def among(parameters: Parameters, window: Window, contracts: Contracts) -> Finding:
    """Every value that the selected entries have at ``path`` is one of those that ``others`` have at ``others_path``.
    Speaks where both have some."""
    others = select(window, parameters["others"])
    known = {_text(value) for one in others for value in values(one, parameters["others_path"])}
    found = [one for one in chosen(window, parameters) if values(one, parameters["path"])]
    if not found:
        return not_seen(NOTHING)
    if not known:
        return not_seen("there is nothing in the window to compare with")
    strange = [
        (one, text) for one in found for value in values(one, parameters["path"]) if (text := _text(value)) not in known
    ]
    if not strange:
        what = f"{len(found)} entries have at {parameters['path']} what others have at {parameters['others_path']}"
        return passed(what, [*found, *others])
    shown = ", ".join(dict.fromkeys(text[:SHOWN] for _, text in strange[:3]))
    return failed(f"{shown} is not among {len(known)} values of {parameters['others_path']}",
                  [*(one for one, _ in strange), *others])  # fmt: skip


def _text(value: Any) -> str:
    """A value as comparable text; the order of an object's keys does not count. One nested deeper than the 254 levels
    that orjson writes is equal to no other."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode("utf-8", "replace")
    except orjson.JSONEncodeError:
        return f"a value nested too deep to compare ({id(value):x})"
