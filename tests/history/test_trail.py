from __future__ import annotations

from tests.history.conftest import Office

from understudy.history.trail import LIVE, Trail, entries, kept
from understudy.world.configuration import store

QUEUES = "/api/v2/routing/queues"


def test_every_change_of_an_entity_leaves_an_entry(office: Office) -> None:
    made = office.post(QUEUES, {"name": "New"})
    office.ask("PUT", f"{QUEUES}/{made['id']}", {"name": "Newer"})
    office.ask("DELETE", f"{QUEUES}/{made['id']}")
    created, changed, deleted = entries(office.org)
    assert [one.operation for one in (created, changed, deleted)] == [
        "postRoutingQueues",
        "putRoutingQueue",
        "deleteRoutingQueue",
    ]
    assert (bool(created.before), bool(created.after)) == (False, True)
    assert changed.before == created.after
    assert (bool(deleted.before), bool(deleted.after)) == (True, False)
    assert {one.id for one in (created, changed, deleted)} == {made["id"]}
    assert created.client == office.boss.client


def test_reading_and_what_is_refused_leave_none(office: Office) -> None:
    office.get(QUEUES)
    assert office.ask("POST", QUEUES, {"name": "Support"})[0] == 409
    assert office.ask("DELETE", f"{QUEUES}/nobody")[0] == 404
    assert entries(office.org) == []


def test_what_somebody_else_wrote_before_is_not_the_calls(office: Office) -> None:
    store(office.org, "routing.queues", "q9", {"id": "q9", "name": "By the org file"})
    office.post(QUEUES, {"name": "New"})
    assert [one.name for one in entries(office.org)] == ["New"]


def test_an_action_that_stores_no_entity_leaves_its_request(office: Office) -> None:
    assert office.ask("POST", f"{QUEUES}/q1/members", [{"id": "u2"}])[0] in (200, 204)
    (one,) = entries(office.org)
    assert (one.resource, one.id, one.name) == ("routing.queues", "q1", "Support")
    assert one.act is not None
    assert one.act.action == "MemberAdd"
    assert b'"u2"' in one.after


def test_a_token_that_is_revoked_leaves_an_entry(office: Office) -> None:
    token = office.token("u1")
    assert office.ask("DELETE", "/api/v2/tokens/me", token=token)[0] in (200, 204)
    (one,) = entries(office.org)
    assert (one.user, one.id, one.act and one.act.action) == ("u1", "u1", "Revoke")


def test_the_trail_is_bounded(office: Office) -> None:
    office.org.live[LIVE] = Trail(2)
    made = [office.post(QUEUES, {"name": name})["id"] for name in "abc"]
    assert [one.id for one in entries(office.org)] == made[1:]
    assert [one.id for one in kept(office.org, [0, 2])] == made[2:]


def test_large_bodies_push_older_ones_out(office: Office) -> None:
    office.org.live[LIVE] = Trail(100, bytes_max=20_000)
    made = [office.post(QUEUES, {"name": name, "description": "d" * 8_000})["id"] for name in "abcd"]
    assert [one.id for one in entries(office.org)] == made[2:]
    office.post(QUEUES, {"name": "e", "description": "d" * 30_000})
    assert [one.name for one in entries(office.org)] == ["e"]
    office.post(QUEUES, {"name": "f"})
    assert [one.name for one in entries(office.org)] == ["f"]
