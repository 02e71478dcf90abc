"""``export_org``: an org's configuration as an org file that makes the same configuration again.

Ids are kept, references are names where a name says it all, secrets are ``${NAME}`` with their values beside the text.
What an API computes or stamps (dates, authors, counts, URIs) is left out, and so are a flow's older versions; what no
section can say is told in ``lost``: a snapshot holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.directory.languages_api import LIVE as LANGUAGES
from understudy.directory.membership import members_of as group_members
from understudy.directory.proficiency import BEST
from understudy.errors import SettingsError
from understudy.integrations.settings import CREDENTIALS
from understudy.oauth.authorized import authorizations
from understudy.orgfile.apply import ORGANIZATION_DEFAULTS, own_defaults
from understudy.orgfile.document import TEXT_MAX
from understudy.orgfile.names import DIVISIONS, RECIPIENTS
from understudy.orgfile.plan import Item
from understudy.orgfile.sections import EXTENSIONS, HIDDEN, LISTED, ORGANIZATION, PARENT, UNDERSTUDY, Shapes, sections
from understudy.orgfile.variables import Variables
from understudy.orgfile.writing import write_yaml
from understudy.platform.grants import ALL_DIVISIONS, home_division, pairs_of
from understudy.platform.queue_members import BY_GROUP, members_of
from understudy.platform.queues import codes_of
from understudy.platform.skills import LIVE as SKILLS
from understudy.routing.agents import statuses
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS

STAMPED: Final = frozenset({"dateCreated", "dateModified", "createdBy", "modifiedBy"})
COMPUTED: Final[Mapping[str, frozenset[str]]] = {
    "routing.queues": frozenset({"memberCount", "userMemberCount", "joinedMemberCount"}),
    "groups": frozenset({"memberCount"}),
    "flows": frozenset({"savedVersion", "publishedVersion", "checkedInVersion", "active"}),
    "oauth.clients": frozenset({"roleIds", "roleDivisions"}),
    "messaging.integrations.open": frozenset({"recipient"}),
    "integrations": frozenset({"config", "reportedState"}),
}
INTEGRATIONS: Final = "messaging.integrations.open"
FLOW_KEPT: Final = frozenset({"yaml", "flow", "versions", "version_number", "mentions"})  # of a flow's hidden part
UNSAID_MAX: Final = 20
NOT_SAID: Final = ("messaging.defaults", "presence", "threading", "user.outofoffice", "users.deleted", "deleted")


@dataclass(frozen=True, slots=True)
class Export:
    """The file's text, the variables that it names with their values, and what is not in it, each in a few words."""

    text: str
    secrets: Mapping[str, str]
    lost: tuple[str, ...]


def export_org(org: Org) -> Export:
    """An org file of ``org``; raises ``SettingsError`` where it would be longer than one may be."""
    writer = _Writer(org)
    document = writer.document()
    text = write_yaml(document)
    if len(text) > TEXT_MAX:
        raise SettingsError(
            "export", f"{len(text)} characters long", f"an org file has at most {TEXT_MAX}: take a snapshot"
        )
    return Export(text, writer.variables.values, tuple(writer.lost()))


class _Writer:
    def __init__(self, org: Org) -> None:
        self.org, self.shapes, self.home = org, Shapes(), home_division(org)
        self.variables = Variables()
        self._said: set[str] = {ORGANIZATIONS}  # entity types that are in the file
        self._names: dict[str, dict[str, list[str]]] = {}
        self._unsaid: list[str] = []  # hidden parts that are no JSON

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = {ORGANIZATION: self._organization()}
        for section in sections():
            items = [
                self._item(section, parent, entity)
                for parent, entity in self._entities(section)
                if section != RECIPIENTS or entity.body.get("flow")  # without one it comes with its integration
            ]
            if items:
                single = self.shapes.is_single(section) and not self.shapes.parent(section)
                found[section] = items[0] if single else items
        return found

    def lost(self) -> Iterator[str]:
        """What is configured and not in the file."""
        for type_ in sorted(self.org.entities.types()):
            if type_ not in self._said and (count := len(self.org.entities.of(type_))):
                yield f"{count} of {type_}"
        for table in NOT_SAID:
            if self.org.live.get(table):
                yield f"{len(self.org.live[table])} of {table}"
        yield from self._unsaid[:UNSAID_MAX]

    def _entities(self, section: str) -> Iterator[tuple[str, Entity]]:
        """Every entity of a section with its parent's id, or ""."""
        owner = self.shapes.parent(section)
        parents = list(self.org.entities.of(owner)) if owner else [""]
        for parent in parents:
            type_ = f"{section}/{parent}" if parent else section
            self._said.add(type_)
            yield from ((parent, entity) for entity in list(self.org.entities.of(type_).values()))

    def _organization(self) -> dict[str, Any]:
        entity = self.org.entities.of(ORGANIZATIONS)[self.org.id]
        body = {
            key: value
            for key, value in entity.body.items()
            if key not in ("id", "selfUri") and ORGANIZATION_DEFAULTS.get(key) != value
        }
        own = {key: entity.hidden[key] for key in ("region", "switches") if entity.hidden.get(key)}
        return {"id": self.org.id, "name": entity.name, **body, UNDERSTUDY: own}

    def _item(self, section: str, parent: str, entity: Entity) -> dict[str, Any]:
        item: dict[str, Any] = {}
        if parent:
            item[PARENT] = self._name(self.shapes.parent(section), parent)
        if section == RECIPIENTS:
            item["integration"] = self._name(INTEGRATIONS, entity.id)
        elif self.shapes.has_own_id(section):
            item["id"] = entity.id
        item |= self._body(section, entity)
        item |= self._lists(section, entity.id)
        if section == "flows" and (text := _text_of(entity)):
            item["yaml"] = text
        if own := self._own(section, entity):
            item[UNDERSTUDY] = own
        return item

    def _body(self, section: str, entity: Entity) -> dict[str, Any]:
        silent = {**self.shapes.defaults(section), **self._given_anyway(section, entity)}
        computed = COMPUTED.get(section, frozenset())
        skipped = STAMPED | computed | ({"id"} if self.shapes.has_own_id(section) else set())
        references = self.shapes.references(section)
        found: dict[str, Any] = {}
        for key, value in self.variables.shown(section, entity, self.shapes.operations(section)).items():
            if key in skipped or (key in silent and silent[key] == value):
                continue
            if key == "selfUri" and value == self._uri(section, entity):
                continue
            if key in references and isinstance(value, dict):
                if key != "division" or value.get("id") != self.home:
                    found[key] = self._reference(references[key], value)
            else:
                found[key] = value
        return found | {key: None for key in silent if key not in entity.body and key not in computed}

    def _uri(self, section: str, entity: Entity) -> str:
        path = self.shapes.path(section)
        return path if not path or self.shapes.is_single(section) else f"{path}/{entity.id}"

    def _given_anyway(self, section: str, entity: Entity) -> dict[str, Any]:
        """What an item has of itself when it is loaded, but for a client's new secret."""
        references = {"integration": self._name(INTEGRATIONS, entity.id)} if section == RECIPIENTS else {}
        given = Item(section, "", {"email": entity.body.get("email", "")}, references=references)
        home = {"description": "Home", "homeDivision": True} if entity.id == self.home else {}
        return {key: value for key, value in {**own_defaults(given, self.org), **home}.items() if key != "secret"}

    def _reference(self, section: str, value: Mapping[str, Any]) -> Any:
        known = self.org.entities.get(section, str(value.get("id") or ""))
        return self._name(section, known.id) if known is not None else dict(value)

    def _name(self, section: str, id_: str) -> str:
        """The name of an entity where no other has it, else its id."""
        if section not in self._names:
            self._names[section] = {}
            for entity in self.org.entities.of(section).values():
                self._names[section].setdefault(entity.name.casefold(), []).append(entity.id)
        known = self.org.entities.get(section, id_)
        alone = known is not None and self._names[section].get(known.name.casefold()) == [id_]
        return known.name if known is not None and alone else id_

    def _own(self, section: str, entity: Entity) -> dict[str, Any]:
        """What stands under ``understudy:``."""
        extensions = EXTENSIONS.get(section, {})
        hidden = {key: value for key, value in entity.hidden.items() if section != "flows" or key not in FLOW_KEPT}
        said = {key: hidden.pop(key) for key in extensions if key in hidden}
        if section == "users":
            said["status"] = "IDLE" if statuses(self.org).get(entity.id) == "IDLE" else "OFF_QUEUE"
        if section == "oauth.clients":
            said["authorized"] = entity.id in authorizations(self.org)
        if section == "flows":
            said["published"] = bool(entity.hidden.get("yaml"))
        own = {key: value for key, value in said.items() if value != extensions[key][0]}
        if section == CREDENTIALS and (fields := hidden.pop("fields", None)):
            own[HIDDEN] = {"fields": self.variables.fields(section, entity, fields)}
        if plain := {key: value for key, value in hidden.items() if _is_plain(value)}:
            own[HIDDEN] = plain
        self._unsaid += [f"{key} of {section} {entity.name}" for key in hidden.keys() - plain.keys()]
        return own

    def _lists(self, section: str, id_: str) -> dict[str, list[Any]]:
        org = self.org
        found: dict[str, list[Any]] = {}
        if section in ("users", "groups", "oauth.clients"):
            found["roles"] = self._roles(id_)
        if section == "users":
            found["skills"] = self._held("skills", "routing.skills", org.live.get(SKILLS, {}).get(id_, {}))
            found["languages"] = self._held("languages", "routing.languages", org.live.get(LANGUAGES, {}).get(id_, {}))
        if section == "groups":
            found["members"] = [self._name("users", user) for user in group_members(org, id_)]
        if section == "routing.queues":
            by_group = org.live.get(BY_GROUP, {}).get(id_, ())
            own = {user: joined for user, joined in members_of(org, id_).items() if user not in by_group}
            names = {user: self._name("users", user) for user in own}
            found["members"] = [
                names[user] if joined else {LISTED["members"]: names[user], "joined": False}
                for user, joined in own.items()
            ]
            found["wrapupcodes"] = [self._name("routing.wrapupcodes", code) for code in codes_of(org, id_)]
        return {key: entries for key, entries in found.items() if entries}

    def _roles(self, id_: str) -> list[Any]:
        found: list[Any] = []
        for role, division in sorted(pairs_of(self.org, id_)):
            if self.org.entities.get("authorization.roles", role) is None:
                continue
            name = self._name("authorization.roles", role)
            where = ALL_DIVISIONS if division == ALL_DIVISIONS else self._name(DIVISIONS, division)
            found.append(name if division == self.home else {LISTED["roles"]: name, "division": where})
        return found

    def _held(self, key: str, section: str, held: Mapping[str, float]) -> list[Any]:
        names = {id_: self._name(section, id_) for id_ in held}
        return [
            names[id_] if proficiency == BEST else {LISTED[key]: names[id_], "proficiency": proficiency}
            for id_, proficiency in held.items()
        ]


def _text_of(flow: Entity) -> str:
    """The published text, else that of the newest version."""
    versions = flow.hidden.get("versions") or ()
    return str(flow.hidden.get("yaml") or (versions[-1].get("yaml") if versions else "") or "")


def _is_plain(value: Any) -> bool:
    """JSON and nothing else, so that YAML gives the same back."""
    try:
        return bool(orjson.loads(orjson.dumps(value)) == value)
    except (TypeError, ValueError):
        return False
