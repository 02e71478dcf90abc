"""Configuration of an installed integration: ``config/current``, checked against the schemas of its type.

A write must name the current version (facts: platform-api §4). What an integration lacks keeps it from being active;
it does not keep its configuration from being saved (assumed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from understudy.errors import Refused
from understudy.integrations.types import IntegrationType, type_of
from understudy.platform.call import Call
from understudy.platform.refusals import invalid_value
from understudy.world.entities import Entity
from understudy.world.org import Org

INTEGRATIONS: Final = "integrations"
CONFIG: Final = "integrations.config"
CREDENTIALS: Final = "integrations.credentials"
CURRENT: Final = "current"
INFO: Final = ("id", "name", "type", "createdDate", "modifiedDate", "selfUri")
KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


def configuration(org: Org, integration: Entity) -> dict[str, Any]:
    """The current configuration; one that nobody has written yet is version 1 and empty."""
    stored = org.entities.get(f"{CONFIG}/{integration.id}", CURRENT)
    return {**_first(integration), **stored.body} if stored else _first(integration)


def lacking(org: Org, integration: Entity) -> list[str]:
    """What keeps the integration from being active: properties and credentials that its type requires."""
    type_, config = type_of(integration.body), configuration(org, integration)
    properties, credentials = config.get("properties") or {}, config.get("credentials") or {}
    needed = [
        f"properties.{name}" for name in type_.schemas["properties"].get("required", ()) if not properties.get(name)
    ]
    missing = [
        f"credentials.{slot}"
        for slot, spec in type_.credentials.items()
        if spec["required"] and slot not in credentials
    ]
    return needed + missing


def _first(integration: Entity) -> dict[str, Any]:
    return {
        "id": CURRENT, "name": integration.name, "version": 1, "properties": {}, "advanced": {}, "notes": "",
        "credentials": {}, "selfUri": f"/api/v2/integrations/{integration.id}/config/current",
    }  # fmt: skip


def kind_of(credential: Entity) -> str:
    """The credential type's name."""
    given = credential.body.get("type") or {}
    return str(given.get("name") or given.get("id") or "")


def credential_info(credential: Entity) -> dict[str, Any]:
    """What a configuration shows of credentials (``CredentialInfo``)."""
    return {name: credential.body[name] for name in INFO if name in credential.body}


def defaults(call: Call, body: dict[str, Any]) -> None:
    """The configuration that a new integration has."""
    body.update(_first(_integration(call)))


def check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Refuse what the type's schemas don't allow, and credentials that don't exist or don't fit."""
    if after is None:
        return
    type_ = type_of(_integration(call).body)
    problems: list[str] = []
    for which, schema in type_.schemas.items():
        given = after.get(which)
        if not isinstance(given, dict):
            problems.append(f"{which}: must be an object")
        else:
            problems += [f"{which}.{problem}" for problem in _problems(given, schema.get("properties", {}))]
    if problems:
        details = tuple({"errorCode": "invalid.value", "fieldName": text.partition(":")[0]} for text in problems)
        message = "Input validation error: " + "; ".join(problems)
        raise Refused(400, "invalid.value", message, details=details)
    for slot, given in (after.get("credentials") or {}).items():
        _check_credential(call, type_, slot, given)


def _check_credential(call: Call, type_: IntegrationType, slot: str, given: Any) -> None:
    id_ = str(given.get("id") or "") if isinstance(given, dict) else ""
    found = call.org.entities.get(CREDENTIALS, id_)
    field = f"credentials.{slot}.id"
    if found is None:
        raise invalid_value(field, id_, "the id of a credential")
    spec, given_type = type_.credentials.get(slot), kind_of(found)
    if spec is not None and given_type not in spec["types"]:
        raise invalid_value(field, id_, f"a credential of type {' or '.join(spec['types'])}, not {given_type}")


def _integration(call: Call) -> Entity:
    return call.org.entities.of(INTEGRATIONS)[call.path["integrationId"]]  # the engine has looked: it is the parent


def _problems(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """What breaks the schema: types, enums, lists of words, absolute URIs. Unknown fields pass."""
    for name, rule in schema.items():
        if name not in given:
            continue
        value, types = given[name], rule.get("type", ())
        kinds = [types] if isinstance(types, str) else list(types)
        if kinds and not any(_is_a(value, kind) for kind in kinds):
            yield f"{name}: must be of type {' or '.join(kinds)}"
        elif "enum" in rule and value not in rule["enum"]:
            yield f"{name}: must be one of {', '.join(rule['enum'])}"
        elif "words" in rule and (strange := _strange_words(value, rule["words"])):
            yield f"{name}: {', '.join(strange)} not among {', '.join(rule['words'])}"
        elif rule.get("format") == "uri" and value and not _is_absolute(value):
            yield f"{name}: must be an absolute URI"
        elif "items" in rule and not all(_is_a(item, rule["items"]["type"]) for item in value):
            yield f"{name}: every item must be of type {rule['items']['type']}"


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, KINDS[kind])


def _strange_words(value: str, words: list[str]) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip() and word.strip() not in words]


def _is_absolute(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and parts.hostname)
