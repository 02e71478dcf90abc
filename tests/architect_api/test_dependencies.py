from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.architect_api.conftest import FLOW

from understudy.architect_api.dependencies import consumed, consuming, objects, type_of, types
from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources
from understudy.world.entities import Entity
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]


def test_types_are_those_of_the_model_and_their_resources_exist(catalogue: Catalogue) -> None:
    assert list(types()) == catalogue.models["DependencyObject"]["type"]["enum"]
    known = {operation.resource for operation in catalogue.operations} | load_resources(catalogue).keys()
    assert [one.id for one in types().values() if one.resource and one.resource not in known] == []


def test_every_type_of_flow_has_its_type_of_object(catalogue: Catalogue) -> None:
    for name in catalogue.models["Flow"]["type"]["enum"]:
        found = type_of(Entity("flows", "f", {"type": name}))
        assert found in types() or name == "SPEECH", name


def test_references_and_what_a_flow_names_are_dependencies(ask: Ask, office: Org, published: str) -> None:
    ivr = ask("POST", "/api/v2/architect/ivrs", {"name": "Front", "openHoursFlow": {"id": published}})[1]["id"]
    flow = office.entities.of("flows")[published]
    assert [one.id for one in consumed(office, flow)] == ["q1"]
    assert [one.id for one in consuming(office, flow)] == [ivr]
    assert [one.id for one in consuming(office, office.entities.of("routing.queues")["q1"])] == [published]
    assert {published, ivr, "q1"} <= {one.id for one in objects(office)}
    assert [one.id for one in objects(office, "IVRCONFIGURATION")] == [ivr]


def test_integrations_of_bots_are_tracked_and_others_not(office: Org, published: str) -> None:
    for id_, kind in (("b1", "bot-connector"), ("b2", "digital-bot-connector"), ("x1", "embedded-client-app")):
        office.entities.put("integrations", id_, {"id": id_, "name": id_, "integrationType": {"id": kind}})
    office.entities.put("integrations", "x2", {"id": "x2", "name": "x2"})
    known = office.entities.of("integrations")
    told = [type_of(known[id_]) for id_ in ("b1", "b2", "x1", "x2")]
    assert told == ["BOTCONNECTORINTEGRATION", "DIGITALBOTCONNECTORINTEGRATION", "", ""]
    assert [one.id for one in objects(office, "BOTCONNECTORINTEGRATION")] == ["b1"]
    flow = office.entities.of("flows")[published]
    flow.hidden["yaml"] = FLOW + "          - callBotConnector: {botIntegration: {lit: b1}}"
    assert [one.id for one in consumed(office, flow)] == ["b1", "q1"]
    assert [one.id for one in consuming(office, known["b1"])] == [published]


def test_each_version_of_a_flow_names_what_its_text_names(ask: Ask, office: Org, flow: str) -> None:
    ask("POST", f"/api/v2/flows/{flow}/versions", {"yaml": "nothing"})
    ask("POST", f"/api/v2/flows/{flow}/versions", {"yaml": FLOW})
    entity = office.entities.of("flows")[flow]
    assert [len(consumed(office, entity, version)) for version in ("1.0", "2.0", "9.0", "")] == [0, 1, 0, 0]
