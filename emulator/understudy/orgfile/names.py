"""The names of a plan's things: each thing's id, and which thing is meant where another names it.

A thing is named by its name, its id or its e-mail address, wherever it stands in the file.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.errors import SettingsError, nearest
from understudy.orgfile.plan import Item, OrgPlan
from understudy.orgfile.sections import LISTED, PARENT, QUALIFIED, Shapes, sections
from understudy.platform.engine import SINGLE
from understudy.platform.grants import ALL_DIVISIONS, Pair
from understudy.world.org import Org

HOME: Final = "Home"
DIVISIONS: Final = "authorization.divisions"
RECIPIENTS: Final = "routing.message.recipients"
AMBIGUOUS: Final = " several"  # instead of an id: no id begins with a space


class Names:
    """Ids for the things of ``plan`` in ``org``; every org has a home division, the file may give it an id by naming
    it."""

    def __init__(self, plan: OrgPlan, org: Org, shapes: Shapes) -> None:
        self.plan, self.org, self.shapes = plan, org, shapes
        self.ids: dict[int, str] = {}  # id(item) → entity id
        self.known: dict[str, dict[str, str]] = {section: {} for section in sections()}  # name, id, e-mail → id
        self.given_home = next(
            (item for item in plan.of(DIVISIONS) if item.name.casefold() == HOME.casefold()), None
        )  # the division that the file calls so
        self.home = self._home()

    def _home(self) -> dict[str, str]:
        given = self.given_home
        id_ = (given.id if given else "") or self.org.ids.uuid(DIVISIONS)
        if given is not None:
            self.ids[id(given)] = id_
        self.known[DIVISIONS].update({HOME.casefold(): id_, id_: id_})
        return {"id": id_, "name": HOME, "selfUri": f"{self.shapes.path(DIVISIONS)}/{id_}"}

    def of(self, item: Item) -> str:
        """The id that a thing was given."""
        return self.ids[id(item)]

    def give_id(self, item: Item) -> None:
        """The id that the file says, or else a new one."""
        if item.section == RECIPIENTS:  # a recipient is its integration's (facts: messaging §1.1)
            id_ = self.find(item, "integration", "messaging.integrations.open", item.references["integration"])
        elif self.shapes.is_single(item.section):
            id_ = SINGLE
        else:
            own = (
                "" if self.shapes.identity(item.section) == "id" else str(item.body[self.shapes.identity(item.section)])
            )
            id_ = self.ids.get(id(item)) or item.id or own or self.org.ids.uuid(item.section)
        self.ids[id(item)] = id_
        known = self.known[item.section]
        for name in dict.fromkeys([item.name.casefold(), str(item.body.get("email", "")).casefold()]):
            if name:
                known[name] = AMBIGUOUS if name in known and known[name] != id_ else id_
        known[id_] = id_

    def find(self, item: Item, key: str, section: str, name: str) -> str:
        """The id of what ``item`` names at ``key``; raises ``SettingsError`` where that is nothing, or several."""
        known = self.known[section]
        found = known.get(name.casefold()) or known.get(name)
        if found is None:
            names = [other.name for other in self.plan.of(section)] or [HOME]
            raise SettingsError(f"{item.where}.{key}", name, nearest(name, names))
        if found == AMBIGUOUS:
            raise SettingsError(f"{item.where}.{key}", name, f"several of {section} have this name: give the id")
        return found

    def type_of(self, item: Item) -> str:
        """The type of the entity: children are kept by their parent."""
        if PARENT not in item.references:
            return item.section
        parent = self.find(item, PARENT, self.shapes.parent(item.section), item.references[PARENT])
        return f"{item.section}/{parent}"

    def references(self, item: Item) -> dict[str, dict[str, str]]:
        """The references that stand in the body as ``{id, name, selfUri}``."""
        found: dict[str, dict[str, str]] = {}
        for key, section in self.shapes.references(item.section).items():
            if key not in item.references or key in LISTED or key in (PARENT, "integration"):
                continue
            id_ = self.find(item, key, section, item.references[key])
            name = next((other.name for other in self.plan.of(section) if self.of(other) == id_), HOME)
            path = self.shapes.path(section)
            found[key] = {"id": id_, "name": name} | ({"selfUri": f"{path}/{id_}"} if path else {})
        return found

    def listed(self, item: Item, key: str, section: str) -> dict[str, Any]:
        """Id → what else is said of it (None for nothing), of a list of references."""
        found: dict[str, Any] = {}
        for n, entry in enumerate(item.references.get(key, ())):
            name, more = (entry[LISTED[key]], entry.get(QUALIFIED[key])) if isinstance(entry, dict) else (entry, None)
            found[self.find(item, f"{key}[{n}]", section, name)] = more
        return found

    def pairs(self, item: Item) -> set[Pair]:
        """The roles of a thing, each in its division, the home division if none is named."""
        pairs: set[Pair] = set()
        for n, entry in enumerate(item.references.get("roles", ())):
            role, division = (entry["role"], entry.get("division")) if isinstance(entry, dict) else (entry, None)
            id_ = self.find(item, f"roles[{n}]", "authorization.roles", role)
            if division not in (None, ALL_DIVISIONS):
                division = self.find(item, f"roles[{n}].division", DIVISIONS, division)
            pairs.add((id_, division or self.home["id"]))
        return pairs
