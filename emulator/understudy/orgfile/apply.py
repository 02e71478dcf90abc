"""``apply_org``: an ``OrgPlan`` becomes the configuration of an org, as if it had been entered by hand before the run.

Ids are given first, so that anything may refer to anything; flows are published last, when all they name is there. But
for these publications no changes are appended: for the org it was always so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import FlowError, SettingsError, nearest
from understudy.ids import secret
from understudy.orgfile.connections import Connections
from understudy.orgfile.names import DIVISIONS, HOME, RECIPIENTS, Names
from understudy.orgfile.plan import Item, OrgPlan
from understudy.orgfile.sections import Shapes
from understudy.platform.queue_members import follow_groups
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS
from understudy.world.world import World

Publish = Callable[[Org, Entity, str, str], object]  # (org, flow, archy text, source); raises FlowError

ORGANIZATION_DEFAULTS: Final[Mapping[str, Any]] = {
    "defaultLanguage": "en-us",
    "defaultCountryCode": "US",
    "state": "active",
    "version": 1,
    "productPlatform": "GenesysCloud",
    "features": {},
}
_NOT_KEPT: Final = frozenset({"authorized", "published"})  # settings that say what to do, not what the thing is


def apply_org(plan: OrgPlan, org: Org, world: World, publish: Publish | None = None) -> None:
    """Configure ``org`` by ``plan``, publish its flows, and index its clients and integrations in ``world``.

    Raises ``SettingsError`` for a reference to nothing, an id that another org has, and a flow that can't be published.
    """
    _Application(plan, org, world).apply(publish)


class _Application:
    def __init__(self, plan: OrgPlan, org: Org, world: World) -> None:
        self.plan, self.org, self.world = plan, org, world
        self.shapes = Shapes()
        self.names = Names(plan, org, self.shapes)
        self.connections = Connections(self.names, org, world)

    def apply(self, publish: Publish | None) -> None:
        self._organization()
        self._home()
        for item in self.plan.items:
            self.names.give_id(item)
        for item in self.plan.items:
            self._check_owner(item)
            self._store(item)
        for item in self.plan.items:
            self.connections.connect(item)
        for item in self.plan.of("flows"):
            self._publish(item, publish)
        if self.plan.of("groups"):
            follow_groups(self.org)
        self.org.grants_version += 1

    def _publish(self, item: Item, publish: Publish | None) -> None:
        architect = import_module("understudy.architect.publish")  # most orgs start without a flow
        flow = self.org.entities.of("flows")[self.names.of(item)]
        if not item.settings.get("published", True):
            if item.text:
                architect.save(self.org, flow, item.text)
            return
        try:
            (publish or architect.publish)(self.org, flow, item.text, item.source)
        except FlowError as error:
            raise SettingsError(item.where, item.name, f"the flow can't be published: {error}") from error
        self._place(item, flow.id)

    def _place(self, item: Item, id_: str) -> None:
        """A flow whose entry names no division lies in that of its text; ``Home`` is the home division's usual name."""
        flow = self.org.entities.of("flows")[id_]
        name = str(getattr(flow.hidden.get("flow"), "division", ""))
        if name in ("", "Home") or "division" in item.references or "division" in item.body:
            return
        division = self.org.entities.named(DIVISIONS, name)
        if division is None:
            known = [one.name for one in self.org.entities.of(DIVISIONS).values()]
            raise SettingsError(f"{item.where}.division", name, nearest(name, known))
        reference = {"id": division.id, "name": division.name, "selfUri": division.body.get("selfUri", "")}
        self.org.entities.put("flows", id_, {**flow.body, "division": reference})

    def _organization(self) -> None:
        body = {
            **ORGANIZATION_DEFAULTS,
            **self.plan.organization,
            "id": self.org.id,
            "name": self.plan.name,
            "selfUri": "/api/v2/organizations/me",
        }
        hidden = {"region": self.plan.region, "asked_region": self.plan.region, "switches": dict(self.plan.switches)}
        self.org.entities.put(ORGANIZATIONS, self.org.id, body, hidden)

    def _home(self) -> None:
        home, given = self.names.home, self.names.given_home
        body = {**home, "description": HOME, "homeDivision": True, **(given.body if given else {})}
        self.org.entities.put(DIVISIONS, home["id"], body)

    def _check_owner(self, item: Item) -> None:
        indexed = {"oauth.clients": self.world.clients, "messaging.integrations.open": self.world.integrations}
        owner = indexed.get(item.section, {}).get(self.names.of(item))
        if owner is not None and owner is not self.org:
            raise SettingsError(
                f"{item.where}.id", item.id, f"org {owner.name} has this id; ids are unique on one port"
            )

    def _store(self, item: Item) -> None:
        type_, id_ = self.names.type_of(item), self.names.of(item)
        if self.org.entities.get(type_, id_) is not None:
            return  # the home division
        keys = self.shapes.model_keys(item.section)
        silent = {**self.shapes.defaults(item.section), **own_defaults(item, self.org)}
        said = {key: value for key, value in item.body.items() if value is not None or key not in silent}
        body: dict[str, Any] = {
            **({"id": id_} if self.shapes.has_own_id(item.section) else {}),
            **{key: value for key, value in silent.items() if key in said or key not in item.body},  # null: it has none
            **said,
        }
        if self.shapes.has_division(item.section) and body.get("division") is None:
            body["division"] = self.names.home
        body |= self.names.references(item)
        if (path := self.shapes.path(item.section)) and "selfUri" not in item.body:
            body["selfUri"] = path if self.shapes.is_single(item.section) else f"{path}/{id_}"
        dates = {key: iso(self.org.now()) for key in ("dateCreated", "dateModified")}
        body = {**{key: value for key, value in dates.items() if key in keys}, **body}
        settings = {key: value for key, value in item.settings.items() if key not in _NOT_KEPT}
        self.org.entities.put(type_, id_, body, {**item.hidden, **settings})


def own_defaults(item: Item, org: Org) -> dict[str, Any]:
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
