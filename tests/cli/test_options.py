from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from understudy.cli.program import app


def commands(command: Any) -> Iterator[Any]:
    """A command and all below it; typer brings its own copy of click's types."""
    yield command
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            yield from commands(one)


@pytest.mark.parametrize(("name", "at_least"), [("--json", 7), ("--ca-dir", 2)])
def test_an_option_of_several_commands_says_the_same_in_each(name: str, at_least: int) -> None:
    found = [
        option
        for command in commands(get_command(app))
        for option in command.params
        if isinstance(option, TyperOption) and name in option.opts
    ]
    assert len(found) >= at_least
    assert len({(option.help, option.is_flag) for option in found}) == 1
