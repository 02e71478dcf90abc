"""What may stand in an org file: one section a resource, in the shape of the API, plus a few words of our own.

The keys of a section are the fields of the resource's model, ``id``, the references of ``REFERENCES`` and, under
``understudy:``, the settings of ``EXTENSIONS``. Models and defaults come from ``contracts/platform_api``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.errors import nearest
from understudy.material import material
from understudy.platform.catalogue import Models
from understudy.platform.resources import FOLDER, resource_tables

ORGANIZATION: Final = "organization"
UNDERSTUDY: Final = "understudy"
ORG_SETTINGS: Final = ("region", "limits", "switches")

# Sections in the order in which they are applied: what is referred to comes first.
ORDER: Final = (
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
    "users": {"roles": "authorization.roles", "division": "authorization.divisions", "skills": "routing.skills"},
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
LISTED: Final = frozenset({"roles", "skills", "members", "wrapupcodes"})  # references that are lists of names
OWN_KEYS: Final[Mapping[str, tuple[str, ...]]] = {"flows": ("file", "yaml")}


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


# section → key under ``understudy:`` → (default, test, what would be right)
EXTENSIONS: Final[Mapping[str, Mapping[str, tuple[Any, Callable[[object], bool], str]]]] = {
    "users": {
        "agent": (False, _is_bool, "give true or false"),
        "status": ("OFF_QUEUE", _one_of("OFF_QUEUE", "IDLE"), "give OFF_QUEUE or IDLE"),
    },
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
        self._models = Models((folder / "models.json").read_bytes())

    def keys(self, section: str) -> list[str]:
        """Every key that an item of a section may have."""
        own = [*REFERENCES.get(section, ()), *OWN_KEYS.get(section, ())]
        if section == ORGANIZATION or section in EXTENSIONS:
            own.append(UNDERSTUDY)
        model = "Organization" if section == ORGANIZATION else self._tables[section]["model"]
        return list(dict.fromkeys(["id", *own, *self._models[model]]))

    def required(self, section: str) -> list[str]:
        """The fields that an item must have: a recipient is named by its integration, all others have a name."""
        return ["integration", "flow"] if section == "routing.message.recipients" else ["name"]

    def path(self, section: str) -> str:
        """The beginning of a selfUri."""
        return str(self._tables[section]["path"])

    def model_keys(self, section: str) -> set[str]:
        """The fields that the API returns of one."""
        return set(self._models[self._tables[section]["model"]])

    def defaults(self, section: str) -> dict[str, Any]:
        """What the API gives a new one where the request is silent, its first version included."""
        table = self._tables[section]
        first: dict[str, dict[str, Any]] = {"integer": {"version": 1}, "string": {"version": "1"}}
        return {**table.get("defaults", {}), **first.get(table.get("version", "none"), {})}

    def has_division(self, section: str) -> bool:
        """Whether its entities live in a division."""
        return bool(self._tables[section].get("division"))


def section_remedy(name: str) -> str:
    """The nearest section to an unknown one."""
    return nearest(name, [ORGANIZATION, *ORDER])
