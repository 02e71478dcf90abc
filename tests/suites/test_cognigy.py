"""The Cognigy suite is whole: every check has rules and a test, and the org is the guide's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

import understudy
from understudy.checker.judge import standard_rulebook
from understudy.material import material
from understudy.references.cognigy_endpoint.faults import FAULTS
from understudy.suite import load_suite

SUITE = load_suite("cognigy")
FOLDER = SUITE.folder
TESTS = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("test_*.py"))}
# Rows that no mistake of an endpoint can turn red: what is refused there is refused by Genesys alone.
BEYOND_THE_ENDPOINT = {"F4"}


def test_every_check_has_rules_and_a_test_and_every_rule_a_check() -> None:
    book = standard_rulebook()
    marked = set(re.findall(r'"(CG-[A-Za-z0-9_.]+)"', "".join(TESTS.values())))
    assert {check for check in SUITE.checks if not book.of(check)} == set()
    assert set(SUITE.checks) - marked == set()
    assert {check for check in book.checks() if check.startswith("CG-")} == set(SUITE.checks)


def test_every_item_of_the_configuration_is_seen_with_and_without() -> None:
    (row,) = (row for row in SUITE.rows if row.id == "C1")
    items = {check.removesuffix(".with") for check in row.checks if check.endswith(".with")}
    assert {check.removesuffix(".without") for check in row.checks if check.endswith(".without")} == items
    assert len(items) * 2 + 1 == len(row.checks), "beside them only the vendor's word on its feature flags"


def test_fault_rows_are_derived_and_all_of_them_gate() -> None:
    assert [row.id for row in SUITE.rows if row.derived] == ["F1", "F2", "F3", "F4", "F5", "F6"]
    assert [row.id for row in SUITE.rows if not SUITE.is_required(row)] == ["C1"]


def test_the_org_file_registers_the_bot_as_the_guides_body_does() -> None:
    given = re.search(r'GUIDE_BODY = """(.*?)"""', TESTS["test_verify.py"], re.DOTALL)
    assert given is not None
    (guide,) = json.loads(given[1])["chatBots"]
    (bot,) = yaml.safe_load((FOLDER / "org.yaml").read_text("utf-8"))["integrations.botconnector.bots"]
    assert {key: bot[key] for key in ("name", "versions")} == {key: guide[key] for key in ("name", "versions")}


def test_the_flow_says_the_guides_message_bodies_and_then_transfers() -> None:
    flow = yaml.safe_load((FOLDER / "flows" / "cognigy.yaml").read_text("utf-8"))["inboundShortMessage"]
    (state,) = flow["states"]
    call = state["state"]["actions"][0]["callBotConnector"]
    for path, text in {"success": "success message", "failure": "fail message"}.items():
        said, moved = call["outputs"][path]["actions"]
        assert said["sendResponse"]["messageBody"] == {"lit": text}
        assert moved["transferToAcd"]["targetQueue"]["lit"]["name"] == "Cognigy Handover Queue"


def test_every_row_has_a_fault_that_turns_it_red() -> None:
    red = {row for fault in FAULTS.values() for row in fault.rows}
    assert {row.id for row in SUITE.rows} - red == BEYOND_THE_ENDPOINT
    named = {check for fault in FAULTS.values() for check in fault.checks if check.startswith("CG-")}
    assert named <= set(SUITE.checks)


def test_the_diagnoses_that_rules_ask_for_are_the_bot_connectors_own() -> None:
    code = "".join(path.read_text("utf-8") for path in Path(understudy.__file__).parent.rglob("*.py"))
    asked = set(re.findall(r'"bot_connector\.([a-z_]+)"', "".join(TESTS.values()) + _rules()))
    assert {name for name in asked if f'"{name}"' not in code} == set()


def _rules() -> str:
    return (material("contracts") / "cognigy" / "rules.toml").read_text("utf-8")
