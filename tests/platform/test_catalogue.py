"""The catalogue as the emulator reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import ContractError
from understudy.material import material
from understudy.platform.catalogue import Catalogue, Kind, Models, QueryParameter, load_catalogue

CATALOGUE = load_catalogue()


def test_everything_is_there() -> None:
    counts = (len(CATALOGUE.operations), len(CATALOGUE.models), len(CATALOGUE.topics), len(CATALOGUE.regions))
    assert counts == (3355, 6438, 242, 18)


def test_index_is_the_place_among_the_operations() -> None:
    assert [operation.index for operation in CATALOGUE.operations] == list(range(3355))


def test_operation_carries_what_the_description_says() -> None:
    found = CATALOGUE.by_id["postConversationsMessageInboundOpenMessage"]
    assert (found.method, found.path) == (
        "POST",
        "/api/v2/conversations/messages/{integrationId}/inbound/open/message",
    )
    assert (found.group, found.tier, found.kind, found.auth) == ("messages", 1, Kind.ACTION, True)
    assert (found.body, found.body_required, found.response) == (
        "OpenInboundNormalizedMessage",
        True,
        "OpenMessageNormalizedMessage",
    )
    assert (found.permission_mode, found.permissions) == ("ALL", ("conversation:message:receive",))
    assert QueryParameter("prefetchConversationId", "boolean", default="false") in found.query
    assert found.variables == ("integrationId",)
    assert "conversations" in found.scopes


def test_deprecated_and_preview_and_public_operations_are_marked() -> None:
    operations = CATALOGUE.operations
    assert sum(operation.deprecated for operation in operations) == 41
    assert sum(operation.preview for operation in operations) == 88
    assert sum(not operation.auth for operation in operations) == 35


def test_modes_are_the_four() -> None:
    assert {operation.permission_mode for operation in CATALOGUE.operations} == {"ANY", "ALL", "NO", "UNKNOWN"}
    for operation in CATALOGUE.operations:
        assert bool(operation.permissions) == (operation.permission_mode in ("ANY", "ALL")), operation.id


def test_every_model_of_an_operation_and_of_a_topic_exists() -> None:
    scalars = {"string", "integer", "object", "boolean", "number"}
    types = {type_ for o in CATALOGUE.operations for type_ in (o.body, o.response) if type_}
    for type_ in types | set(CATALOGUE.topics.values()):
        name = type_.removesuffix("[]").removeprefix("map<").removesuffix(">")
        assert name in CATALOGUE.models or name in scalars, type_


def test_model_is_parsed_when_asked_for() -> None:
    models = Models(b'{\n"A":{"id":{"type":"string","readOnly":true}},\n"B":not json\n}\n')
    assert list(models) == ["A", "B"]
    assert "B" in models
    assert models["A"] == {"id": {"type": "string", "readOnly": True}}
    assert models["A"] is models["A"]
    with pytest.raises(KeyError):
        models["C"]


def test_regions_and_topics_and_error_codes_are_read() -> None:
    assert CATALOGUE.regions["eu-central-1"] == "mypurecloud.de"
    assert (
        CATALOGUE.topics["v2.users.{id}.conversations.messages"] == "ConversationMessageEventTopicMessageConversation"
    )
    assert CATALOGUE.error_codes["onEveryOperation"]["429"] == ["too.many.requests"]


@pytest.mark.parametrize("content", ["", "[1]", "{}x", '[{"id":"a"}]'])
def test_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "operations.json").write_text(content, "utf-8")
    with pytest.raises(ContractError, match=r"operations\.json.*run understudy contracts build"):
        Catalogue(tmp_path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"operations\.json"):
        load_catalogue(tmp_path)


def test_nobody_caches_the_catalogue() -> None:
    assert load_catalogue(material("contracts/platform_api")) is not CATALOGUE
