"""YAML with line numbers: nodes instead of values, and a reader that knows which keys of a mapping were used.

A flow may come from a peer, so the text is bounded in size and depth, and aliases (which can unfold without end) and
repeated keys are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn

import yaml

from understudy.errors import FlowError

SIZE_MAX: Final = 512 * 1024  # characters
DEPTH_MAX: Final = 100

Scalar = str | int | float | bool | None


def compose(text: str, source: str) -> yaml.Node:
    """The root node of a YAML document; ``FlowError`` says where it is malformed."""
    if len(text) > SIZE_MAX:
        raise FlowError(source, 0, f"the file has more than {SIZE_MAX} characters")
    try:
        _check_events(text, source)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise FlowError(
            source, _line(error.problem_mark or error.context_mark), f"not YAML: {error.problem or error.context}"
        ) from error
    except yaml.YAMLError as error:
        raise FlowError(source, 0, f"not YAML: {error}") from error
    if root is None:
        raise FlowError(source, 0, "the file is empty")
    return root


def _check_events(text: str, source: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise FlowError(source, line, "aliases are not supported")
        if isinstance(event, yaml.ScalarEvent) and not _is_sendable(event.value):
            raise FlowError(source, line, "a text has half of a surrogate pair, which no message can carry")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX:
            raise FlowError(source, line, "nested too deeply")


def _is_sendable(text: str) -> bool:
    """Whether UTF-8 has it: an escape of YAML can make half of a surrogate pair."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _line(mark: object) -> int:
    line = getattr(mark, "line", None)  # a mark of the Python or of the C parser
    return line + 1 if isinstance(line, int) else 0


def line_of(node: yaml.Node) -> int:
    """The line of a node, from 1."""
    return int(node.start_mark.line) + 1


def scalar(node: yaml.Node) -> Scalar:
    """A scalar's value as YAML means it; only text, whole and decimal numbers, booleans and null are told apart."""
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "null":
            return None
        case "int" | "float" as kind:
            try:
                return int(text) if kind == "int" else float(text)
            except ValueError:
                return text
        case _:
            return text


class Fields:
    """One mapping of the file. Take the keys that are known, then ``close``: what is left is an error with its line."""

    def __init__(self, node: yaml.Node | None, source: str, what: str) -> None:
        self.source, self.what, self.line = source, what, line_of(node) if node else 0
        self._left: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        if node is None or (isinstance(node, yaml.ScalarNode) and scalar(node) is None):
            return
        if not isinstance(node, yaml.MappingNode):
            raise FlowError(source, self.line, f"{what} is not a mapping")
        for key, value in node.value:
            name = str(key.value)
            if name in self._left:
                raise FlowError(source, line_of(key), f"{what} has {name!r} twice")
            self._left[name] = (key, value)

    def left(self) -> list[str]:
        """The keys that were not taken yet."""
        return list(self._left)

    def take(self, key: str) -> yaml.Node | None:
        """The node under ``key``, or ``None``."""
        pair = self._left.pop(key, None)
        return pair[1] if pair else None

    def rename(self, spellings: Mapping[str, tuple[str, ...]]) -> None:
        """Read each other spelling as the key that it stands for; both of them together are an error."""
        for key, others in spellings.items():
            for other in others:
                if other in self._left:
                    if key in self._left:
                        raise FlowError(self.source, line_of(self._left[other][0]), f"{self.what} has {key!r} twice")
                    self._left[key] = self._left.pop(other)

    def look(self, key: str) -> yaml.Node | None:
        """The node under ``key``, left in place."""
        pair = self._left.get(key)
        return pair[1] if pair else None

    def need(self, key: str) -> yaml.Node:
        """The node under ``key``; an error where it is missing."""
        node = self.take(key)
        if node is None:
            self.fail(f"{self.what} lacks {key!r}")
        return node

    def text(self, key: str, default: str | None = None) -> str:
        """A plain text; an error where it is missing and has no default."""
        node = self.take(key) if default is not None else self.need(key)
        if node is None:
            return default or ""
        if not isinstance(node, yaml.ScalarNode):
            raise FlowError(self.source, line_of(node), f"{key!r} of {self.what} is not a text")
        return str(node.value)

    def inner(self, key: str) -> Fields:
        """The mapping under ``key``, which must be there."""
        return Fields(self.need(key), self.source, f"{key!r} of {self.what}")

    def sequence(self, key: str) -> list[yaml.Node]:
        """The items under ``key``; none where it is missing."""
        node = self.take(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and scalar(node) is None):
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise FlowError(self.source, line_of(node), f"{key!r} of {self.what} is not a list")
        return list(node.value)

    def drop(self, *keys: str) -> None:
        """Keys that mean nothing to a run."""
        for key in keys:
            self._left.pop(key, None)

    def close(self) -> None:
        """Everything must have been taken."""
        for name, (key, _) in self._left.items():
            raise FlowError(self.source, line_of(key), f"{self.what} has {name!r}, which is not supported")

    def fail(self, problem: str) -> NoReturn:
        """A ``FlowError`` at this mapping."""
        raise FlowError(self.source, self.line, problem)
