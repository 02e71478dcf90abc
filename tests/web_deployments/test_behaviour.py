from __future__ import annotations

import pytest

from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources
from understudy.web_deployments.behaviour import ACTIONS


@pytest.mark.parametrize("group", ["webdeployments", "webmessaging"])
def test_every_operation_of_the_group_has_a_behaviour(group: str) -> None:
    catalogue = load_catalogue()
    served = {id_ for resource in load_resources(catalogue).values() for _, id_ in resource.pairs()}
    wanted = [operation.id for operation in catalogue.operations if operation.group == group and operation.tier == 1]
    assert wanted
    assert [id_ for id_ in wanted if id_ not in ACTIONS and id_ not in served] == []
