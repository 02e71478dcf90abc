from __future__ import annotations

from typing import Any

import pytest

from understudy.integrations.bot_list import known, problems_of
from understudy.limits import load_limits


def bot(**changes: Any) -> dict[str, Any]:
    """A bot like the guide's, with changes of bot, version, intent or slot."""
    slot = {"name": "s", "type": "integer"} | changes.pop("slot", {})
    intent = {"name": "Success", "slots": {"s ": slot}} | changes.pop("intent", {})
    version = {"version": "1", "supportedLanguages": ["en-us"], "intents": [intent]} | changes.pop("version", {})
    return {"id": "b1", "name": "Bot", "versions": [version], **changes}


def problems(*bots: dict[str, Any]) -> list[str]:
    return list(problems_of(load_limits(), [known(one) for one in bots]))


def test_the_guides_list_has_no_problem() -> None:
    assert problems(bot()) == []
    assert problems(bot(slot={"type": "StringCollection"}, version={"supportedLanguages": ["es", "pt-br"]})) == []


@pytest.mark.parametrize(
    ("bots", "problem"),
    [
        ([bot(id=f"b{n}") for n in range(51)], "chatBots must not have more than 50 items"),
        ([bot(), bot()], "chatBots names twice: b1"),
        ([bot(id=" ")], "chatBots[0].id must not be empty"),
        ([bot(description="d" * 257)], "chatBots[0].description must not be longer than 256 characters"),
        ([bot(versions=[bot()["versions"][0]] * 2)], "chatBots[0].versions names twice: 1"),
        (
            [bot(version={"version": " 1"})],
            "chatBots[0].versions[0].version must be 1 to 100 displayable characters without blanks at either end",
        ),
        (
            [bot(intent={"name": "n" * 101})],
            "chatBots[0].versions[0].intents[0].name must be 1 to 100 displayable characters "
            "without blanks at either end",
        ),
        (
            [bot(intent={"slots": {str(n): {"name": f"s{n}", "type": "String"} for n in range(51)}})],
            "chatBots[0].versions[0].intents[0].slots must not have more than 50 items",
        ),
        (
            [bot(slot={"type": "text"})],
            "chatBots[0].versions[0].intents[0].slots[s ].type is 'text', which is no slot type",
        ),
        (
            [bot(version={"supportedLanguages": ["English!"]})],
            "chatBots[0].versions[0].supportedLanguages has 'English!', which is no language tag",
        ),
    ],
)
def test_each_problem_is_named_with_its_place(bots: list[dict[str, Any]], problem: str) -> None:
    assert problems(*bots) == [problem]


def test_nulls_and_unknown_fields_are_not_kept() -> None:
    kept = known({**bot(), "name": None, "extra": 1})
    assert kept == {key: value for key, value in bot().items() if key != "name"}
    assert known(bot(intent={"slots": None}))["versions"][0]["intents"][0]["slots"] == {}
