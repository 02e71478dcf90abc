from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import Refused
from understudy.platform.bodies import form_of
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

SERVICE = Token("t", "service-client", "o", 0, 1)
PERSON = Token("t", "app-client", "o", 0, 1, user="ann")


class Forms:
    """Forms of the shipped resources, applied to bodies."""

    def __init__(self, catalogue: Catalogue, org: Org) -> None:
        self.catalogue, self.org, self.resources = catalogue, org, load_resources(catalogue)

    def call(self, operation: str, body: Any, token: Token = SERVICE) -> Call:
        return Call(World(), self.org, token, self.catalogue.by_id[operation], {}, {}, body, "")

    def new(self, resource: str, operation: str, body: Any, token: Token = SERVICE) -> dict[str, Any]:
        form = form_of(self.catalogue.by_id[operation], self.resources[resource], self.catalogue.models)
        return form.new(self.call(operation, body, token))

    def put(self, resource: str, operation: str, before: dict[str, Any], body: Any) -> dict[str, Any]:
        form = form_of(self.catalogue.by_id[operation], self.resources[resource], self.catalogue.models)
        return form.replaced(self.call(operation, body), before)

    def patch(self, resource: str, operation: str, before: dict[str, Any], body: Any) -> dict[str, Any]:
        form = form_of(self.catalogue.by_id[operation], self.resources[resource], self.catalogue.models)
        return form.merged(self.call(operation, body), before)


@pytest.fixture
def forms(catalogue: Catalogue, office: Org) -> Forms:
    return Forms(catalogue, office)


def test_a_request_sets_neither_system_nor_unknown_fields(forms: Forms) -> None:
    sent = {"name": "Q", "id": "mine", "memberCount": 7, "dateCreated": "2001", "createdBy": "me", "colour": "red"}
    body = forms.new("routing.queues", "postRoutingQueues", sent)
    assert body["name"] == "Q"
    assert body["memberCount"] == 0
    assert body["createdBy"] == "service-client"
    assert body["dateCreated"].endswith("Z")
    assert "colour" not in body
    assert "id" not in body


def test_what_no_model_knows_is_dropped_at_every_depth_and_so_is_null(forms: Forms) -> None:
    policy = {
        "domain": "routing",
        "entityName": "queue",
        "actionSet": ["view"],
        "colour": "red",
        "allowConditions": None,
    }
    body = forms.new("authorization.roles", "postAuthorizationRoles", {"name": "R", "permissionPolicies": [policy]})
    assert body["permissionPolicies"] == [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]
    media = {"message": {"alertingTimeoutSeconds": 5, "colour": "red"}}
    assert forms.new("routing.queues", "postRoutingQueues", {"name": "Q", "mediaSettings": media})["mediaSettings"] == {
        "message": {"alertingTimeoutSeconds": 5}
    }


def test_maps_and_free_values_are_kept_as_they_are(forms: Forms) -> None:
    sent = {"name": "I", "webhookHeaders": {"X-Any": "thing"}}
    body = forms.new("messaging.integrations.open", "postConversationsMessagingIntegrationsOpen", sent)
    assert body["webhookHeaders"] == {"X-Any": "thing"}


def test_null_is_not_given_on_create(forms: Forms) -> None:
    assert "description" not in forms.new("routing.queues", "postRoutingQueues", {"name": "Q", "description": None})


def test_no_two_entities_share_a_default(forms: Forms) -> None:
    one = forms.new("users", "postUsers", {"name": "A"})
    two = forms.new("users", "postUsers", {"name": "B"})
    assert one["state"] == two["state"] == "active"
    assert one is not two


def test_authors_are_ids_or_references_as_the_model_says(forms: Forms) -> None:
    queue = forms.new("routing.queues", "postRoutingQueues", {"name": "Q"}, PERSON)
    assert queue["createdBy"] == queue["modifiedBy"] == "ann"
    setting = forms.new("messaging.settings", "postConversationsMessagingSettings", {"name": "S"}, PERSON)
    assert setting["createdBy"] == {"id": "ann", "selfUri": "/api/v2/users/ann"}
    by_client = forms.new("messaging.settings", "postConversationsMessagingSettings", {"name": "S"})
    assert by_client["updatedBy"]["selfUri"] == "/api/v2/oauth/clients/service-client"


def test_put_replaces_what_is_writable_and_keeps_the_rest(forms: Forms) -> None:
    before = {"id": "q", "name": "Q", "description": "old", "memberCount": 3, "dateCreated": "then"}
    after = forms.put("routing.queues", "putRoutingQueue", before, {"name": "R"})
    assert (after["name"], after["memberCount"], after["dateCreated"]) == ("R", 3, "then")
    assert "description" not in after


def test_patch_changes_only_what_is_given_and_null_takes_away(forms: Forms) -> None:
    before = {"id": "u", "name": "Ann", "title": "Agent", "department": "Sales", "version": 4}
    after = forms.patch("users", "patchUser", before, {"title": "Lead", "department": None, "version": 4})
    assert (after["name"], after["title"], after["version"]) == ("Ann", "Lead", 5)
    assert "department" not in after


def test_a_version_is_a_number_or_a_text_as_the_model_says(forms: Forms) -> None:
    skill = forms.new("routing.skills", "postRoutingSkills", {"name": "s"})
    assert skill["version"] == "1"
    content = forms.new("messaging.supportedcontent", "postConversationsMessagingSupportedcontent", {"name": "s"})
    assert content["version"] == 1
    operation = "patchConversationsMessagingSupportedcontentSupportedContentId"
    assert forms.patch("messaging.supportedcontent", operation, content, {"name": "t"})["version"] == 2


def test_an_entity_lives_at_home_unless_it_names_a_division(forms: Forms, office: Org) -> None:
    home = next(d for d in office.entities.of("authorization.divisions").values() if d.body["homeDivision"])
    assert forms.new("routing.queues", "postRoutingQueues", {"name": "Q"})["division"]["id"] == home.id
    office.entities.put("authorization.divisions", "north", {"id": "north", "name": "North"})
    named = forms.new("routing.queues", "postRoutingQueues", {"name": "Q", "division": {"id": "north"}})
    assert named["division"] == {
        "id": "north",
        "name": "North",
        "selfUri": "/api/v2/authorization/divisions/north",
    }
    assert forms.new("users", "postUsers", {"name": "A", "divisionId": "north"})["division"]["name"] == "North"
    with pytest.raises(Refused) as refused:
        forms.new("routing.queues", "postRoutingQueues", {"name": "Q", "division": {"id": "nowhere"}})
    assert (refused.value.status, refused.value.details[0]["fieldName"]) == (400, "division.id")


def test_a_reference_becomes_id_name_and_uri_and_must_exist(forms: Forms, office: Org) -> None:
    office.entities.put("flows", "f", {"id": "f", "name": "Inbound", "selfUri": "/api/v2/flows/f"})
    body = forms.put("routing.message.recipients", "putRoutingMessageRecipient", {"id": "r"}, {"flow": {"id": "f"}})
    assert body["flow"] == {"id": "f", "name": "Inbound", "selfUri": "/api/v2/flows/f"}
    for wrong in ({"id": "g"}, {}, "f"):
        with pytest.raises(Refused) as refused:
            forms.put("routing.message.recipients", "putRoutingMessageRecipient", {"id": "r"}, {"flow": wrong})
        assert refused.value.code == "invalid.value"


def test_an_id_is_wrapped_where_the_model_has_an_object(forms: Forms) -> None:
    assert forms.patch("users", "patchUser", {"id": "u"}, {"manager": "boss", "version": 1})["manager"] == {
        "id": "boss"
    }


def test_a_free_form_body_keeps_every_field(forms: Forms) -> None:
    row = forms.new("architect.datatables.rows", "postFlowsDatatableRows", {"key": "a", "id": 1, "any": [1]})
    assert row == {"key": "a", "id": 1, "any": [1]}
    assert forms.put("architect.datatables.rows", "putFlowsDatatableRow", row, {"other": 1}) == {"other": 1}
