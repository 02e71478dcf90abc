"""The tables that join the interfaces: what stands in them exists, and nothing stands in two."""

from __future__ import annotations

import pytest

from understudy.control.behaviour import COMMANDS
from understudy.platform.catalogue import load_catalogue
from understudy.tables import ACTIONS, HANDLERS, RULES, joined


def test_a_key_that_stands_in_two_tables_is_an_error() -> None:
    assert joined({"a": 1}, {"b": 2}, {}) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match=r"^b stands in two tables$"):
        joined({"a": 1, "b": 2}, {"b": 2})


def test_every_action_is_an_operation_of_the_catalogue() -> None:
    known = load_catalogue().by_id
    assert [name for name in ACTIONS if name not in known] == []


def test_every_lifecycle_rule_is_a_resources() -> None:
    catalogue = load_catalogue()
    known = {operation.resource for operation in catalogue.operations}
    assert [name for name in RULES if name not in known] == []


def test_every_command_of_the_control_api_is_handled() -> None:
    assert set(COMMANDS.values()) <= set(HANDLERS)
