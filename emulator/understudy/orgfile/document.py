"""An org file's YAML: ``${NAME}`` and ``${NAME:-default}`` put in, every value with its line, doubled keys refused.

Substitution happens inside scalars, after parsing, so that no value of the environment can change the structure.
``$${`` is a plain ``${``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from understudy.errors import SettingsError

TEXT_MAX: Final = 1_048_576  # characters; an org file is written by hand
VALUES_MAX: Final = 100_000  # values after aliases are followed: a file of aliases of aliases can't eat the memory
DEPTH_MAX: Final = 64
_VARIABLE: Final = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed file. ``lines`` tells on which line (1 is the first) a value or key stands."""

    name: str
    data: Any
    lines: Mapping[Path, int]

    def place(self, path: Path) -> str:
        """``org.yaml:12: users[0].name``."""
        line = next((self.lines[path[:cut]] for cut in range(len(path), -1, -1) if path[:cut] in self.lines), 1)
        return f"{self.name}:{line}: {spell(path)}" if path else f"{self.name}:{line}"


def spell(path: Path) -> str:
    """``("users", 0, "name")`` → ``users[0].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_document(text: str, env: Mapping[str, str], name: str) -> Document:
    """Parse an org file; every fault of the file is a ``SettingsError`` with its line."""
    if len(text) > TEXT_MAX:
        raise SettingsError(name, f"{len(text)} characters long", f"an org file has at most {TEXT_MAX}")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        reader = _Reader(name, env)
        return Document(name, None if root is None else reader.value(root, ()), reader.lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise SettingsError(f"{name}:{line}", getattr(error, "problem", None) or "text", "not YAML here") from error
    except RecursionError as error:
        raise SettingsError(name, "too large", f"an org file is at most {DEPTH_MAX} deep") from error


def fill_in(text: str, env: Mapping[str, str], name: str) -> str:
    """A file of another form (a flow's) with the same variables put in, line by line; ``SettingsError`` for an unset
    one."""
    reader = _Reader(name, env)
    lines = text.split("\n")
    return "\n".join(reader.filled(line, number) for number, line in enumerate(lines, 1))


class _Reader:
    def __init__(self, name: str, env: Mapping[str, str]) -> None:
        self.name, self.env = name, env
        self.lines: dict[Path, int] = {}
        self._loader = yaml.SafeLoader("")
        self._count = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._count += 1
        if self._count > VALUES_MAX or len(path) > DEPTH_MAX:
            remedy = f"an org file has at most {VALUES_MAX} values, {DEPTH_MAX} deep"
            raise SettingsError(self.name, "too large", remedy)
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key in found:
                raise SettingsError(f"{self.name}:{line}: key", key, "a key is a word that stands once in its mapping")
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        line = node.start_mark.line + 1
        text = node.value
        text = self.filled(text, line)
        tag = node.tag
        if (
            text != node.value and getattr(node, "style", None) is None
        ):  # unquoted: 86400 is a number wherever it comes from
            tag = self._loader.resolve(  # type: ignore[no-untyped-call]
                yaml.ScalarNode, text, (True, False)
            )
        try:
            return self._loader.construct_object(yaml.ScalarNode(tag, text, node.start_mark, node.end_mark))
        except (yaml.YAMLError, ValueError) as error:
            raise SettingsError(f"{self.name}:{line}", text, f"not a value of {tag}") from error

    def filled(self, text: str, line: int) -> str:
        """A text that stands on that line, its variables put in."""
        return _VARIABLE.sub(lambda match: self._variable(match, line), text) if "${" in text else text

    def _variable(self, match: re.Match[str], line: int) -> str:
        name, default = match.group(1), match.group(2)
        if name is None:
            return "${"
        found = self.env.get(name, default)
        if found is None:
            raise SettingsError(
                f"{self.name}:{line}: ${{{name}}}",
                None,
                f"set {name} in the environment, or write ${{{name}:-default}}",
            )
        return found
