from __future__ import annotations

from dataclasses import replace

from tests.history.conftest import Office

from understudy.history.audit import action_of, entries, entry_id, kind_of, message, property_changes, related
from understudy.history.interval import parse_interval
from understudy.history.trail import Entry

QUEUES = "/api/v2/routing/queues"
CLIENTS = "/api/v2/oauth/clients"


def _all(office: Office) -> list[Entry]:
    return entries(office.org, parse_interval(office.interval()), None)


def test_a_change_tells_old_and_new_values(office: Office) -> None:
    made = office.post(QUEUES, {"name": "New", "description": "old"})
    office.ask("PUT", f"{QUEUES}/{made['id']}", {**made, "description": "new"})
    changed, created = _all(office)
    assert (action_of(changed), action_of(created)) == ("Update", "Create")
    assert property_changes(changed) == [{"property": "description", "oldValues": ["old"], "newValues": ["new"]}]
    told = {one["property"]: one for one in property_changes(created)}
    assert told["name"] == {"property": "name", "oldValues": [], "newValues": ["New"]}
    assert told.keys().isdisjoint({"id", "selfUri", "dateModified"})


def test_secrets_are_never_told(office: Office) -> None:
    office.post(CLIENTS, {"name": "Bot", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": []})
    (entry,) = _all(office)
    told = {one["property"]: one for one in property_changes(entry)}
    assert told["secret"] == {"property": "secret", "oldValues": [], "newValues": []}
    secret = next(one for one in office.org.entities.of("oauth.clients").values() if one.name == "Bot").body["secret"]
    assert secret not in str(message(office.org, entry))


def test_secrets_within_values_are_left_out() -> None:
    trunk = b'{"trunk_sip_authentication_credentials_password": {"value": {"instance": "hush"}}, "id": "t"}'
    after = b'{"config": {"password": "hush", "host": "h"}, "list": [{"secret": "hush", "id": "a"}], "t": %b}' % trunk
    entry = Entry(0, 0.0, "op", "c", None, "x", "integrations", "i", "I", b"", after)
    told = {one["property"]: one["newValues"] for one in property_changes(entry)}
    assert told == {"config": ['{"host":"h"}'], "list": ['{"id":"a"}'], "t": ['{"id":"t"}']}


def test_an_entry_says_who_did_what_to_what(office: Office) -> None:
    made = office.post(QUEUES, {"name": "New"})
    (entry,) = _all(office)
    body = message(office.org, entry)
    assert (body["serviceName"], body["entityType"], body["action"]) == ("ContactCenter", "Queue", "Create")
    assert body["entity"] == {"id": made["id"], "name": "New"}
    assert body["client"]["id"] == office.boss.client
    assert body["context"] == {"correlationId": entry.correlation, "operation": "postRoutingQueues"}
    assert "user" not in body
    entry = replace(entry, user="u1")
    assert "name" not in message(office.org, entry)["user"]
    assert message(office.org, entry, with_user=True)["user"]["name"] == "Uma"


def test_entries_are_found_by_service_and_properties(office: Office) -> None:
    queue = office.post(QUEUES, {"name": "New"})["id"]
    office.post("/api/v2/routing/skills", {"name": "Dutch"})
    interval = parse_interval(office.interval())

    def found(service: str | None = None, **properties: str) -> list[str]:
        filters = [{"property": name, "value": value} for name, value in properties.items()]
        return [kind_of(entry).type for entry in entries(office.org, interval, service, filters)]

    assert found() == ["RoutingSkill", "Queue"]
    assert found("ContactCenter") == found(EntityId=queue) == found(EntityType="Queue", Action="Create") == ["Queue"]
    assert found(EntityType="Queue", Action="Delete") == found(UserId="u1") == found(TrusteeOrganizationId="x") == []
    both = [{"property": "EntityType", "value": value} for value in ("Queue", "RoutingSkill")]
    assert len(entries(office.org, interval, None, both, [{"name": "Timestamp", "sortOrder": "ascending"}])) == 2
    assert entries(office.org, parse_interval(office.interval(10, 20)), None) == []


def test_what_one_call_changed_belongs_together(office: Office) -> None:
    office.post(QUEUES, {"name": "New"})
    office.post(QUEUES, {"name": "Other"})
    newest = _all(office)[0]
    assert related(office.org, entry_id(office.org, newest)) == [newest]
    assert related(office.org, "nobody") is None
