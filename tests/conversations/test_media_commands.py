from __future__ import annotations

from dataclasses import is_dataclass
from inspect import getmembers, isclass
from typing import Any

from understudy.conversations import media_commands
from understudy.tables import complete

TABLES = complete()

PARTS = {"Routing", "Destination"}  # of commands, not commands themselves


def commands() -> dict[str, Any]:
    found = getmembers(media_commands, isclass)
    return {name: one for name, one in found if is_dataclass(one) and one.__module__ == media_commands.__name__}


def test_every_command_has_a_handler() -> None:
    assert {name for name, one in commands().items() if one not in TABLES.handlers} == PARTS


def test_commands_do_not_change_once_made() -> None:
    assert all(one.__dataclass_params__.frozen for one in commands().values())
