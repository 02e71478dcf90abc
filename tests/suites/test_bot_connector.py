"""The Bot Connector suite fits together: rows, rules and tests, and the org with the reference's own list of bots."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from understudy.actors import Rehearsal, Slot
from understudy.actors.bots import bots, put_bots
from understudy.checker.judge import standard_rulebook
from understudy.control.client import ControlClient
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.slots import open_slots

SUITE = load_suite("bot_connector")
LOAD = {"BC-43"}  # no load profile exists yet
TESTS = "".join(path.read_text("utf-8") for path in sorted(SUITE.folder.glob("test_*.py")))


@pytest.fixture(scope="module")
def slots(control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Slot]]:
    """One slot of each topology."""
    settings, folder = Settings(workers=1, seed=79), tmp_path_factory.mktemp("slots")
    with open_slots(SUITE, settings, control, folder, fault="", profiles=SUITE.profiles) as opened:
        yield {slot.profile: slot for slot in opened}


def rehearsal(control: ControlClient, slot: Slot) -> Rehearsal:
    return Rehearsal(control.org(slot.org), slot, "fits together")


def test_every_check_but_load_has_a_test_and_a_rule() -> None:
    marked = {check for line in re.findall(r"mark\.checks\((.*)\)", TESTS) for check in re.findall(r'"([^"]+)"', line)}
    assert set(SUITE.checks) - marked == LOAD
    assert marked <= set(SUITE.checks)
    assert set(SUITE.checks) - set(standard_rulebook().checks()) == LOAD


def test_every_setting_is_used_by_a_test_or_tells_where_the_endpoint_is() -> None:
    elsewhere = {"endpoint_path", "digital_path", "bot_name", "bot_version", "clock_door", "bots_door"}
    assert [one.name for one in SUITE.settings if one.name not in elsewhere and f'"{one.name}"' not in TESTS] == []


def test_all_forty_four_checks_are_there() -> None:
    assert [row.id for row in SUITE.rows] == [f"BC-{number:02}" for number in range(1, 45)]


def test_each_topology_has_its_integration_under_the_slots_id(control: ControlClient, slots: dict[str, Slot]) -> None:
    types = {}
    for profile, slot in slots.items():
        integration = rehearsal(control, slot).entity("integrations", slot.integration)["body"]
        types[profile] = (integration["integrationType"]["id"], integration["reportedState"]["code"])
    assert types == {"v1": ("genesys-bot-connector", "ACTIVE"), "v2": ("genesys-digital-bot-connector", "ACTIVE")}


def test_the_orgs_bots_are_those_that_the_reference_gives_itself(
    control: ControlClient, slots: dict[str, Slot]
) -> None:
    one = rehearsal(control, slots["v1"])
    written = bots(one)
    assert put_bots(one, "Administrator") == 204
    assert bots(one) == written
