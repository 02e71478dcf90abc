"""Org files as text: YAML that ``document.read_document`` reads as the same values, and the file of its variables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, Final

import yaml

WIDTH: Final = 120
BREAKS: Final = frozenset("\r\x85\u2028\u2029\ufeff")


class Secret(str):
    """The name of a variable that stands for a value: ``${NAME}``."""

    __slots__ = ()


class _Escaped(str):
    """A text with ``${`` in it that is no variable, escaped as a value; quoted, so that it stays a text."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, and nothing is an alias: the file is for people."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    if BREAKS.intersection(value) or value.endswith("\n\n") or not value.strip():
        style = (
            '"'  # other line breaks (YAML 1.1 §4.1.4), and those at an end that a block would join with what follows
        )
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _escaped(dumper: yaml.SafeDumper, value: _Escaped) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


def _secret(dumper: yaml.SafeDumper, value: Secret) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", f"${{{value}}}", style='"')


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Secret, _secret)
_Dumper.add_representer(_Escaped, _escaped)


def write_yaml(document: Mapping[str, Any]) -> str:
    """The text of an org file, an empty line before each section."""
    parts = [
        yaml.dump({key: _escape(value)}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
        for key, value in document.items()
    ]
    return "\n".join(parts)


def _escape(value: Any) -> Any:
    """Values alone: a key is never substituted."""
    if isinstance(value, dict):
        return {key: _escape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_escape(one) for one in value]
    if isinstance(value, str) and not isinstance(value, Secret) and "${" in value:
        return _Escaped(value.replace("${", "$${"))
    return value


def write_variables(secrets: Mapping[str, str]) -> str:
    """Lines for a shell or an env file: ``NAME=value``, quoted where needed."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in secrets.items())
