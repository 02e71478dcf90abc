from __future__ import annotations

import pytest
from tests.operations.bodies import NOTHING, Bodies

from understudy.platform.catalogue import load_catalogue
from understudy.platform.corrections import load_corrections
from understudy.platform.schemas import Schemas

CATALOGUE = load_catalogue()


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(CATALOGUE.models, load_corrections())


def test_every_body_that_is_made_up_passes_the_gate(bodies: Bodies) -> None:
    schemas = Schemas(CATALOGUE.models)
    types = sorted({operation.body for operation in CATALOGUE.operations if operation.body})[::9]
    assert [type_ for type_ in types if not schemas.gate(type_).is_valid(bodies.valid(type_))] == []


def test_a_wrong_body_does_not(bodies: Bodies) -> None:
    schemas = Schemas(CATALOGUE.models)
    types = sorted({operation.body for operation in CATALOGUE.operations if operation.body})[::9]
    assert [type_ for type_ in types if schemas.gate(type_).is_valid(bodies.wrong(type_))] == []


def test_a_body_lacks_what_is_required_or_there_is_none_such(bodies: Bodies) -> None:
    assert "name" not in bodies.lacking("CreateQueueRequest", bodies.valid("CreateQueueRequest"))
    assert bodies.lacking("RoutingSettings", {}) is NOTHING


def test_names_are_never_the_same_twice(bodies: Bodies) -> None:
    assert bodies.valid("CreateQueueRequest")["name"] != bodies.valid("CreateQueueRequest")["name"]
