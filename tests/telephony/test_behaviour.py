from __future__ import annotations

from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources
from understudy.telephony import behaviour


def test_every_operation_of_telephony_and_stations_in_tier_1_has_a_behaviour(catalogue: Catalogue) -> None:
    resources = load_resources(catalogue)
    served = {id_ for resource in resources.values() for _, id_ in resource.pairs()} | behaviour.ACTIONS.keys()
    groups = ("telephony", "stations")
    missing = [one.id for one in catalogue.operations if one.tier == 1 and one.group in groups and one.id not in served]
    assert missing == []


def test_every_rule_is_a_resources(catalogue: Catalogue) -> None:
    assert behaviour.RULES.keys() <= load_resources(catalogue).keys()
