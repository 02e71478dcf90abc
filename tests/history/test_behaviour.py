from __future__ import annotations

from understudy.history import behaviour
from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources

GROUPS = ("analytics", "audit", "recording", "speech-text-analytics")


def test_every_tier_1_operation_of_the_history_has_a_behaviour() -> None:
    catalogue = load_catalogue()
    served = {id_ for resource in load_resources(catalogue).values() for _, id_ in resource.pairs()}
    wanted = [one.id for one in catalogue.operations if one.tier == 1 and one.group in GROUPS]
    assert wanted
    assert [id_ for id_ in wanted if id_ not in behaviour.ACTIONS and id_ not in served] == []


def test_the_tables_name_operations_and_resources_that_there_are() -> None:
    catalogue = load_catalogue()
    assert behaviour.ACTIONS.keys() <= catalogue.by_id.keys()
    assert behaviour.RULES.keys() <= load_resources(catalogue).keys()
