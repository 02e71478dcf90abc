"""What tests read and change in one org: views, notes, commands, and variations of its configuration. No I/O.

Each function takes (host, org, rest, body, query): ``rest`` is the path below ``orgs/{org}``, ``body`` the JSON object
that was sent, ``query`` the parameters. ``IN_ORG`` is the table of them; what waits is in ``driver.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from understudy.attachments.store import AddMedia
from understudy.control.behaviour import activity_view, build_command, conversation_view, org_view
from understudy.errors import UnderstudyError
from understudy.notifications.channel import AnnounceClosing
from understudy.notifications.channels import channels_of
from understudy.oauth.tokens import RevokeTokens
from understudy.orgfile.export import export_org
from understudy.platform.catalogue import Catalogue
from understudy.platform.faults import Fault, clear, inject
from understudy.platform.permissions import Permissions
from understudy.platform.queue_members import set_members
from understudy.record.recorder import Recorder
from understudy.regions import region_domain
from understudy.routing.agents import members
from understudy.web_messaging.guests import guest_called, guest_of
from understudy.web_messaging.identity import SignInGuest
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS

Rest = list[str]
Json = dict[str, Any]


class NoSuch(UnderstudyError):
    """The org has no such thing: 404."""


class Records(Protocol):
    """What these functions need of the emulator."""

    recorder: Recorder
    catalogue: Catalogue
    permissions: Permissions
    origin: str

    def remove_org(self, org: Org) -> None:
        """Forget an org."""


InOrg = Callable[[Records, Org, Rest, Json, Mapping[str, str]], Any]


def show(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}``."""
    return org_view(org)


def remove(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``DELETE orgs/{org}``."""
    host.remove_org(org)
    return {}


def export(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/export``: an org file of it, its variables' values, and what is not in it."""
    found = export_org(org)
    return {"text": found.text, "secrets": dict(found.secrets), "lost": list(found.lost)}


def cursors(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/cursor``."""
    return {"changes": org.changes.end, "entries": host.recorder.ring.end}


def note(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/notes`` {name, data, conversation, customer}."""
    entry = host.recorder.note(
        str(body["name"]), moment=org.clock.moment(), interface="test", org=org.id,
        conversation=body.get("conversation"), customer=body.get("customer"), **dict(body.get("data") or {}),
    )  # fmt: skip
    return {"entry": entry.id}


def perform(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/perform`` {command, arguments}."""
    result = org.perform(build_command(str(body["command"]), dict(body.get("arguments") or {})))
    first = result[0] if isinstance(result, tuple) else result
    return {"id": getattr(first, "id", None)}


def conversation(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/conversations/{id}`` or ``…/conversations?customer=``."""
    if len(rest) == 2:
        if rest[1] not in org.conversations:
            raise NoSuch(f"no conversation {rest[1]!r}")
        return conversation_view(org.conversations[rest[1]])
    customer = query.get("customer")
    found = [one for one in org.conversations.values() if customer in (None, one.leg.address)]
    return {"conversations": [conversation_view(one) for one in found]}


def entities(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/entities/{type}[/{id}]``."""
    if len(rest) == 1:
        raise NoSuch(f"name a type: {', '.join(org.entities.types())}")
    found = org.entities.of(rest[1])
    if len(rest) == 3 and rest[2] not in found:
        raise NoSuch(f"no {rest[1]} {rest[2]!r}")
    chosen = found.values() if len(rest) == 2 else [found[rest[2]]]
    return {"entities": [{"id": e.id, "body": e.body, "hidden": e.hidden, "version": e.version} for e in chosen]}


def change_entity(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``PUT orgs/{org}/entities/{type}/{id}`` {body, hidden}: replace, for variations of the configuration."""
    entity = org.entities.put(rest[1], rest[2], dict(body["body"]), body.get("hidden"))
    org.grants_version += 1
    org.note("configuration.varied", type=rest[1], id=rest[2], name=entity.name)
    return {"version": entity.version}


def live(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/live/{name}``: a live table, such as ``permissions.used``."""
    return {"live": _plain(org.live.get(rest[1], {}))}


def add_fault(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/faults``: the fields of ``platform.faults.Fault``."""
    fault = Fault(**body)
    inject(org, fault)
    org.note("fault.prepared", **fault.to_json())  # ``fault.injected`` follows when a request meets it
    return {}


def clear_faults(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``DELETE orgs/{org}/faults``."""
    return {"cleared": clear(org)}


def revoke(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``DELETE orgs/{org}/tokens``: revoke every token of the org."""
    clients = {token.client for token in org.tokens.values()}
    gone = [token for client in clients for token in org.perform(RevokeTokens(client=client, reason="test"))]
    return {"revoked": len(gone)}


def ids(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/ids`` {purpose}: the org's next id of that purpose."""
    return {"id": org.ids.uuid(str(body["purpose"]))}


def agents(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/agents``: members of queues, in order."""
    members = [user for queue in org.live.get("queue.members", {}).values() for user in queue]
    users = [org.entities.get("users", user) for user in dict.fromkeys(members)]
    return {"agents": [{"id": user.id, "name": user.name} for user in users if user]}


def activity(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``GET orgs/{org}/activity``: what the endpoint's OAuth client did, and which permissions that took."""
    return activity_view(org, host.catalogue, host.permissions)


def media(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/media``: the fields of ``attachments.store.AddMedia``; returns the file's URL."""
    made = org.perform(AddMedia(**body))
    return {"id": made["id"], "url": host.origin + made["path"]}


def change_members(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``PUT orgs/{org}/members/{queue}`` {members: {user: joined}}; returns who they were."""
    before = dict(members(org, rest[1]))
    set_members(org, rest[1], dict(body["members"]))
    org.note("configuration.varied", type="queue.members", id=rest[1])
    return {"members": before}


def region(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``PUT orgs/{org}/region`` {region}: a region's name or domain, "" for any; returns the one before."""
    wanted = str(body["region"])
    domain = region_domain(wanted) if wanted else ""
    entity = org.entities.of(ORGANIZATIONS)[org.id]
    before = str(entity.hidden.get("region") or "")
    entity.hidden["region"] = domain
    org.note("configuration.varied", type="region", id=domain)
    return {"region": before}


def waits(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``PUT orgs/{org}/waits`` {limit's name: seconds, or null for the real one}: shorten a wait for a peer."""
    table = org.live.setdefault("waits", {})
    for name, seconds in body.items():
        org.limits.value(*name.split(".", 1))
        table.pop(name, None)
        if seconds is not None:
            table[name] = float(seconds)
        org.note("wait.shortened", limit=name, seconds=seconds)
    return {}


def maintain(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/maintenance`` {channel, or none for all}: open notification sockets say ``socket_closing`` and
    close a minute of the org's time later; returns whose they are."""
    channels = channels_of(org).by_id.values()
    wanted = body.get("channel")
    ids = [wanted] if wanted else [one.id for one in channels if one.connected is not None and not one.is_closing]
    for id_ in ids:
        org.perform(AnnounceClosing(str(id_)))
    org.note("maintenance.announced", channels=ids)
    return {"channels": ids}


def guests(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/guests`` {token}, or {journey: who the client says its customer is}: who a guest of a messenger
    is to the org: customer, conversation ("" before the first message) and how many connections. A journey may begin
    later: until then the customer is ""."""
    guest = guest_called(org, str(body["journey"])) if body.get("journey") else guest_of(org, str(body["token"]))
    if guest is None and body.get("journey"):
        return {"customer": "", "conversation": "", "connections": 0}
    if guest is None:
        raise NoSuch("no session of this guest's token")
    return {"customer": guest.id, "conversation": guest.conversation, "connections": len(guest.sockets)}


def set_user_side(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``PUT orgs/{org}/user_side`` {url, command}."""
    org.live["user_side"] = body
    return {}


def sign_in(host: Records, org: Org, rest: Rest, body: Json, query: Mapping[str, str]) -> Any:
    """``POST orgs/{org}/sign_ins`` {deployment, subject, name, challenge, nonce}: a guest signs in at the identity
    provider, which the emulator plays; returns the one-time ``code``."""
    further = {name: str(body.get(name) or "") for name in ("name", "challenge", "nonce")}
    return {"code": org.perform(SignInGuest(str(body["deployment"]), str(body["subject"]), **further))}


def _plain(value: Any) -> Any:
    """Tables with tuple keys or sets, as JSON can hold them."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


IN_ORG: Mapping[tuple[str, str], InOrg] = {
    ("GET", ""): show,
    ("DELETE", ""): remove,
    ("GET", "export"): export,
    ("GET", "cursor"): cursors,
    ("POST", "notes"): note,
    ("POST", "perform"): perform,
    ("GET", "conversations"): conversation,
    ("GET", "entities"): entities,
    ("PUT", "entities"): change_entity,
    ("GET", "live"): live,
    ("POST", "faults"): add_fault,
    ("DELETE", "faults"): clear_faults,
    ("DELETE", "tokens"): revoke,
    ("GET", "activity"): activity,
    ("POST", "media"): media,
    ("PUT", "members"): change_members,
    ("PUT", "region"): region,
    ("PUT", "waits"): waits,
    ("POST", "maintenance"): maintain,
    ("PUT", "user_side"): set_user_side,
    ("POST", "guests"): guests,
    ("POST", "ids"): ids,
    ("GET", "agents"): agents,
    ("POST", "sign_ins"): sign_in,
}
