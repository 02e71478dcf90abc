"""What a thing of an org file has beside its body: memberships, grants, skills, codes, and its place in the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from understudy.conversations.commands import RoutingStatus
from understudy.directory.languages_api import languages_of
from understudy.directory.membership import GROUPS, set_group_members
from understudy.directory.proficiency import BEST
from understudy.errors import SettingsError
from understudy.integrations import installed
from understudy.oauth.authorized import Authorize, authorize
from understudy.orgfile.names import RECIPIENTS, Names
from understudy.orgfile.plan import Item
from understudy.platform.grants import set_pairs
from understudy.platform.queue_members import set_members
from understudy.platform.queues import set_queue_wrapupcodes
from understudy.platform.skills import skills_of
from understudy.telephony.stations import provision
from understudy.web_deployments import configurations, deployments
from understudy.world.org import Org
from understudy.world.world import World

SECRET_KEY: Final = "outboundNotificationWebhookSignatureSecretToken"


class Connections:
    """Connects the things of one org, all of which are stored by now."""

    def __init__(self, names: Names, org: Org, world: World) -> None:
        self.names, self.org, self.world = names, org, world

    def connect(self, item: Item) -> None:
        """Give a thing what its section has beside the body; raises ``SettingsError`` for a reference to nothing."""
        connect = _CONNECT.get(item.section)
        if connect is not None:
            connect(self, item, self.names.of(item))

    def _user(self, item: Item, id_: str) -> None:
        set_pairs(self.org, id_, self.names.pairs(item))
        for table, key, section in (
            (skills_of(self.org, id_), "skills", "routing.skills"),
            (languages_of(self.org, id_), "languages", "routing.languages"),
        ):
            held = self.names.listed(item, key, section)
            table.update({one: BEST if more is None else float(more) for one, more in held.items()})
        if item.settings.get("station"):
            provision(self.org, self.org.entities.of("users")[id_])
        if item.settings.get("status") == "IDLE":
            self.org.perform(RoutingStatus(id_, "IDLE"))

    def _queue(self, item: Item, id_: str) -> None:
        members = self.names.listed(item, "members", "users")
        set_members(self.org, id_, {user: joined is not False for user, joined in members.items()})
        set_queue_wrapupcodes(self.org, id_, self.names.listed(item, "wrapupcodes", "routing.wrapupcodes"))

    def _group(self, item: Item, id_: str) -> None:
        set_pairs(self.org, id_, self.names.pairs(item))
        if members := self.names.listed(item, "members", "users"):
            version = self.org.entities.of(GROUPS)[id_].body.get("version")
            set_group_members(self.org, id_, members)
            body = {**self.org.entities.of(GROUPS)[id_].body, "version": version}  # it was always so
            self.org.entities.put(GROUPS, id_, body)

    def _client(self, item: Item, id_: str) -> None:
        pairs = self.names.pairs(item)
        if pairs:
            set_pairs(self.org, id_, pairs)
        if item.settings.get("authorized"):
            authorize(self.org, Authorize(id_, next(iter(self.org.entities.of("users")), ""), ()))
        self.world.clients[id_] = self.org

    def _integration(self, item: Item, id_: str) -> None:
        shortest = int(self.org.limits.value("open-messaging", "signature.secret.min"))
        length = len(str(item.body.get(SECRET_KEY, "")))
        if length < shortest:
            raise SettingsError(f"{item.where}.{SECRET_KEY}", f"{length} characters long", f"give at least {shortest}")
        self.world.integrations[id_] = self.org
        recipient = {"id": id_, "name": item.name, "selfUri": f"{self.names.shapes.path(RECIPIENTS)}/{id_}"}
        stored = self.org.entities.of(item.section)[id_]
        self.org.entities.put(item.section, id_, {**stored.body, "recipient": recipient})
        if self.org.entities.get(RECIPIENTS, id_) is None:
            self.org.entities.put(RECIPIENTS, id_, {**recipient, "messengerType": "open"})

    def _configuration(self, item: Item, id_: str) -> None:
        type_ = self.names.type_of(item)
        configurations.adopt(self.org, type_.rpartition("/")[2], type_, id_)

    def _deployment(self, item: Item, id_: str) -> None:
        deployments.adopt(self.world, self.org, id_)

    def _installed(self, item: Item, id_: str) -> None:
        installed.adopt(self.org, id_)


_CONNECT: Final[Mapping[str, Callable[[Connections, Item, str], None]]] = {
    "integrations": Connections._installed,
    "webdeployments.configurations.versions": Connections._configuration,
    "webdeployments.configurations.versions.draft": Connections._configuration,
    "webdeployments.deployments": Connections._deployment,
    "users": Connections._user,
    "groups": Connections._group,
    "routing.queues": Connections._queue,
    "oauth.clients": Connections._client,
    "messaging.integrations.open": Connections._integration,
}
