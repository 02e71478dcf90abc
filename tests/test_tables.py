"""The tables that join the interfaces: what stands in them exists, and nothing stands in two."""

from __future__ import annotations

from importlib import import_module

import pytest

from understudy.control.behaviour import COMMANDS
from understudy.conversations.commands import StartFlow
from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources
from understudy.tables import LATE, Tables, complete, early, put

TABLES = complete()


def test_a_key_that_stands_in_two_tables_is_an_error() -> None:
    table = {"a": 1}
    put(table, {"b": 2})
    assert table == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match=r"^b stands in two tables$"):
        put(table, {"b": 2})


def test_every_action_is_an_operation_of_the_catalogue() -> None:
    known = load_catalogue().by_id
    assert [name for name in TABLES.actions if name not in known] == []


def test_every_lifecycle_rule_is_a_resources() -> None:
    known = load_resources(load_catalogue())
    assert [name for name in TABLES.rules if name not in known] == []


def test_every_command_of_the_control_api_is_handled_from_the_start() -> None:
    assert set(COMMANDS.values()) <= set(early().handlers)


@pytest.mark.parametrize("name", LATE)
def test_a_late_module_is_loaded_by_each_of_its_operations_and_by_no_other(name: str) -> None:
    catalogue = load_catalogue()
    resources = load_resources(catalogue)
    module = import_module(name)
    own = set(module.ACTIONS)
    own |= {id_ for rule in getattr(module, "RULES", {}) for _, id_ in resources[rule].pairs()}
    assert [id_ for id_ in own if not catalogue.by_id[id_].path.startswith(LATE[name])] == []
    tables = early()
    tables.load(catalogue.by_id[min(own)].path)
    assert set(module.ACTIONS) <= set(tables.actions)
    assert len(tables.actions) == len(early().actions) + len(module.ACTIONS)


def test_commands_of_flows_are_handled_though_nothing_of_flows_is_loaded() -> None:
    handlers = early().handlers
    assert StartFlow not in handlers
    assert handlers[StartFlow] is import_module("understudy.architect.run").HANDLERS[StartFlow]
    with pytest.raises(KeyError):
        handlers[str]


def test_a_module_is_loaded_once() -> None:
    tables = Tables()
    tables.load("/api/v2/telephony/siptraces")
    before = len(tables.actions)
    tables.load("/api/v2/telephony/siptraces")
    assert 0 < before == len(tables.actions)
