"""Credentials of integrations: their values go in and never come out (SDK docs: sensitive fields are redacted).

Values are the entity's ``hidden["fields"]``; a callout reads them with ``fields_of``. Which fields are secret is the
credential type's word; the others are shown by GET of one (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.integrations.settings import (
    CONFIG,
    CREDENTIALS,
    CURRENT,
    INTEGRATIONS,
    configuration,
    credential_info,
    kind_of,
)
from understudy.integrations.types import CredentialType, credential_types
from understudy.platform.call import Action, Call
from understudy.platform.listings import CURSOR, NUMBERED, named
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.platform.refusals import invalid_value
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity
from understudy.world.org import Org

PATH: Final = "/api/v2/integrations/credentials"
WHAT: Final = "Credential"


def fields_of(org: Org, id_: str) -> Mapping[str, str]:
    """The values of a credential, secrets included, for who calls out with them; empty where there is none."""
    found = org.entities.get(CREDENTIALS, id_)
    fields: Mapping[str, str] = found.hidden.get("fields") or {} if found else {}
    return fields


def create(call: Call) -> Answer:
    """``POST …/integrations/credentials`` → CredentialInfo."""
    id_, now = call.org.ids.uuid(CREDENTIALS), iso(call.org.now())
    type_, name, fields = _read(call)
    body = {
        "id": id_,
        "name": name,
        "createdDate": now,
        "modifiedDate": now,
        "type": {"id": type_.id, "name": type_.id},
        "selfUri": f"{PATH}/{id_}",
    }
    return Answer(body=store(call.org, CREDENTIALS, id_, body, {"fields": fields}).body)


def put(call: Call) -> Answer:
    """``PUT …/{credentialId}``: name, type and all fields anew."""
    before = named(call, CREDENTIALS, call.path["credentialId"], WHAT)
    type_, name, fields = _read(call)
    changed = {"name": name, "type": {"id": type_.id, "name": type_.id}, "modifiedDate": iso(call.org.now())}
    after = store(call.org, CREDENTIALS, before.id, {**before.body, **changed}, {"fields": fields})
    for integration in _users(call.org, after.id):
        _show_anew(call.org, integration, after)
    return Answer(body=after.body)


def get(call: Call) -> Answer:
    """``GET …/{credentialId}`` → Credential with the fields that are no secret."""
    credential = named(call, CREDENTIALS, call.path["credentialId"], WHAT)
    type_ = credential_types().get(kind_of(credential)) or credential_types()["userDefined"]
    fields = fields_of(call.org, credential.id)
    shown = {name: value for name, value in fields.items() if not type_.is_secret(name)}
    body = {key: credential.body[key] for key in ("id", "name", "selfUri") if key in credential.body}
    return Answer(body={**body, "type": type_.to_json(), "credentialFields": shown})


def list_pages(call: Call) -> Answer:
    """``GET …/integrations/credentials`` (deprecated): numbered pages."""
    return Answer(encoded=listing(call, list(call.org.entities.of(CREDENTIALS).values()), NUMBERED))


def list_cursor(call: Call) -> Answer:
    """``GET …/integrations/credentials/listing``: pages by cursor."""
    return Answer(encoded=listing(call, list(call.org.entities.of(CREDENTIALS).values()), CURSOR))


def delete(call: Call) -> Answer:
    """``DELETE …/{credentialId}``; Refused 409 while an integration's configuration names it (assumed)."""
    credential = named(call, CREDENTIALS, call.path["credentialId"], WHAT)
    users = _users(call.org, credential.id)
    if users:
        named_ = ", ".join(one.name for one in users)
        message = f"Credential [{credential.id}] is in use by: {named_}"
        raise Refused(409, "general.conflict", message, params={"id": credential.id})
    forget(call.org, CREDENTIALS, credential.id)
    return Answer(204)


def _users(org: Org, credential: str) -> list[Entity]:
    """The integrations whose configuration names these credentials."""
    return [
        integration
        for integration in org.entities.of(INTEGRATIONS).values()
        if any(one["id"] == credential for one in configuration(org, integration)["credentials"].values())
    ]


def _show_anew(org: Org, integration: Entity, credential: Entity) -> None:
    config = org.entities.of(f"{CONFIG}/{integration.id}")[CURRENT]
    credentials = {
        slot: credential_info(credential) if one["id"] == credential.id else one
        for slot, one in config.body["credentials"].items()
    }
    org.entities.put(config.type, CURRENT, {**config.body, "credentials": credentials})


def _read(call: Call) -> tuple[CredentialType, str, dict[str, str]]:
    body = call.body if isinstance(call.body, dict) else {}
    given = body.get("type") or {}
    name = str(given.get("name") or given.get("id") or "")
    type_ = credential_types().get(name)
    if type_ is None:
        raise invalid_value("type.name", name, f"one of {', '.join(credential_types())}")
    fields: dict[str, str] = dict(body.get("credentialFields") or {})
    for needed in type_.required:
        if not fields.get(needed):
            raise invalid_value(f"credentialFields.{needed}", "", f"given for credentials of type {name}")
    return type_, str(body.get("name") or name), fields


ACTIONS: Final[Mapping[str, Action]] = {
    "postIntegrationsCredentials": create,
    "getIntegrationsCredentials": list_pages,
    "getIntegrationsCredentialsListing": list_cursor,
    "getIntegrationsCredential": get,
    "putIntegrationsCredential": put,
    "deleteIntegrationsCredential": delete,
}
