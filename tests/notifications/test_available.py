from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from understudy.notifications import available
from understudy.notifications.coverage import coverage
from understudy.notifications.topics import topic_table
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

OPERATION = "getNotificationsAvailabletopics"


@pytest.fixture
def listed(org: Org, catalogue: Catalogue, schemas: Schemas) -> Any:
    """``listed(expand, …)``: the topics by id; the whole answer satisfies its model."""

    def ask(*expand: str, **query: str) -> dict[str, dict[str, Any]]:
        given = {"expand": ",".join(expand), **query} if expand else dict(query)
        token = Token("t", "client", org.id, 0.0, 1e12)
        answer = available.list_topics(
            Call(World(), org, token, catalogue.by_id[OPERATION], {}, given, None, "http://h")
        )
        assert schemas.response("AvailableTopicEntityListing").problems(answer.body) == []
        return {topic["id"]: topic for topic in answer.body["entities"]}

    return ask


def test_every_topic_is_listed_with_its_id_alone(listed: Any, catalogue: Catalogue) -> None:
    topics = listed()
    assert set(topics) == set(catalogue.topics)
    assert len(topics) == 242
    assert all(set(topic) == {"id"} for topic in topics.values())


def test_expand_knows_exactly_the_catalogues_fields(catalogue: Catalogue) -> None:
    (expand,) = [query for query in catalogue.by_id[OPERATION].query if query.name == "expand"]
    assert set(available.FIELDS) == set(expand.enum)


@pytest.mark.parametrize("field", sorted(available.FIELDS))
def test_each_field_comes_when_it_is_asked_for(listed: Any, field: str) -> None:
    assert all(set(topic) == {"id", field} for topic in listed(field).values())


def test_fields_tell_of_one_topic_what_is_known(listed: Any) -> None:
    names = ("enforced", "requiresPermissions", "permissionDetails", "topicParameters", "publicApiTemplateUriPaths")
    topics = listed("transports", "visibility", *names, "nonsense")
    assert topics["v2.users.{id}.conversations"] == {
        "id": "v2.users.{id}.conversations",
        "enforced": True,
        "visibility": "Public",
        "transports": ["Websocket"],
        "requiresPermissions": ["conversation:communication:view"],
        "permissionDetails": [
            {
                "type": "requiresAnyDivisionPermissions",
                "permissions": ["conversation:communication:view"],
                "allowsCurrentUser": True,
                "enforced": True,
            }
        ],
        "topicParameters": ["id"],
        "publicApiTemplateUriPaths": [],
    }
    assert topics["v2.users.{id}.presence"]["permissionDetails"] == []
    assert topics["v2.detail.events.conversation.{id}.acw"]["transports"] == ["All"]
    status = topics["v2.users.{id}.routingStatus"]
    assert status["publicApiTemplateUriPaths"] == ["/api/v2/users/{userId}/routingstatus"]
    assert status["topicParameters"] == ["userId"]


def test_the_schema_is_that_of_the_events_body(listed: Any) -> None:
    topics = listed("schema")
    schema = topics["v2.users.{id}.routingStatus"]["schema"]
    engine = jsonschema_rs.validator_for(schema)
    assert engine.is_valid({"id": "u1", "routingStatus": {"status": "IDLE"}})
    assert not engine.is_valid({"id": "u1", "routingStatus": {"status": "BORED"}})
    assert all(topic["schema"]["$ref"] for topic in topics.values())


def test_previews_are_left_out_when_they_are_not_wanted(listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "v2.users.{id}.presence"
    assert len(listed(includePreview="false")) == 242  # no source names a preview
    monkeypatch.setattr(coverage(), "preview", frozenset({name}))
    assert listed("visibility")[name]["visibility"] == "Preview"
    assert name not in listed(includePreview="false")
    assert name in listed(includePreview="true")


def test_every_path_is_one_that_reads(catalogue: Catalogue) -> None:
    readable = {operation.path for operation in catalogue.operations if operation.method == "GET"}
    found = [path for topic in topic_table().topics for path in available.uri_paths(topic)]
    assert found
    assert set(found) <= readable
