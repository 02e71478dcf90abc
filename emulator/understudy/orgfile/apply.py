"""``apply_org``: an ``OrgPlan`` becomes the configuration of an org, as if it had been entered by hand before the run.

Ids are given first, so that anything may refer to anything; flows are published last, when all they name is there. But
for these publications no changes are appended: for the org it was always so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.architect import publish as architect
from understudy.clock import iso
from understudy.conversations.commands import RoutingStatus
from understudy.errors import FlowError, SettingsError, nearest
from understudy.ids import secret
from understudy.orgfile.plan import Item, OrgPlan
from understudy.orgfile.sections import ORDER, Shapes
from understudy.platform.grants import Pair, set_pairs
from understudy.platform.queues import set_members, set_queue_wrapupcodes
from understudy.platform.skills import set_user_skills
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS
from understudy.world.world import World

Publish = Callable[[Org, Entity, str, str], object]  # (org, flow, archy text, source); raises FlowError

HOME: Final = "Home"
DIVISIONS: Final = "authorization.divisions"
RECIPIENTS: Final = "routing.message.recipients"
SECRET_KEY: Final = "outboundNotificationWebhookSignatureSecretToken"


def apply_org(plan: OrgPlan, org: Org, world: World, publish: Publish = architect.publish) -> None:
    """Configure ``org`` by ``plan``, publish its flows, and index its clients and integrations in ``world``.

    Raises ``SettingsError`` for a reference to nothing, an id that another org has, and a flow that can't be published.
    """
    _Application(plan, org, world).apply(publish)


class _Application:
    def __init__(self, plan: OrgPlan, org: Org, world: World) -> None:
        self.plan, self.org, self.world = plan, org, world
        self.shapes = Shapes()
        self.ids: dict[int, str] = {}  # id(item) → entity id
        self.known: dict[str, dict[str, str]] = {section: {} for section in ORDER}  # name, id, e-mail → id

    def apply(self, publish: Publish) -> None:
        self._organization()
        self._home()
        for item in self.plan.items:
            self._give_id(item)
        for item in self.plan.items:
            self._check_owner(item)
            self._store(item)
        for item in self.plan.items:
            self._connect(item)
        for item in self.plan.of("flows"):
            self._publish(item, publish)
        self.org.grants_version += 1

    def _publish(self, item: Item, publish: Publish) -> None:
        flow = self.org.entities.of("flows")[self.ids[id(item)]]
        try:
            publish(self.org, flow, item.text, item.source)
        except FlowError as error:
            raise SettingsError(item.where, item.name, f"the flow can't be published: {error}") from error

    def _organization(self) -> None:
        body = {
            "defaultLanguage": "en-us",
            "defaultCountryCode": "US",
            "state": "active",
            "version": 1,
            "productPlatform": "GenesysCloud",
            "features": {},
            **self.plan.organization,
            "id": self.org.id,
            "name": self.plan.name,
            "selfUri": "/api/v2/organizations/me",
        }
        hidden = {"region": self.plan.region, "asked_region": self.plan.region, "switches": dict(self.plan.switches)}
        self.org.entities.put(ORGANIZATIONS, self.org.id, body, hidden)

    def _home(self) -> None:
        """Every org has a home division; the file may give it an id by naming it."""
        given = next((item for item in self.plan.of(DIVISIONS) if item.name.casefold() == HOME.casefold()), None)
        id_ = (given.id if given else "") or self.org.ids.uuid(DIVISIONS)
        if given is not None:
            self.ids[id(given)] = id_
        body = {
            "name": HOME,
            "description": HOME,
            "homeDivision": True,
            "selfUri": f"{self.shapes.path(DIVISIONS)}/{id_}",
        }
        self.org.entities.put(DIVISIONS, id_, {"id": id_, **body, **(given.body if given else {})})
        self.known[DIVISIONS].update({HOME.casefold(): id_, id_: id_})
        self.home = {"id": id_, "name": HOME, "selfUri": body["selfUri"]}

    def _give_id(self, item: Item) -> None:
        if item.section == RECIPIENTS:  # a recipient is its integration's (facts: messaging §1.1)
            id_ = self._find(item, "integration", "messaging.integrations.open", item.references["integration"])
        else:
            id_ = self.ids.get(id(item)) or item.id or self.org.ids.uuid(item.section)
        self.ids[id(item)] = id_
        known = self.known[item.section]
        known[id_] = id_
        for name in (item.name, str(item.body.get("email", ""))):
            if name:
                known[name.casefold()] = id_

    def _find(self, item: Item, key: str, section: str, name: str) -> str:
        known = self.known[section]
        found = known.get(name.casefold()) or known.get(name)
        if found is None:
            names = [other.name for other in self.plan.of(section)] or [HOME]
            raise SettingsError(f"{item.where}.{key}", name, nearest(name, names))
        return found

    def _check_owner(self, item: Item) -> None:
        indexed = {"oauth.clients": self.world.clients, "messaging.integrations.open": self.world.integrations}
        owner = indexed.get(item.section, {}).get(self.ids[id(item)])
        if owner is not None and owner is not self.org:
            raise SettingsError(
                f"{item.where}.id", item.id, f"org {owner.name} has this id; ids are unique on one port"
            )

    def _store(self, item: Item) -> None:
        if self.org.entities.get(item.section, self.ids[id(item)]) is not None:
            return  # the home division
        id_ = self.ids[id(item)]
        keys = self.shapes.model_keys(item.section)
        body: dict[str, Any] = {
            "id": id_,
            **self.shapes.defaults(item.section),
            **_own_defaults(item, self.org),
            **item.body,
        }
        if self.shapes.has_division(item.section):
            body["division"] = self.home
        for key, value in self._references(item).items():
            body[key] = value
        body["selfUri"] = f"{self.shapes.path(item.section)}/{id_}"
        dates = {key: iso(self.org.now()) for key in ("dateCreated", "dateModified")}
        body = {**{key: value for key, value in dates.items() if key in keys}, **body}
        self.org.entities.put(item.section, id_, body, dict(item.settings))

    def _references(self, item: Item) -> dict[str, dict[str, str]]:
        """The references that stand in the body as ``{id, name, selfUri}``."""
        found: dict[str, dict[str, str]] = {}
        for key, section in _BODY_REFERENCES.get(item.section, {}).items():
            if key not in item.references:
                continue
            id_ = self._find(item, key, section, item.references[key])
            name = next((other.name for other in self.plan.of(section) if self.ids[id(other)] == id_), HOME)
            found[key] = {"id": id_, "name": name, "selfUri": f"{self.shapes.path(section)}/{id_}"}
        return found

    def _named(self, item: Item, key: str, section: str) -> list[str]:
        return [self._find(item, f"{key}[{n}]", section, name) for n, name in enumerate(item.references.get(key, ()))]

    def _connect(self, item: Item) -> None:
        connect = _CONNECT.get(item.section)
        if connect is not None:
            connect(self, item, self.ids[id(item)])

    def _pairs(self, item: Item) -> set[Pair]:
        home = str(self.home["id"])
        return {(role, home) for role in self._named(item, "roles", "authorization.roles")}

    def _connect_user(self, item: Item, id_: str) -> None:
        set_pairs(self.org, id_, self._pairs(item))
        set_user_skills(self.org, id_, self._named(item, "skills", "routing.skills"))
        if item.settings.get("status") == "IDLE":
            self.org.perform(RoutingStatus(id_, "IDLE"))

    def _connect_queue(self, item: Item, id_: str) -> None:
        set_members(self.org, id_, dict.fromkeys(self._named(item, "members", "users"), True))
        set_queue_wrapupcodes(self.org, id_, self._named(item, "wrapupcodes", "routing.wrapupcodes"))

    def _connect_client(self, item: Item, id_: str) -> None:
        pairs = self._pairs(item)
        if pairs:
            set_pairs(self.org, id_, pairs)
        self.world.clients[id_] = self.org

    def _connect_integration(self, item: Item, id_: str) -> None:
        shortest = int(self.org.limits.value("open-messaging", "signature.secret.min"))
        length = len(str(item.body.get(SECRET_KEY, "")))
        if length < shortest:
            raise SettingsError(f"{item.where}.{SECRET_KEY}", f"{length} characters long", f"give at least {shortest}")
        self.world.integrations[id_] = self.org
        recipient = {"id": id_, "name": item.name, "selfUri": f"{self.shapes.path(RECIPIENTS)}/{id_}"}
        stored = self.org.entities.of(item.section)[id_]
        self.org.entities.put(item.section, id_, {**stored.body, "recipient": recipient})
        if self.org.entities.get(RECIPIENTS, id_) is None:
            self.org.entities.put(RECIPIENTS, id_, {**recipient, "messengerType": "open"})


def _own_defaults(item: Item, org: Org) -> dict[str, Any]:
    """What a thing that has long been there says of itself, beside the API's defaults for a new one."""
    if item.section == "authorization.roles":
        return {
            "description": "",
            "permissions": [],
            "permissionPolicies": [],
            "default": False,
            "base": False,
            "userCount": 0,
        }
    if item.section == "oauth.clients":
        return {
            "secret": secret(),
            "authorizedGrantType": "CLIENT-CREDENTIALS",
            "scope": [],
            "roleIds": [],
            "roleDivisions": [],
        }
    if item.section == "messaging.integrations.open":
        return {"createStatus": "Completed", "status": "Active", "webhookHeaders": {}}
    if item.section == RECIPIENTS:
        return {"name": item.references["integration"], "messengerType": "open"}
    if item.section == "users":
        return {"username": item.body.get("email", "")}
    return {}


# section → field of the body → section it refers to
_BODY_REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "users": {"division": DIVISIONS},
    "flows": {"division": DIVISIONS},
    "routing.queues": {"division": DIVISIONS, "queueFlow": "flows", "messageInQueueFlow": "flows"},
    "routing.wrapupcodes": {"division": DIVISIONS},
    "routing.skills": {"division": DIVISIONS},
    "architect.datatables": {"division": DIVISIONS},
    "messaging.integrations.open": {
        "messagingSetting": "messaging.settings",
        "supportedContent": "messaging.supportedcontent",
    },
    RECIPIENTS: {"flow": "flows"},
}
_CONNECT: Final[Mapping[str, Callable[[_Application, Item, str], None]]] = {
    "users": _Application._connect_user,
    "routing.queues": _Application._connect_queue,
    "oauth.clients": _Application._connect_client,
    "messaging.integrations.open": _Application._connect_integration,
}
