"""The list that a v2 provider is asked for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.bot_connector.bots import read_bot, read_bots
from understudy.bot_connector.faults import Faults
from understudy.bot_connector.slots import Declared

VERSION = {
    "version": "1",
    "supportedLanguages": ["en-us"],
    "intents": [{"name": "Order", "entities": [{"name": "size", "type": "IntegerCollection"}]}, {"name": "Bye"}],
}
BOT = {"id": "b1", "name": "Bot", "provider": "x", "versions": [VERSION]}


def read(*bots: Any) -> tuple[list[dict[str, Any]], list[str]]:
    faults = Faults()
    return read_bots(orjson.dumps({"entities": bots}), faults), [fault.path for fault in faults.found]


def test_a_bot_is_read_into_the_form_in_which_the_platform_keeps_it() -> None:
    (bot,), faults = read(BOT)
    assert faults == []
    assert bot["versions"][0]["intents"] == [
        {"name": "Order", "slots": {"size": {"name": "size", "type": "IntegerCollection"}}},
        {"name": "Bye", "slots": {}},
    ]
    assert Declared.of(bot["versions"][0]).intents == {"Order": {"size": "IntegerCollection"}, "Bye": {}}
    assert read_bot(orjson.dumps(BOT), Faults()) == bot


def changed(**fields: Any) -> dict[str, Any]:
    return {**BOT, "versions": [{**VERSION, **fields}]}


@pytest.mark.parametrize(
    ("bot", "path"),
    [
        (5, "entities[0]"),
        ({**BOT, "id": ""}, "entities[0].id"),
        ({**BOT, "name": None}, "entities[0].name"),
        ({**BOT, "versions": []}, "entities[0].versions"),
        ({**BOT, "versions": [1]}, "entities[0].versions[0]"),
        (changed(version=1), "entities[0].versions[0].version"),
        (changed(supportedLanguages="en"), "entities[0].versions[0].supportedLanguages"),
        (changed(supportedLanguages=[1]), "entities[0].versions[0].supportedLanguages"),
        (changed(intents=None), "entities[0].versions[0].intents"),
    ],
)
def test_a_bot_that_can_not_be_read_is_a_fault_and_left_out(bot: Any, path: str) -> None:
    assert read(bot) == ([], [path])


@pytest.mark.parametrize(
    ("intent", "path"),
    [
        (1, "intents[0]"),
        ({}, "intents[0].name"),
        ({"name": "a", "entities": {}}, "intents[0].entities"),
        ({"name": "a", "entities": [1]}, "intents[0].entities[0]"),
        ({"name": "a", "entities": [{"name": "x", "type": "Wish"}]}, "intents[0].entities[0].type"),
    ],
)
def test_an_intent_that_can_not_be_read_is_a_fault(intent: Any, path: str) -> None:
    assert read(changed(intents=[intent]))[1] == [f"entities[0].versions[0].{path}"]


def test_an_id_stands_once() -> None:
    bots, faults = read(BOT, BOT)
    assert len(bots) == 1
    assert faults == ["entities[1].id"]


@settings(max_examples=100, deadline=None, database=None)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["entities", "id", "name", "versions", "version", "supportedLanguages", "intents", "type"]), inner),
    max_leaves=20))  # fmt: skip
def test_reading_never_raises(data: Any) -> None:
    try:
        body = orjson.dumps({"entities": data})
    except TypeError:  # an integer over 64 bits
        return
    faults = Faults()
    read_bots(body, faults)
    read_bot(body, faults)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{}", b'{"entities":{}}'])
def test_a_body_that_is_no_list_of_bots_is_a_fault(body: bytes) -> None:
    faults = Faults()
    assert read_bots(body, faults) == []
    assert faults.first_fatal is not None
