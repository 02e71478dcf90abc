"""Kind and resource of an operation, derived from method, path and models when the contracts are built.

Nothing in the public description names either, so both are ours (assumed). Kinds, the first rule that fits wins:

1. HEAD is ``get``.
2. A POST with a segment ``query``, ``search`` or ``simplesearch``, or a GET that ends in one, is ``query``.
3. Any verb but GET with a segment that begins with ``bulk``, a POST or PATCH whose body is a list of models, and a
   DELETE of a path that a listing answers are ``bulk``.
4. A GET that does not end in a variable and answers a list or a model with ``entities[]`` is ``list``, others ``get``.
5. A POST that ends in a literal is ``create`` if the path is listed by GET or something lives at ``path/{variable}``.
6. A PUT or PATCH is ``put`` or ``patch`` if it ends in a variable or GET answers the same path. A DELETE is ``delete``.
7. All else is an ``action``.

The resource is the literal segments behind ``/api/v2`` joined by dots, without view words (``me``, ``home``,
``divisionviews`` …). A query belongs to what stands before its query word; bulk and action belong to the longest
beginning of their path that is itself a path of the catalogue (``POST /oauth/clients/{clientId}/secret`` →
``oauth.clients``). ``RENAMED`` shortens two families.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

PREFIX: Final = "/api/v2"
QUERY_WORDS: Final = frozenset({"query", "search", "simplesearch"})
VIEW_WORDS: Final = frozenset({"all", "current", "default", "divisionviews", "home", "limit", "me"})
RENAMED: Final = {"conversations.messaging": "messaging", "flows.datatables": "architect.datatables"}
_VARIABLE: Final = re.compile(r"\{[^}]*\}")


class Kind(StrEnum):
    """What the generic engine does with an operation."""

    CREATE = "create"
    LIST = "list"
    GET = "get"
    PUT = "put"
    PATCH = "patch"
    DELETE = "delete"
    BULK = "bulk"
    QUERY = "query"
    ACTION = "action"


class Derivation:
    """The rules over some operations (dictionaries with ``method``, ``path``, ``body``, ``response``) and models."""

    def __init__(self, operations: Iterable[Mapping[str, Any]], models: Mapping[str, Mapping[str, Any]]) -> None:
        self._models = models
        self._methods: dict[str, set[str]] = {}
        self._parents: set[str] = set()
        self._listed: set[str] = set()
        for operation in operations:
            shape = _shape(operation["path"])
            self._methods.setdefault(shape, set()).add(operation["method"])
            if shape.endswith("/{}"):
                self._parents.add(shape.removesuffix("/{}"))
            elif operation["method"] == "GET" and self._is_listing(operation.get("response")):
                self._listed.add(shape)

    def kind(self, operation: Mapping[str, Any]) -> Kind:
        """The kind of one operation, by the rules above."""
        method, shape = operation["method"], _shape(operation["path"])
        segments = shape.split("/")
        if method == "HEAD":
            return Kind.GET
        if method == "GET":
            return self._kind_of_get(shape, segments)
        if method == "POST" and not QUERY_WORDS.isdisjoint(segments):
            return Kind.QUERY
        is_named_bulk = any(segment.startswith("bulk") for segment in segments)
        if is_named_bulk or self._is_bulk(method, shape, operation.get("body") or ""):
            return Kind.BULK
        return self._kind_of_change(method, shape)

    def resource(self, operation: Mapping[str, Any]) -> str:
        """The dotted resource of one operation."""
        shape = _shape(operation["path"])
        kind = self.kind(operation)
        if kind is Kind.QUERY:
            shape = _before_query(shape)
        elif kind in (Kind.BULK, Kind.ACTION):
            shape = self._owner(shape)
        literals = [part for part in shape.removeprefix(PREFIX).split("/") if part and part != "{}"]
        name = ".".join(word for place, word in enumerate(literals) if not place or word not in VIEW_WORDS)
        for long, short in RENAMED.items():
            if name == long or name.startswith(long + "."):
                return short + name.removeprefix(long)
        return name

    def _kind_of_get(self, shape: str, segments: list[str]) -> Kind:
        if segments[-1] in QUERY_WORDS:
            return Kind.QUERY
        return Kind.LIST if shape in self._listed else Kind.GET

    def _kind_of_change(self, method: str, shape: str) -> Kind:
        if method == "DELETE":
            return Kind.DELETE
        is_item = shape.endswith("/{}")
        if method == "POST":
            is_collection = shape in self._parents or shape in self._listed
            return Kind.CREATE if is_collection and not is_item else Kind.ACTION
        return Kind(method.lower()) if is_item or "GET" in self._methods[shape] else Kind.ACTION

    def _is_bulk(self, method: str, shape: str, body: str) -> bool:
        if method == "DELETE":
            return shape in self._listed
        return method in ("POST", "PATCH") and body.endswith("[]") and body.removesuffix("[]") in self._models

    def _is_listing(self, response: str | None) -> bool:
        if response is None or response.endswith("[]"):
            return response is not None
        entities = self._models.get(response, {}).get("entities", {})
        return str(entities.get("type", "")).endswith("[]")

    def _owner(self, shape: str) -> str:
        """The longest known beginning of a path: the path itself only where it ends in a variable or is listed."""
        if shape.endswith("/{}") or shape in self._listed:
            return shape
        parts = shape.split("/")
        for length in range(len(parts) - 1, 3, -1):
            beginning = "/".join(parts[:length])
            if beginning in self._methods or beginning in self._parents:
                return beginning
        return "/".join(parts[:-1]) if len(parts) > 4 else shape


def _shape(path: str) -> str:
    return _VARIABLE.sub("{}", path)


def _before_query(shape: str) -> str:
    parts = shape.split("/")
    return "/".join(parts[: next(place for place, part in enumerate(parts) if part in QUERY_WORDS)])
