"""``load_org``: an org file's text becomes an ``OrgPlan``, checked in itself; ``apply_org`` makes an org of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from understudy.errors import SettingsError, nearest
from understudy.ids import IdStream
from understudy.orgfile.document import Document, fill_in, read_document
from understudy.orgfile.document import Path as Place
from understudy.orgfile.sections import (
    EXTENSIONS,
    HIDDEN,
    LISTED,
    ORG_SETTINGS,
    ORGANIZATION,
    OWN_KEYS,
    PARENT,
    QUALIFIED,
    REFERENCES,
    UNDERSTUDY,
    WHEN,
    Shapes,
    section_remedy,
    sections,
)
from understudy.regions import region_domain
from understudy.world.switches import check_switch


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to configure. ``body`` is API-shaped, ``references`` maps keys to names (or lists of names and of
    mappings that say more), ``settings`` are ours (with defaults put in), ``hidden`` is what the platform keeps to
    itself, ``text`` is a flow's archy form and ``source`` its file, ``where`` is its place in this file."""

    section: str
    where: str
    body: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    references: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    source: str = ""
    hidden: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that references use."""
        return str(self.body.get("name", self.id))


@dataclass(frozen=True, slots=True)
class OrgPlan:
    """An org to be. ``region`` is a domain, ``limits`` a choice or "" for the run's own."""

    id: str
    name: str
    source: str = ""
    organization: Mapping[str, Any] = field(default_factory=dict)
    region: str = "mypurecloud.com"
    limits: str = ""
    switches: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()

    def of(self, section: str) -> list[Item]:
        """The items of one section, in the file's order."""
        return [item for item in self.items if item.section == section]


def load_org(text: str, env: Mapping[str, str], path: Path | None = None) -> OrgPlan:
    """Read an org file. ``path`` is where it lies: its name stands in errors, flows' ``file:`` are relative to it
    and have the same variables.

    Raises ``SettingsError`` that names file, line and thing: unknown sections and keys (with the nearest), unset
    variables, missing names, names or ids that stand twice, settings of ours that are none.
    """
    document = read_document(text, env, path.name if path else "org.yaml")
    if not isinstance(document.data, dict):
        raise SettingsError(
            document.name, document.data, "an org file is a mapping of sections: organization, users, …"
        )
    for key in document.data:
        if key not in (ORGANIZATION, *sections()):
            raise SettingsError(document.place((key,)), key, section_remedy(key))
    reader = _PlanReader(document, path.parent if path else None, env)
    return reader.plan()


class _PlanReader:
    def __init__(self, document: Document, folder: Path | None, env: Mapping[str, str]) -> None:
        self.document, self.folder, self.env = document, folder, env
        self.shapes = Shapes()

    def plan(self) -> OrgPlan:
        body = self._mapping((ORGANIZATION,), self.document.data.get(ORGANIZATION))
        self._known((ORGANIZATION,), body, self.shapes.keys(ORGANIZATION))
        name = self._text((ORGANIZATION, "name"), body.get("name"))
        items = tuple(item for section in sections() for item in self._items(section))
        settings = self._org_settings(body.get(UNDERSTUDY))
        return OrgPlan(
            self._org_id(body, name, items),
            name,
            self.document.name,
            {key: value for key, value in body.items() if key not in ("id", UNDERSTUDY)},
            items=items,
            **settings,
        )

    def _org_id(self, body: Mapping[str, Any], name: str, items: tuple[Item, ...]) -> str:
        """The fixed id, else one that is the same in every run of this file with these fixed ids."""
        if body.get("id"):  # empty: ``${NAME:-}`` without the variable
            return self._text((ORGANIZATION, "id"), body["id"])
        return IdStream("/".join(["org", name, *(item.id for item in items if item.id)])).uuid()

    def _org_settings(self, given: Any) -> dict[str, Any]:
        place: Place = (ORGANIZATION, UNDERSTUDY)
        settings = self._mapping(place, given or {})
        self._known(place, settings, list(ORG_SETTINGS))
        found: dict[str, Any] = {}
        try:
            if "region" in settings:
                found["region"] = region_domain(str(settings["region"]))
            switches = {
                str(k): str(v) for k, v in self._mapping((*place, "switches"), settings.get("switches") or {}).items()
            }
            for key, value in switches.items():
                check_switch(key, value)
        except SettingsError as error:
            raise SettingsError(f"{self.document.place(place)}: {error.name}", error.value, error.remedy) from error
        return {**found, "switches": switches, "limits": str(settings.get("limits") or "")}

    def _items(self, section: str) -> list[Item]:
        given = self.document.data.get(section)
        if given is None:
            return []
        if isinstance(given, dict) and self.shapes.is_single(section) and not self.shapes.parent(section):
            return [self._item(section, (section,), given)]
        if not isinstance(given, list):
            raise SettingsError(
                self.document.place((section,)), given, "a section is a list of items, each with a name"
            )
        there = [index for index, one in enumerate(given) if self._is_there((section, index), one)]
        items = [self._item(section, (section, index), given[index]) for index in there]
        seen: set[tuple[str, str]] = set()
        for index, item in zip(there, items, strict=True):
            for key in self._marks(item):
                if key in seen:
                    raise SettingsError(
                        self.document.place((section, index)), item.name, "it stands twice in this section"
                    )
                seen.add(key)
        return items

    def _is_there(self, place: Place, given: Any) -> bool:
        """Whether the item's ``when`` holds, if it has one."""
        own = given.get(UNDERSTUDY) if isinstance(given, dict) else None
        if not isinstance(own, dict) or WHEN not in own:
            return True
        texts = own[WHEN]
        if not isinstance(texts, list) or len(texts) != 2 or not all(isinstance(text, str) for text in texts):
            raise SettingsError(self.document.place((*place, UNDERSTUDY, WHEN)), texts, "give two texts to compare")
        return bool(texts[0] == texts[1])

    def _marks(self, item: Item) -> list[tuple[str, str]]:
        """What no other item of the section may have: its id, and its name where the platform wants it unique."""
        parent = str(item.references.get(PARENT, ""))
        if self.shapes.is_single(item.section):
            return [("single", parent)]
        own = str(item.body.get(self.shapes.identity(item.section), ""))
        named = item.name and (not (item.id or own) or self.shapes.is_unique(item.section))
        keys = (item.id, own and f"own {own}", f"name {item.name.casefold()}" if named else "")
        return [(parent, key) for key in keys if key]

    def _item(self, section: str, place: Place, given: Any) -> Item:
        body = self._mapping(place, given)
        if not self.shapes.is_free(section):
            self._known(place, body, self.shapes.keys(section))
        for key in self.shapes.required(section):
            if not (key == "name" and body.get("id") and body.get(key) == ""):  # the API takes an empty name
                self._text((*place, key), body.get(key))
        has_id = self.shapes.has_own_id(section)
        id_ = self._text((*place, "id"), body["id"]) if has_id and "id" in body else ""
        references = {
            key: self._reference((*place, key), key, body[key])
            for key in self.shapes.references(section)
            if key in body and self._is_by_name(section, key, body[key])
        }
        own = self._mapping((*place, UNDERSTUDY), body.get(UNDERSTUDY) or {})
        settings = self._settings(section, place, {k: value for k, value in own.items() if k not in (HIDDEN, WHEN)})
        kept = {*(("id",) if has_id else ()), UNDERSTUDY, *references, *OWN_KEYS.get(section, ())}
        return Item(
            section,
            self.document.place(place),
            {key: value for key, value in body.items() if key not in kept},
            id_,
            references,
            settings,
            self._flow_text(place, body, settings) if section == "flows" else "",
            str(body.get("file") or self.document.place(place)),
            self._mapping((*place, UNDERSTUDY, HIDDEN), own.get(HIDDEN) or {}),
        )

    def _is_by_name(self, section: str, key: str, given: Any) -> bool:
        """Whether a reference is looked up; one that the resource's table alone names may stand as the API has it."""
        if key in REFERENCES.get(section, {}) or key == PARENT:
            return True
        return isinstance(given, str) or (isinstance(given, dict) and not given.get("id") and "name" in given)

    def _settings(self, section: str, place: Place, given: Any) -> dict[str, Any]:
        known = EXTENSIONS.get(section, {})
        settings = self._mapping((*place, UNDERSTUDY), given or {})
        self._known((*place, UNDERSTUDY), settings, [*known, HIDDEN, WHEN])
        for key, value in settings.items():
            if not known[key][1](value):
                raise SettingsError(self.document.place((*place, UNDERSTUDY, key)), value, known[key][2])
        return {key: settings.get(key, default) for key, (default, _, _) in known.items()}

    def _reference(self, place: Place, key: str, given: Any) -> Any:
        """A name, or ``{id: …}`` or ``{name: …}`` as the API writes a reference; a list of names where it is a list."""
        if key in LISTED:
            if not isinstance(given, list):
                raise SettingsError(self.document.place(place), given, "give a list of names")
            return [self._entry((*place, index), key, one) for index, one in enumerate(given)]
        if isinstance(given, dict):
            given = given.get("name", given.get("id"))
        return self._text(place, given)

    def _entry(self, place: Place, key: str, given: Any) -> Any:
        """One of a list: a name, or a mapping of the name and what else is to be said."""
        if not isinstance(given, dict) or key not in QUALIFIED:
            return self._text(place, given)
        name, more = LISTED[key], QUALIFIED[key]
        self._known(place, given, [name, more])
        self._text((*place, name), given.get(name))
        if more in given and not _FITS[more](given[more]):
            raise SettingsError(self.document.place((*place, more)), given[more], _REMEDIES[more])
        return given

    def _flow_text(self, place: Place, body: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
        if not settings["published"] and "file" not in body and "yaml" not in body:
            return ""
        if ("file" in body) == ("yaml" in body):
            raise SettingsError(self.document.place(place), body.get("name"), "give a flow either file: or yaml:")
        if "yaml" in body:
            return self._text((*place, "yaml"), body["yaml"])
        name = self._text((*place, "file"), body["file"])
        where = self.document.place((*place, "file"))
        if self.folder is None:
            raise SettingsError(where, name, "this org file has no folder: give the flow's text under yaml:")
        try:
            return fill_in((self.folder / name).read_text("utf-8"), self.env, name)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(where, name, f"no such flow file in {self.folder}") from error

    def _known(self, place: Place, given: Mapping[str, Any], known: list[str]) -> None:
        for key in given:
            if key not in known:
                raise SettingsError(f"{self.document.place((*place, key))}: unknown key", key, nearest(key, known))

    def _mapping(self, place: Place, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise SettingsError(self.document.place(place), given, "give a mapping of keys to values")
        return given

    def _text(self, place: Place, given: Any) -> str:
        if not isinstance(given, str) or not given.strip():
            raise SettingsError(
                self.document.place(place), given, "give a text that is not empty (quote it if it looks like a number)"
            )
        return given


def _is_proficiency(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 5


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "division": lambda value: isinstance(value, str) and bool(value),
    "proficiency": _is_proficiency,
    "joined": lambda value: isinstance(value, bool),
}
_REMEDIES: Final[Mapping[str, str]] = {
    "division": 'give a division\'s name, or "*" for all',
    "proficiency": "give a number from 0 to 5",
    "joined": "give true or false",
}
