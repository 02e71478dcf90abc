"""What may stand in an org file: one section a resource, in the shape of the API, plus a few words of our own.

Every resource of ``contracts/platform_api/resources`` is a section. Its keys are the fields of the resource's model,
``id``, the references of ``REFERENCES`` and, under ``understudy:``, the settings of ``EXTENSIONS``, ``hidden`` (what
the platform keeps to itself) and ``when`` (a choice). References that the resource's own table names are names, too;
items of a resource with a parent name it under ``parent``; the one item of a singleton stands as a mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from understudy.errors import nearest
from understudy.material import material
from understudy.platform.catalogue import load_models
from understudy.platform.resources import FOLDER, resource_tables

ORGANIZATION: Final = "organization"
UNDERSTUDY: Final = "understudy"
ORG_SETTINGS: Final = ("region", "limits", "switches")

# Sections whose order of application counts; all others follow, for ids are given before anything is stored.
FIRST: Final = (
    "authorization.divisions",
    "authorization.roles",
    "routing.skills",
    "routing.languages",
    "routing.wrapupcodes",
    "users",
    "flows",
    "routing.queues",
    "messaging.settings",
    "messaging.supportedcontent",
    "messaging.integrations.open",
    "routing.message.recipients",
    "architect.datatables",
    "oauth.clients",
)

# section → key → the section that its names are looked up in
REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "users": {
        "roles": "authorization.roles",
        "division": "authorization.divisions",
        "skills": "routing.skills",
        "languages": "routing.languages",
    },
    "groups": {"roles": "authorization.roles", "members": "users"},
    "flows": {"division": "authorization.divisions"},
    "routing.queues": {
        "members": "users",
        "wrapupcodes": "routing.wrapupcodes",
        "division": "authorization.divisions",
        "queueFlow": "flows",
        "messageInQueueFlow": "flows",
    },
    "routing.wrapupcodes": {"division": "authorization.divisions"},
    "routing.skills": {"division": "authorization.divisions"},
    "architect.datatables": {"division": "authorization.divisions"},
    "messaging.integrations.open": {
        "messagingSetting": "messaging.settings",
        "supportedContent": "messaging.supportedcontent",
    },
    "routing.message.recipients": {"integration": "messaging.integrations.open", "flow": "flows"},
    "oauth.clients": {"roles": "authorization.roles"},
}
# references that are lists of names, which no field of the body holds; where an entry says more than the name, it is a
# mapping: {role, division}, {skill, proficiency}, {language, proficiency}, {member, joined}
LISTED: Final[Mapping[str, str]] = {
    "roles": "role",
    "skills": "skill",
    "languages": "language",
    "members": "member",
    "wrapupcodes": "code",
}
QUALIFIED: Final[Mapping[str, str]] = {
    "roles": "division",
    "skills": "proficiency",
    "languages": "proficiency",
    "members": "joined",
}
PARENT: Final = "parent"
HIDDEN: Final = "hidden"
WHEN: Final = "when"  # [text, text]: the item is there only where both are the same, so that a variable chooses
OWN_KEYS: Final[Mapping[str, tuple[str, ...]]] = {"flows": ("file", "yaml")}


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


# section → key under ``understudy:`` → (default, test, what would be right)
EXTENSIONS: Final[Mapping[str, Mapping[str, tuple[Any, Callable[[object], bool], str]]]] = {
    "users": {
        "agent": (False, _is_bool, "give true or false"),
        "status": ("OFF_QUEUE", _one_of("OFF_QUEUE", "IDLE"), "give OFF_QUEUE or IDLE"),
        "station": (False, _is_bool, "give true or false"),
    },
    "flows": {
        "published": (True, _is_bool, "give true or false"),
        "variables": ({}, _is_mapping, "give a mapping: what the placeholders {{name}} of the flow's file stand for"),
        "stubs": ([], _is_list, "give a list of scripted answers of data actions and bot flows"),
    },
    "oauth.clients": {"authorized": (False, _is_bool, "give true or false")},
    "messaging.integrations.open": {
        "topology": ("channel", _one_of("channel", "forward"), "give channel or forward"),
        "mode": ("in-order", _one_of("in-order", "reordered", "duplicated"), "give in-order, reordered or duplicated"),
        "receipts": (True, _is_bool, "give true or false"),
        "reply_operation": (
            "agentless",
            _one_of("agentless", "inbound", "communication"),
            "give agentless, inbound or communication (topology forward only)",
        ),
        "trigger_url": ("", _is_text, "give the URL of the trigger's webhook, or leave it empty"),
    },
}


class Shapes:
    """Models and defaults of the resources, read once for a file."""

    def __init__(self) -> None:
        folder = material("contracts/platform_api")
        self._tables = resource_tables(material(FOLDER))
        self._models = load_models(folder)

    def keys(self, section: str) -> list[str]:
        """Every key that an item of a section may have."""
        model = "Organization" if section == ORGANIZATION else self._tables[section]["model"]
        own = [*self.references(section), *OWN_KEYS.get(section, ()), UNDERSTUDY]
        return list(dict.fromkeys(["id", *own, *(self._models[model] if model else ())]))

    def is_free(self, section: str) -> bool:
        """Whether its items have what fields they like (rows of a data table)."""
        return section != ORGANIZATION and not self._tables[section]["model"]

    def references(self, section: str) -> dict[str, str]:
        """Key → the section that its names are looked up in."""
        if section == ORGANIZATION:
            return {}
        table = self._tables[section]
        own = {key: other for key, other in table.get("references", {}).items() if "." not in key}
        division = {"division": "authorization.divisions"} if self.has_division(section) else {}
        parent = {PARENT: self.parent(section)} if self.parent(section) else {}
        return {**own, **division, **REFERENCES.get(section, {}), **parent}

    def required(self, section: str) -> list[str]:
        """The fields that an item must have: a recipient is named by its integration, a child by its parent and its own
        identity, all others by their name where they have one."""
        if section == "routing.message.recipients":
            return ["integration", "flow"]
        identity = str(self._tables[section].get("identity", "id"))
        named = [identity] if identity != "id" else ["name"] if "name" in self.model_keys(section) else []
        is_plain = section in FIRST or not self.parent(section)
        return ([] if is_plain else [PARENT]) + ([] if self.is_single(section) else named)

    def identity(self, section: str) -> str:
        """The field that is an item's id."""
        return str(self._tables[section].get("identity", "id"))

    def has_own_id(self, section: str) -> bool:
        """Whether ``id`` is the item's id; else it is a field like others, of what is found by another field."""
        return self.identity(section) == "id" and not self.is_single(section)

    def is_single(self, section: str) -> bool:
        """Whether there is one, of the org or of a parent."""
        return bool(self._tables[section].get("singleton"))

    def parent(self, section: str) -> str:
        """The section of its items' parents; "" where they have none."""
        return str((self._tables[section].get("parent") or {}).get("resource", ""))

    def is_unique(self, section: str) -> bool:
        """Whether no two have the same name."""
        return bool((self._tables[section].get("unique") or {}).get("field", "") == "name")

    def path(self, section: str) -> str:
        """The beginning of a selfUri; "" where there is none."""
        return str(self._tables[section].get("path", ""))

    def operations(self, section: str) -> list[str]:
        """The operations of the resource, by their ids."""
        return [id_ for ids in self._tables[section].get("operations", {}).values() for id_ in ids]

    def model_keys(self, section: str) -> set[str]:
        """The fields that the API returns of one."""
        model = self._tables[section]["model"]
        return set(self._models[model]) if model else set()

    def defaults(self, section: str) -> dict[str, Any]:
        """What the API gives a new one where the request is silent, its first version included."""
        table = self._tables[section]
        first: dict[str, dict[str, Any]] = {"integer": {"version": 1}, "string": {"version": "1"}}
        return {**table.get("defaults", {}), **first.get(table.get("version", "none"), {})}

    def has_division(self, section: str) -> bool:
        """Whether its entities live in a division."""
        return bool(self._tables[section].get("division"))


@cache
def sections() -> tuple[str, ...]:
    """Every section, in the order in which they are applied: parents before their children."""
    tables = resource_tables(material(FOLDER))
    rest = sorted(name for name in tables if name not in FIRST)
    return (*FIRST, *sorted(rest, key=lambda name: _depth(name, tables)))


def _depth(name: str, tables: Mapping[str, Mapping[str, Any]]) -> int:
    parent = (tables[name].get("parent") or {}).get("resource")
    return 1 + _depth(parent, tables) if parent else 0


def section_remedy(name: str) -> str:
    """The nearest section to an unknown one."""
    return nearest(name, [ORGANIZATION, *sections()])
