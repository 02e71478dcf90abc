from __future__ import annotations

from typing import Any

import pytest

from understudy.notifications import configuration
from understudy.notifications.coverage import coverage
from understudy.notifications.topics import topic_table
from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources
from understudy.platform.schemas import Schemas
from understudy.world.configuration import forget, store
from understudy.world.org import Org

TOPICS = sorted((type_, topic) for type_, topic in coverage().entities.items())
STRANGE: dict[str, Any] = {
    "id": "e1", "name": "One", "version": 7, "status": "Unheard", "active": True, "enabled": "yes", "startDate": "soon",
    "endDate": "2026-01-01T00:00:00.000Z", "publishedVersion": {"id": "1.0", "secure": True}, "calls": [{"x": 1}, 5],
    "configuration": {"id": "c1", "version": "1", "url": "x"}, "user": {"id": "u1", "selfUri": "x"},
    "connectedStatus": [], "more": {},
}  # fmt: skip


def _stored(org: Org, type_: str, id_: str, body: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    store(org, type_, id_, body)
    change = org.changes.read(org.changes.end - 1)[0]
    topic = configuration.topic_of(change)
    return topic, configuration.body(org, change, topic or "")


@pytest.mark.parametrize(("type_", "pattern"), TOPICS)
def test_an_entity_is_cut_to_the_model_of_its_topic(org: Org, schemas: Schemas, type_: str, pattern: str) -> None:
    ids = ["p1", "e1"][-pattern.count("{id}") :]
    topic, body = _stored(org, f"{type_}/{ids[0]}" if len(ids) == 2 else type_, "e1", STRANGE)
    expected = pattern
    for one in ids:
        expected = expected.replace("{id}", one, 1)
    found = topic_table().match(expected)
    assert topic == expected
    assert found is not None
    assert schemas.response(found.model).problems(body) == []
    assert schemas.judge(found.model).problems(body) == []
    assert body


def test_every_resource_with_a_topic_is_one_that_is_served(catalogue: Catalogue) -> None:
    assert {type_ for type_, _ in TOPICS} <= set(load_resources(catalogue))


def test_what_fits_is_kept_as_it_is_and_the_rest_is_left_out(org: Org) -> None:
    topic, body = _stored(org, "flows", "e1", STRANGE)
    assert topic == "v2.flows.e1"
    assert body == {"id": "e1", "name": "One", "publishedVersion": {"id": "1.0"}}


def test_a_deleted_entity_is_told_by_who_it_was(org: Org) -> None:
    store(org, "flows", "f1", {"id": "f1", "name": "One", "description": "x"})
    forget(org, "flows", "f1")
    change = org.changes.read(org.changes.end - 1)[0]
    assert configuration.body(org, change, "v2.flows.f1") == {"id": "f1", "name": "One", "deleted": True}


@pytest.mark.parametrize("type_", ["users", "generic:/api/v2/flows", "flows/x", ""])
def test_what_has_no_topic_makes_none(org: Org, type_: str) -> None:
    store(org, type_, "e1", {"id": "e1"})
    assert configuration.topic_of(org.changes.read(0)[0]) is None
