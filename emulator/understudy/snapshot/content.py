"""What an org is made of, apart from the org: taken from it, made anew from a plan or a snapshot, put into it at once.

Everything that can fail happens before ``install``: an org is never left half of one thing and half of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from understudy.architect.load import load
from understudy.conversations.commands import Disconnect
from understudy.errors import FlowError, Refused, SettingsError
from understudy.ids import Ids
from understudy.integrations.installed import pull_all
from understudy.notifications.channel import ChannelExpired
from understudy.notifications.channels import channels_of
from understudy.oauth.tokens import RevokeTokens
from understudy.orgfile.apply import apply_org
from understudy.orgfile.plan import OrgPlan
from understudy.snapshot.codec import pack, unpack
from understudy.snapshot.tables import CONFIGURED, RIG
from understudy.world.entities import Entities
from understudy.world.org import Handler, Org
from understudy.world.schedule import Schedule
from understudy.world.switches import ORGANIZATIONS
from understudy.world.world import World

FLOWS: Final = "flows"
OPEN_MESSAGING: Final = "open_messaging"
BOT_CONNECTOR: Final = "bot_connector"
WEB_MESSAGING: Final = "web_messaging"
GUESTS: Final = "web_messaging.guests"  # org.live[GUESTS], while a guest's socket was ever opened
CACHES: Final[Mapping[str, tuple[str, ...]]] = {FLOWS: ("flow", "mentions")}  # hidden parts that are made from others


@dataclass(frozen=True, slots=True)
class Content:
    """An org's name, configuration and ids, and the names under which requests find it."""

    name: str
    entities: Entities
    live: dict[str, Any]
    ids: Ids
    clients: tuple[str, ...] = ()
    integrations: tuple[str, ...] = ()


def take(org: Org, world: World) -> dict[str, Any]:
    """All that is configured, as JSON can hold it; raises ``UnderstudyError`` that names what it can't."""
    entities = [
        [type_, [[e.id, e.body, pack(_kept(type_, e.hidden), f"{type_} {e.name}"), e.version] for e in found.values()]]
        for type_ in list(org.entities.types())
        if (found := org.entities.of(type_))
    ]
    return {
        "org": {"id": org.id, "name": org.name},
        "entities": entities,
        "live": {name: pack(org.live[name], name) for name in CONFIGURED if org.live.get(name)},
        "clients": [id_ for id_, owner in world.clients.items() if owner is org],
        "integrations": [id_ for id_, owner in world.integrations.items() if owner is org],
        "ids": org.ids.states(),
    }


def _kept(type_: str, hidden: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in hidden.items() if key not in CACHES.get(type_, ())}


def from_snapshot(body: Mapping[str, Any], seed: int, salt: str) -> Content:
    """The inverse of ``take``; raises ``LookupError``, ``TypeError``, ``ValueError`` or ``AttributeError`` for a body
    that ``take`` never made."""
    entities = Entities()
    for type_, found in body["entities"]:
        for id_, shown, hidden, version in found:
            if not isinstance(shown, dict):
                raise ValueError(f"the body of {type_} {id_} is no object")
            made = entities.put(str(type_), str(id_), shown, unpack(hidden))
            made.version = int(version)
            if type_ == FLOWS and made.hidden.get("yaml"):
                made.hidden["flow"] = _flow(made.name, str(made.hidden["yaml"]))
    ids = Ids(seed, str(body["org"]["id"]), salt)
    ids.resume(body["ids"])
    live = {name: unpack(table) for name, table in body["live"].items() if name in CONFIGURED}
    name = str(body["org"]["name"])
    return Content(name, entities, live, ids, tuple(map(str, body["clients"])), tuple(map(str, body["integrations"])))


def _flow(name: str, text: str) -> object:
    try:
        return load(text, name)
    except FlowError as error:
        raise ValueError(f"flow {name}: {error}") from error


def from_plan(plan: OrgPlan, org: Org, commands: Mapping[type, Handler], seed: int) -> Content:
    """What ``org`` was right after its org file was applied, with the ids of ``seed``; raises ``SettingsError``."""
    apart = World()
    ids = Ids(seed, org.id, org.ids.salt)
    scratch = Org(org.id, plan.name, clock=org.clock, ids=ids, limits=org.limits, commands=commands)
    apart.add(scratch)
    apply_org(plan, scratch, apart)
    live = {name: table for name, table in scratch.live.items() if name not in RIG}
    return Content(plan.name, scratch.entities, live, ids, tuple(apart.clients), tuple(apart.integrations))


def check_free(content: Content, org_id: str, world: World) -> None:
    """Raises ``SettingsError`` if another org has one of the ids by which requests find an org."""
    for index, ids in ((world.clients, content.clients), (world.integrations, content.integrations)):
        for id_ in ids:
            if (owner := index.get(id_)) is not None and owner.id != org_id:
                raise SettingsError("id", id_, f"org {owner.name} has it; ids are unique on one port")


def end_all(org: Org, reason: str) -> None:
    """Conversations are ended by the system, sign-ins and channels with them: peers are told as ever."""
    for conversation in list(org.conversations.values()):
        if conversation.ended is None:
            with suppress(Refused):  # it ended with another one
                org.perform(Disconnect(conversation.id, kind="system"))
    for client in {token.client for token in org.tokens.values()}:
        org.perform(RevokeTokens(client=client, reason=reason))
    for channel in list(channels_of(org).by_id):
        org.perform(ChannelExpired(channel))


def install(org: Org, world: World, content: Content) -> None:
    """Make ``content`` what the org is. Its clock, its rig and the numbers of its changes and notes go on."""
    rig = {name: org.live[name] for name in RIG if name in org.live}
    had_guests = GUESTS in org.live
    content.ids.go_on_from(org.ids)
    org.name, org.entities, org.live, org.ids = content.name, content.entities, content.live | rig, content.ids
    org.tokens, org.conversations, org.schedule = {}, {}, Schedule()
    org.writes.clear()
    for waiting in org.effects.values():
        waiting.clear()
    org.say(OPEN_MESSAGING, "reset")  # its lanes wait for intervals that there are no more
    org.say(BOT_CONNECTOR, "reset")  # its sessions are with flows that there are no more
    pull_all(org)
    if had_guests:  # only then is there a driver that hears it
        org.say(WEB_MESSAGING, "reset")  # sockets of guests that there are no more
    org.grants_version += 1
    world.forget_ids(org)
    world.clients |= dict.fromkeys(content.clients, org)
    world.integrations |= dict.fromkeys(content.integrations, org)


def has_organization(content: Content, org_id: str) -> bool:
    """Whether the content is that of an org with this id."""
    return content.entities.get(ORGANIZATIONS, org_id) is not None
