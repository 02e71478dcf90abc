from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import ContractError
from understudy.platform.catalogue import Catalogue
from understudy.platform.statuses import load_statuses

RULES = """
[rules]
default = { status = 200, certainty = "assumed", source = "s" }
empty = { status = 204, certainty = "assumed", source = "s" }
[operations]
"""


def test_an_operation_has_its_own_status_or_that_of_the_rule(catalogue: Catalogue) -> None:
    statuses = load_statuses(catalogue)
    assert statuses.of(catalogue.by_id["getUsersMe"]) == 200
    assert statuses.of(catalogue.by_id["deleteRoutingLanguage"]) == 204
    assert statuses.of(catalogue.by_id["deleteRoutingQueue"]) == 200
    assert statuses.of(catalogue.by_id["postConversationParticipantReplace"]) == 202
    assert statuses.of(catalogue.by_id["putIntegrationsBotconnectorIntegrationIdBots"]) == 204


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("getNothing = { status = 200 }", "no operation getNothing"),
        ("getUsersMe = { status = 302 }", "302 is no success"),
        ("getUsersMe = 200", "not a file of success statuses"),
    ],
)
def test_a_mistake_in_the_file_is_named(line: str, told: str, catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "statuses.toml"
    path.write_text(RULES + line, "utf-8")
    with pytest.raises(ContractError, match=told):
        load_statuses(catalogue, path)
