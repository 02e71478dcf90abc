from __future__ import annotations

from understudy.platform.catalogue import Catalogue
from understudy.platform.refusals import forbidden, no_route, not_a_user, not_implemented, own_mistake


def test_an_unknown_path_is_told_the_nearest_known_one() -> None:
    refusal = no_route("GET", "/api/v2/qeues", (), "/api/v2/routing/queues")
    assert (refusal.status, refusal.code) == (404, "not.found")
    assert refusal.message == (
        "The requested resource /api/v2/qeues was not found; the nearest known path is /api/v2/routing/queues"
    )
    assert no_route("GET", "/x", (), "").message == "The requested resource /x was not found"


def test_a_wrong_method_is_told_the_right_ones() -> None:
    refusal = no_route("PATCH", "/api/v2/routing/queues", ("GET", "POST"), "")
    assert (refusal.status, refusal.headers) == (405, {"Allow": "GET, POST"})


def test_missing_permissions_stand_at_the_end_behind_assigned(catalogue: Catalogue) -> None:
    one_of = forbidden(catalogue.by_id["postRoutingQueues"], ["routing:queue:add"])
    assert one_of.code == "missing.any.permissions"
    assert one_of.message.endswith("at least one of these permissions assigned: [routing:queue:add]")
    everything = forbidden(catalogue.by_id["postConversationsMessagesAgentless"], ["a:b:c", "d:e:f"])
    assert everything.code == "missing.permissions"
    assert everything.message.endswith("all of these permissions assigned: [a:b:c, d:e:f]")


def test_501_names_the_operation(catalogue: Catalogue) -> None:
    refusal = not_implemented(catalogue.by_id["getVoicemailMePolicy"])
    assert (refusal.status, refusal.code) == (501, "not.implemented")
    assert "getVoicemailMePolicy (GET /api/v2/voicemail/me/policy)" in refusal.message


def test_the_other_codes_are_the_documented_ones() -> None:
    assert (not_a_user().status, not_a_user().code) == (400, "not.a.user")
    assert (own_mistake().status, own_mistake().code) == (500, "internal.server.error")
