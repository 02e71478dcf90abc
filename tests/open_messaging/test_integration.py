from __future__ import annotations

import pytest

from understudy.conversations.commands import IntervalDue
from understudy.errors import Refused
from understudy.open_messaging.integration import CompleteIntegration, RetryLater, TellReceipt, find, is_forward, mode
from understudy.open_messaging.lane import Mode
from understudy.world.entities import Entity
from understudy.world.org import Org


def test_an_unknown_integration_is_404(org: Org) -> None:
    with pytest.raises(Refused) as caught:
        find(org, "nope")
    assert caught.value.status == 404


def test_completing_a_deleted_integration_does_nothing(org: Org) -> None:
    assert org.perform(CompleteIntegration("nope")) is None


@pytest.mark.parametrize(
    ("word", "expected"), [("reordered", Mode.REORDERED), ("", Mode.IN_ORDER), ("x", Mode.IN_ORDER)]
)
def test_an_unknown_mode_is_in_order(integration: Entity, word: str, expected: Mode) -> None:
    integration.hidden["mode"] = word
    assert mode(integration) is expected


def test_topology_is_channel_unless_told(integration: Entity) -> None:
    assert not is_forward(integration)
    integration.hidden["topology"] = "forward"
    assert is_forward(integration)


def test_a_receipt_is_an_effect_for_the_driver(org: Org) -> None:
    org.perform(TellReceipt("i1", "u-1", "m1", "Published"))
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.data["status"]) == ("receipt", "Published")


def test_retry_becomes_an_interval_of_the_driver_when_it_is_due(org: Org) -> None:
    org.perform(RetryLater("k", org.now() + 5, IntervalDue("open_messaging", "d1")))
    org.tick()
    assert org.take_effects("open_messaging") == []
    org.clock.jump(5)
    org.tick()
    assert [e.data["key"] for e in org.take_effects("open_messaging")] == ["d1"]
