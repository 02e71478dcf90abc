"""Which operation a request means: a trie over path segments, literal before variable, with backtracking.

The path decides first and the method after, as in JAX-RS 2.1 §3.7.2 (the platform's own order is not documented): a
path that exists with other methods is a 405. HEAD is answered by HEAD operations only. A trailing slash, an empty
segment and another spelling of a literal do not match. Variables are handed on as they stand in the path; percent signs
are the caller's to decode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NamedTuple

from understudy.errors import ContractError
from understudy.platform.catalogue import Operation
from understudy.platform.kinds import PREFIX

BEGINNING: Final = PREFIX + "/"  # every path of the catalogue begins so: the trie starts behind it
LONGEST_WORD: Final = 64  # longer segments are not compared when looking for the nearest path
CLOSE: Final = 0.75  # similarity of a mistyped word; below it a variable is meant


class Match(NamedTuple):
    """The operation, and its path variables by name."""

    operation: Operation
    variables: dict[str, str]


class Miss(NamedTuple):
    """No operation: ``allowed`` holds the methods of the path, sorted, or is empty where the path is unknown."""

    allowed: tuple[str, ...]


@dataclass(slots=True)
class Route:
    """One operation, with the places of its variables among the segments."""

    operation: Operation
    places: tuple[tuple[str, int], ...]


class Node:
    """What may follow a beginning of a path. ``routes`` by method, where a path ends here."""

    __slots__ = ("literals", "path", "routes", "variable")

    def __init__(self) -> None:
        self.literals: dict[str, Node] = {}
        self.variable: Node | None = None
        self.routes: dict[str, Route] = {}
        self.path = ""


class Routes:
    """The trie of a set of operations."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = Node()
        self._static: dict[str, Node] = {}  # paths without variables: literals come first, so these need no walk
        for operation in operations:
            self._add(operation)

    def match(self, method: str, path: str) -> Match | Miss:
        """The operation that a request means. ``path`` begins with a slash and has neither query nor fragment."""
        node = self._static.get(path)
        segments: list[str] = []
        if node is None:
            if not path.startswith(BEGINNING):
                return Miss(())
            segments = path[len(BEGINNING) :].split("/")
            node = _walk(self._root, segments)
            if node is None:
                return Miss(())
        route = node.routes.get(method)
        if route is None:
            return Miss(tuple(sorted(node.routes)))
        variables = {}
        for name, place in route.places:
            variables[name] = segments[place]
        return Match(route.operation, variables)

    def nearest(self, path: str) -> str:
        """The known path (with its variables) that is most like ``path``, for the remedy in a 404; "" for none."""
        node = self._root
        for segment in path.removeprefix(BEGINNING).split("/"):
            following = _nearest_child(node, segment)
            if following is None:
                break
            node = following
        return "" if node is self._root else _first_path(node)

    def _add(self, operation: Operation) -> None:
        if not operation.path.startswith(BEGINNING):
            raise ContractError(f"operation {operation.id}: path {operation.path!r} does not begin with {BEGINNING}")
        node, places = self._root, []
        for place, segment in enumerate(operation.path[len(BEGINNING) :].split("/")):
            if segment.startswith("{"):
                if node.variable is None:
                    node.variable = Node()
                node = node.variable
                places.append((segment[1:-1], place))
            else:
                following = node.literals.get(segment)
                if following is None:
                    following = node.literals[segment] = Node()
                node = following
        node.routes[operation.method] = Route(operation, tuple(places))
        node.path = node.path or operation.path
        if not places:
            self._static[operation.path] = node


def _walk(node: Node, segments: list[str]) -> Node | None:
    """The node where a path ends. A variable passed by is remembered and tried when the literal leads nowhere."""
    passed: list[tuple[Node, int]] = []
    place, end = 0, len(segments)
    while True:
        while place < end:
            segment = segments[place]
            place += 1
            following = node.literals.get(segment)
            if following is None:
                following = node.variable if segment else None
                if following is None:
                    break
            elif node.variable is not None and segment:
                passed.append((node.variable, place))
            node = following
        else:
            if node.routes:
                return node
        if not passed:
            return None
        node, place = passed.pop()


def _nearest_child(node: Node, segment: str) -> Node | None:
    if segment in node.literals:
        return node.literals[segment]
    if not segment:
        return None
    close = get_close_matches(segment.lower()[:LONGEST_WORD], node.literals, n=1, cutoff=CLOSE)
    return node.literals[close[0]] if close else node.variable


def _first_path(node: Node) -> str:
    """The path at a node, or the first one below it."""
    while not node.routes:
        below = next(iter(node.literals.values()), None) or node.variable
        if below is None:
            return ""
        node = below
    return node.path
