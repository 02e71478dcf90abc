"""The schemas of contracts/ in ``jsonschema``, the reference engine: for authoring and the test that both agree.

A module of its own, so that nobody who only judges a record pays for its import.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from understudy.checker.contract import Contracts


def reference(contracts: Contracts, name: str, *, strict: bool = False) -> Draft202012Validator:
    """A schema as rules name it (``open_messaging/outbound``), formats checked."""
    documents, document = contracts.documents(name, strict=strict)
    resources = [(one["$id"], Resource.from_contents(one)) for one in documents]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(document, registry=registry, format_checker=FormatChecker())
