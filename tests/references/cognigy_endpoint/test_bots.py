"""What the bot declares keeps the limits of the platform, and is the same in both contracts."""

from __future__ import annotations

import json

from understudy.bot_connector.bots import read_bots
from understudy.bot_connector.faults import Faults
from understudy.integrations.bot_list import known, problems_of
from understudy.limits import load_limits
from understudy.references.cognigy_endpoint.bots import FULL, Bots


def test_the_list_keeps_the_platforms_limits_but_with_its_fault() -> None:
    for listed in ("guide", "full"):
        bots = [known(bot) for bot in Bots("b1", listed).body()["chatBots"]]
        assert list(problems_of(load_limits(), bots)) == []
    broken = [known(bot) for bot in Bots("b1", "full", frozenset({"long_name"})).body()["chatBots"]]
    assert len(list(problems_of(load_limits(), broken))) == 1


def test_v2_declares_the_same() -> None:
    bots, faults = Bots("b1", "full"), Faults()
    (read,) = read_bots(json.dumps(bots.listing()).encode(), faults)
    assert faults.found == []
    (version,) = bots.body()["chatBots"][0]["versions"]
    assert read["versions"][0]["intents"] == version["intents"]


def test_slots_are_those_of_an_intent_or_of_all() -> None:
    bots = Bots("b1", "full")
    assert bots.slots("Order") == {"item": "String", "quantity": "Integer"}
    assert bots.slots("Nothing") == {}
    assert {"item", "processedTimestamp"} <= set(bots.slots(None))
    assert bots.declares("Handoff")
    assert not Bots("b1", "guide").declares("Handoff")
    assert bots.knows("b1", "1")
    assert not bots.knows("b1", "2")
    assert "Success" in FULL
