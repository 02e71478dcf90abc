"""All judges there are: a rule names one as ``judge.kind``, and contracts/rules.schema.json has its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.checker.comparing import among, distinct
from understudy.checker.contract import Contracts
from understudy.checker.finding import Finding
from understudy.checker.scope import Window
from understudy.checker.sight import texts, things
from understudy.checker.wire import answered, count, field, follows, ratio, schema, spacing, unique

Judge = Callable[[Mapping[str, Any], Window, Contracts], Finding]

JUDGES: Final[Mapping[str, Judge]] = {
    "answered": answered,
    "count": count,
    "follows": follows,
    "unique": unique,
    "schema": schema,
    "field": field,
    "spacing": spacing,
    "ratio": ratio,
    "texts": texts,
    "things": things,
    "distinct": distinct,
    "among": among,
}
