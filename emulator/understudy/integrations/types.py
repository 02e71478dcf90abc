"""Integration types and credential types, read from ``contracts/platform_api/integration_types.toml``.

Its comment says what each key means; every type names its source and certainty. Types are the same for every org.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from understudy.errors import ContractError, Refused
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.listings import page
from understudy.platform.messages import Answer

FILE: Final = "contracts/platform_api/integration_types.toml"
PATH: Final = "/api/v2/integrations/types"
SCHEMAS: Final = ("properties", "advanced")  # the values of {configType}
BOT_CONNECTORS: Final = frozenset({"bot-connector", "digital-bot-connector"})
CLIENT_APPS: Final = frozenset({"client-app", "interaction-widget"})
ALL: Final = "*"  # among the secret fields of a credential type: every field


@dataclass(frozen=True, slots=True)
class IntegrationType:
    """One type. ``schemas`` by configType; ``credentials`` slot → {required, title, types}; ``max`` 0: no limit."""

    id: str
    name: str
    description: str
    provider: str
    category: str
    role: str
    schemas: Mapping[str, Mapping[str, Any]]
    credentials: Mapping[str, Mapping[str, Any]]
    max: int

    def to_json(self) -> dict[str, Any]:
        """``IntegrationType`` of the API."""
        body: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "provider": self.provider,
            "category": self.category,
            "configPropertiesSchemaUri": f"{PATH}/{self.id}/configschemas/properties",
            "configAdvancedSchemaUri": f"{PATH}/{self.id}/configschemas/advanced",
            "credentials": {
                slot: {"required": spec["required"], "title": spec["title"], "credentialTypes": list(spec["types"])}
                for slot, spec in self.credentials.items()
            },
            "nonInstallable": False,
            "selfUri": f"{PATH}/{self.id}",
        }
        return body | ({"maxInstances": self.max} if self.max else {})

    def reference(self) -> dict[str, Any]:
        """The type as an integration shows it (a real create response has id and selfUri)."""
        return {"id": self.id, "name": self.name, "selfUri": f"{PATH}/{self.id}"}


@dataclass(frozen=True, slots=True)
class CredentialType:
    """One type of credentials: fields with their labels, those that are needed, those that are never shown."""

    id: str
    properties: Mapping[str, str]
    required: tuple[str, ...]
    secret: frozenset[str]

    def is_secret(self, field: str) -> bool:
        """Whether a field never leaves the platform."""
        return ALL in self.secret or field in self.secret

    def to_json(self) -> dict[str, Any]:
        """``CredentialType`` of the API."""
        fields = {name: {"type": "string", "title": title} for name, title in self.properties.items()}
        order = list(self.properties)
        return {
            "id": self.id, "name": self.id, "properties": fields, "displayOrder": order, "required": list(self.required)
        }  # fmt: skip


@cache
def integration_types() -> Mapping[str, IntegrationType]:
    """All types by id, in the file's order; raises ``ContractError`` where the file is malformed."""
    return load_types(material(FILE))[0]


@cache
def credential_types() -> Mapping[str, CredentialType]:
    """All credential types by id (which is also their name); raises ``ContractError`` where the file is malformed."""
    return load_types(material(FILE))[1]


def type_of(body: Mapping[str, Any]) -> IntegrationType:
    """The type of an installed integration's body."""
    return integration_types()[body["integrationType"]["id"]]


def list_types(call: Call) -> Answer:
    """``GET …/integrations/types``; all of them are shown whatever ``expand`` says."""
    return page(call, [type_.to_json() for type_ in integration_types().values()])


def get_type(call: Call) -> Answer:
    """``GET …/integrations/types/{typeId}``."""
    return Answer(body=_named(call).to_json())


def get_schema(call: Call) -> Answer:
    """``GET …/integrations/types/{typeId}/configschemas/{configType}``: the JSON Schema of properties or advanced."""
    type_, which = _named(call), call.path["configType"]
    if which not in SCHEMAS:
        message = f"There is no configuration schema {which}: it is one of {', '.join(SCHEMAS)}"
        raise Refused(404, "not.found", message, params={"id": which})
    schema = type_.schemas[which]
    body = {
        "id": f"{type_.id}-{which}",
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": f"{type_.name} {which}",
        "type": "object",
        "required": list(schema.get("required", ())),
        "properties": dict(schema.get("properties", {})),
        "additionalProperties": True,
    }
    return Answer(body=body)


def list_credential_types(call: Call) -> Answer:
    """``GET …/integrations/credentials/types``."""
    return Answer(body=[type_.to_json() for type_ in credential_types().values()])


def _named(call: Call) -> IntegrationType:
    id_ = call.path["typeId"]
    found = integration_types().get(id_)
    if found is None:
        raise Refused(404, "not.found", f"Integration type with id [{id_}] was not found", params={"id": id_})
    return found


def load_types(path: Path) -> tuple[Mapping[str, IntegrationType], Mapping[str, CredentialType]]:
    """Integration types and credential types of a file, by id; raises ``ContractError`` where it is malformed."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        types = {id_: _type(id_, table) for id_, table in document["types"].items()}
        return types, {id_: _credential_type(id_, table) for id_, table in document["credentials"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path}: not a file of integration types: {error!r}") from error


def _credential_type(id_: str, table: Mapping[str, Any]) -> CredentialType:
    return CredentialType(id_, table["properties"], tuple(table["required"]), frozenset(table["secret"]))


def _type(id_: str, table: Mapping[str, Any]) -> IntegrationType:
    schemas = {which: table.get(which, {}) for which in SCHEMAS}
    return IntegrationType(
        id_, table["name"], table["description"], table["provider"], table["category"], table["role"],
        schemas, table.get("credentials", {}), int(table.get("max", 0)),
    )  # fmt: skip


ACTIONS: Final[Mapping[str, Action]] = {
    "getIntegrationsTypes": list_types,
    "getIntegrationsType": get_type,
    "getIntegrationsTypeConfigschema": get_schema,
    "getIntegrationsCredentialsTypes": list_credential_types,
}
