"""The layers of the package: each module imports only from its own layer and those below (DESIGN: the package)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

import pytest

CODE: Final = Path(__file__).resolve().parent.parent / "emulator" / "understudy"
PACKAGE: Final = "understudy"

# (layer, group, patterns of module names below understudy); the first row with a fitting pattern is a module's. So a
# file name that says what a module is (session, behaviour, driver) goes before the folder it lies in.
LAYERS: Final[tuple[tuple[int, str, tuple[str, ...]], ...]] = (
    (1, "foundations", ("errors", "ids", "clock", "material", "limits", "memory", "settings")),
    (1, "foundations", ("regions", "gateway", "whole_file")),
    (2, "codecs", ("*.messages", "conversations.model", "conversations.media", "conversations.commands")),
    (2, "codecs", ("checker.verdict",)),
    (2, "codecs", ("record.entry", "record.lines", "suite", "orgfile.document")),
    (2, "codecs", ("open_messaging.fields", "open_messaging.signature")),
    (2, "codecs", ("web_messaging.codes", "web_messaging.words", "web_messaging.guest_message")),
    (2, "codecs", ("web_messaging.frames", "web_messaging.terms", "web_messaging.upload")),
    (2, "codecs", ("web_messaging.asked", "web_messaging.intentions", "web_messaging.structured")),
    (2, "codecs", ("web_messaging.states", "web_messaging.languages")),
    (2, "codecs", ("notifications.topics", "notifications.details", "notifications.snapshots")),
    (2, "codecs", ("notifications.media", "notifications.coverage", "notifications.communications")),
    (2, "codecs", ("platform.catalogue", "platform.kinds", "platform.routes", "platform.build", "platform.made_up")),
    (2, "codecs", ("platform.openapi", "platform.statuses", "platform.moments")),
    (2, "codecs", ("platform.schema", "platform.schemas", "platform.corrections", "platform.formats")),
    (2, "codecs", ("platform.fence",)),
    (
        2,
        "codecs",
        ("platform.problem", "platform.permissions", "platform.resources", "platform.refusals", "platform.reference"),
    ),
    (4, "behaviours", ("cors",)),
    (5, "drivers", ("*.driver", "tls.*")),
    (4, "behaviours", ("*.behaviour", "*_api")),
    (3, "sessions", ("*.session", "open_messaging.lane")),
    (4, "behaviours", ("bot_connector.provider", "bot_connector.probe", "bot_connector.pulls")),
    (5, "drivers", ("bot_connector.probing",)),
    (2, "codecs", ("bot_connector.*",)),
    (3, "world", ("world.*", "conversations.*", "routing.*", "architect.*")),
    (3, "world", ("integrations.bot_sessions",)),
    (3, "record", ("record.*", "checker.*")),
    (
        5,
        "drivers",
        ("exchange", "reply", "broken_http", "host", "children", "control.client", "notifications.seam", "reporter.*"),
    ),
    (5, "drivers", ("control.host", "control.questions", "control.waiting", "notifications.socket")),
    (5, "drivers", ("web_messaging.seam", "web_messaging.socket")),
    (4, "behaviours", ("platform.*", "oauth.*", "open_messaging.*", "notifications.*", "triggers.*")),
    (4, "behaviours", ("integrations.*", "web_deployments.*", "pages.*")),
    (4, "behaviours", ("web_messaging.*",)),
    (4, "behaviours", ("architect_api.*", "telephony.*")),
    (4, "behaviours", ("snapshot.*",)),
    (4, "behaviours", ("attachments.*", "conversation_api.*", "control.*", "directory.*", "history.*", "orgfile.*")),
    (6, "programs", ("emulator", "entrance", "orgs", "ports", "tables", "advance", "renewal", "bell")),
    (6, "programs", ("cli.*", "serve", "stage", "actors.*", "__main__")),
    (6, "programs", ("verify.*", "pytest_plugin", "suite_plugin")),
)
APART: Final = ({"sessions", "world"},)  # groups of layer 3 that never import each other
DRIVERS: Final = 5  # the lowest layer that does input and output
IO: Final = frozenset(
    {"asyncio", "aiohttp", "http", "selectors", "socket", "ssl", "subprocess", "threading", "urllib3", "websockets"}
)


@dataclass(frozen=True)
class Module:
    name: str  # below understudy; "" is the package itself
    imports: frozenset[str]  # modules of ours, by the same names
    foreign: frozenset[str]  # top-level names of all others
    where: str
    is_package: bool = False

    @property
    def is_leaf(self) -> bool:
        return self.name == "references" or self.name.startswith("references.")


@cache
def modules() -> dict[str, Module]:
    paths = {_name(path): path for path in CODE.rglob("*.py")}
    return {name: _module(name, path, frozenset(paths)) for name, path in sorted(paths.items())}


def _name(path: Path) -> str:
    parts = path.relative_to(CODE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _module(name: str, path: Path, known: frozenset[str]) -> Module:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    found = set(imported(tree, is_package=path.name == "__init__.py", name=name, known=known))
    ours = {one.removeprefix(PACKAGE).lstrip(".") for one in found if one.split(".")[0] == PACKAGE}
    foreign = {one.split(".")[0] for one in found if one.split(".")[0] != PACKAGE}
    where = str(path.relative_to(CODE.parent.parent))
    return Module(name, frozenset(ours - {name}), frozenset(foreign), where, path.name == "__init__.py")


def imported(tree: ast.Module, *, is_package: bool, name: str, known: frozenset[str]) -> Iterator[str]:
    """Full names of what a module imports anywhere, but for what only a type checker sees."""
    for node in run_time(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = f"{PACKAGE}.{name}".split(".")[: None if is_package and node.level == 1 else -node.level]
                origin = ".".join([*package, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield full if full.removeprefix(f"{PACKAGE}.") in known else origin


def run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from (other, *run_time(other))
        else:
            yield child
            yield from run_time(child)


def place(name: str) -> tuple[int, str] | None:
    for layer, group, patterns in LAYERS:
        if any(fnmatchcase(name, pattern) or fnmatchcase(f"{name}.", pattern) for pattern in patterns):
            return layer, group
    return None


def counted() -> list[Module]:
    """The modules that need a layer: not the references, which are no part of the tower, and no package that imports
    nothing."""
    return [one for one in modules().values() if not one.is_leaf and (one.imports or not one.is_package)]


def breaches(module: Module) -> list[str]:
    layer, group = place(module.name) or (99, "")
    found = []
    for other in sorted(module.imports):
        below = place(other)
        if below is None:
            if other:  # ``understudy`` itself holds the version and imports nothing
                found.append(f"{module.where} imports {other}, which has no layer")
        elif below[0] > layer:
            found.append(f"{module.where} (layer {layer}, {group}) imports {other} (layer {below[0]}, {below[1]})")
        elif any({group, below[1]} == pair for pair in APART):
            found.append(f"{module.where} ({group}) imports {other} ({below[1]}): they meet only in layer 4")
    return found


def test_every_module_has_a_layer() -> None:
    lost = [one.where for one in counted() if place(one.name) is None]
    assert not lost, (
        f"no layer: {', '.join(lost)}: add the module's name to the row of LAYERS in {Path(__file__).name} where it "
        "belongs, as low as what it is allows (1 foundations, 2 codecs, 3 sessions | world | record, 4 behaviours, "
        "5 drivers, 6 programs)"
    )


def test_no_row_of_the_table_is_empty() -> None:
    names = [one.name for one in modules().values()]
    patterns = [pattern for _, _, patterns in LAYERS for pattern in patterns]
    unused = [p for p in patterns if not any(fnmatchcase(n, p) or fnmatchcase(f"{n}.", p) for n in names)]
    assert unused == []


def test_every_module_imports_only_from_its_layer_and_below() -> None:
    assert [breach for module in counted() for breach in breaches(module)] == []


def test_only_drivers_and_what_stands_above_them_do_input_and_output() -> None:
    found = {
        one.where: sorted(one.foreign & IO)
        for one in counted()
        if (place(one.name) or (0, ""))[0] < DRIVERS and one.foreign & IO
    }
    assert found == {}


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    ours = modules()
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circle: {' → '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for other in sorted(ours[name].imports):
                walk(other, (*trail, name))
            done.add(name)

    for name in ours:
        walk(name, ())


def test_references_import_nothing_of_understudy_and_nobody_imports_them() -> None:
    inward = {one.where: sorted(one.imports) for one in modules().values() if one.is_leaf}
    assert inward, "there are no references any more: drop this test"
    assert {where: names for where, names in inward.items() if any(not n.startswith("references") for n in names)} == {}
    outward = [one.where for one in counted() if any(name.split(".")[0] == "references" for name in one.imports)]
    assert outward == []


@pytest.mark.parametrize("reference", ["polyai", "cognigy"])
def test_a_reference_starts_where_understudy_is_not_installed(reference: str) -> None:
    script = CODE / "references" / f"{reference}.py"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(script), "--list-faults"], capture_output=True, text=True, check=True
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert f"references.{reference}_endpoint.endpoint" in loaded
    assert not {name for name in loaded if name.split(".")[0] == PACKAGE}


SESSION, WORLD, BEHAVIOUR = "open_messaging.session", "world.org", "open_messaging.behaviour"


@pytest.mark.parametrize(
    ("name", "imports", "breach"),
    [
        ("errors", "clock", ""),
        ("ids", "platform.catalogue", "imports platform.catalogue (layer 2, codecs)"),
        (SESSION, WORLD, "they meet only in layer 4"),
        (WORLD, SESSION, "they meet only in layer 4"),
        (BEHAVIOUR, WORLD, ""),
        (BEHAVIOUR, SESSION, ""),
        (WORLD, BEHAVIOUR, "imports open_messaging.behaviour (layer 4, behaviours)"),
        ("open_messaging.webhook", "open_messaging.driver", "imports open_messaging.driver (layer 5, drivers)"),
        ("record.recorder", "record.driver", "imports record.driver (layer 5, drivers)"),
        ("control.driver", "emulator", "imports emulator (layer 6, programs)"),
        ("emulator", "nowhere.at_all", "imports nowhere.at_all, which has no layer"),
    ],
)
def test_the_rule_itself_finds_a_breach(name: str, imports: str, breach: str) -> None:
    found = breaches(Module(name, frozenset({imports}), frozenset(), f"{name}.py"))
    assert (breach in found[0]) if breach else found == []


def test_what_only_a_type_checker_imports_is_free() -> None:
    text = "if TYPE_CHECKING:\n    import a\nelse:\n    import b\ndef f():\n    from .c import d\n    from . import e\n"
    found = set(imported(ast.parse(text), is_package=False, name="x.y", known=frozenset({"x.e"})))
    assert found == {"b", "understudy.x.c", "understudy.x.e"}
