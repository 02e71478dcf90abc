"""Makes the files of ``contracts/platform_api/`` from the catalogue of the public SDKs.

Input: ``catalogue.json`` (or ``.json.gz``) with ``regions``, ``errorCodes``, ``operations``, ``models`` and
``notificationTopics`` (facts: platform-api §2). Output, each in a stable order with one item a line, so that a new
version of the platform shows as a readable difference:

- ``operations.json``: by path and method, with kind and resource derived (``kinds``), without headers and media types
- ``models.json``: ``{name: {field: {type, required, readOnly, enum}}}``
- ``topics.json``: ``{topic: model}``
- ``regions.json`` ``{region: domain}`` and ``error_codes.json``
- ``source/catalogue.json.gz``: the input itself

What the extraction got visibly wrong is put right here and told in the report's ``notes``.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from understudy.errors import ContractError
from understudy.platform.kinds import Derivation

SOURCE_NAME: Final = "source/catalogue.json.gz"
BROKEN_MAP: Final = "dict(str"  # "dict(str, object)" of the Python SDK, cut at its comma
UNKNOWN_MODE: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built. ``written`` names the files whose content changed."""

    operations: int
    models: int
    topics: int
    kinds: dict[str, int]
    notes: tuple[str, ...]
    written: tuple[str, ...]


def build_contracts(source: Path, target: Path) -> BuildReport:
    """Build all files into ``target`` (made where missing); a source that is no catalogue is a ``ContractError``."""
    raw = _read(source)
    try:
        catalogue = orjson.loads(raw)
        notes: list[str] = []
        operations = _operations(catalogue["operations"], catalogue["models"], notes)
        files = {
            "operations.json": _list_of_lines(operations),
            "models.json": _map_of_lines(catalogue["models"]),
            "topics.json": _map_of_lines({topic["topic"]: topic["model"] for topic in catalogue["notificationTopics"]}),
            "regions.json": _map_of_lines({region["region"]: region["domain"] for region in catalogue["regions"]}),
            "error_codes.json": orjson.dumps(catalogue["errorCodes"], option=orjson.OPT_INDENT_2) + b"\n",
        }
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{source} is not a catalogue of the Platform API: {error!r}") from error
    written = [name for name, content in files.items() if _write(target / name, content)]
    if _write_source(target / SOURCE_NAME, raw):
        written.append(SOURCE_NAME)
    kinds = dict(sorted(Counter(str(operation["kind"]) for operation in operations).items()))
    topics = len(catalogue["notificationTopics"])
    return BuildReport(len(operations), len(catalogue["models"]), topics, kinds, tuple(notes), tuple(written))


def _operations(raw: list[dict[str, Any]], models: dict[str, dict[str, Any]], notes: list[str]) -> list[dict[str, Any]]:
    derivation = Derivation(raw, models)
    ordered = sorted(raw, key=lambda operation: (operation["path"], operation["method"]))
    return [_operation(operation, derivation, notes) for operation in ordered]


def _operation(raw: dict[str, Any], derivation: Derivation, notes: list[str]) -> dict[str, Any]:
    """One line of ``operations.json``; what has its default is left out."""
    mode, permissions = _permissions(raw, notes)
    response = raw["response"]
    if response == BROKEN_MAP:
        notes.append(f"{raw['operationId']}: response type {response!r} read as map<object>")
        response = "map<object>"
    line = {
        "id": raw["operationId"],
        "method": raw["method"],
        "path": raw["path"],
        "group": raw["group"],
        "tier": raw["tier"],
        "kind": str(derivation.kind(raw)),
        "resource": derivation.resource(raw),
        "query": [{key: value for key, value in query.items() if value is not False} for query in raw["query"]],
        "body": raw.get("body"),
        "bodyRequired": bool(raw.get("bodyRequired")),
        "response": response,
        "mode": mode,
        "permissions": permissions,
        "scopes": raw["oauthScopes"],
        "scopesSource": raw["oauthScopesSource"],
        "deprecated": bool(raw.get("deprecated")),
        "preview": bool(raw.get("preview")),
        "public": raw.get("auth") == [],
    }
    return {key: value for key, value in line.items() if value not in (None, False, [])}


def _permissions(raw: dict[str, Any], notes: list[str]) -> tuple[str, list[str]]:
    """Mode and names. Words that are no ``domain:entity:action`` are prose of the documentation and fall out."""
    given = raw["permissions"]
    if given is None:
        return UNKNOWN_MODE, []
    names = [name for name in given["list"] if name.count(":") == 2]
    for name in given["list"]:
        if name not in names:
            notes.append(f"{raw['operationId']}: {name!r} is not a permission, left out")
    return (given["mode"] if names or given["mode"] == "NO" else UNKNOWN_MODE), names


def _list_of_lines(items: list[dict[str, Any]]) -> bytes:
    return b"[\n" + b",\n".join(orjson.dumps(item) for item in items) + b"\n]\n"


def _map_of_lines(items: dict[str, Any]) -> bytes:
    lines = (orjson.dumps(name) + b":" + orjson.dumps(items[name]) for name in sorted(items))
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def _read(source: Path) -> bytes:
    try:
        raw = source.read_bytes()
        return gzip.decompress(raw) if source.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise ContractError(f"{source} can't be read: {error}") from error


def _write(path: Path, content: bytes) -> bool:
    """Write where something changes; true if so."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def _write_source(path: Path, raw: bytes) -> bool:
    """Keep the input. Compressors differ between machines, so the text decides whether the file is up to date."""
    if path.is_file() and _read(path) == raw:
        return False
    return _write(path, gzip.compress(raw, compresslevel=9, mtime=0))
