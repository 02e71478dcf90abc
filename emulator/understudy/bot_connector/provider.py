"""A bot's provider as the org has it configured: where it is, what it is sent to be believed, what its bots declare.

Facts: messaging §3.1, §3.3; names of the properties: contracts/platform_api/integration_types.toml (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from understudy.bot_connector.headers import credential_headers
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.outcome import ErrorType, Unaskable
from understudy.bot_connector.request import Address, Join
from understudy.bot_connector.slots import Declared
from understudy.bot_connector.terms import NAMESPACE, Terms
from understudy.integrations.bots import bots_of, version_of
from understudy.integrations.credentials import fields_of
from understudy.integrations.settings import INTEGRATIONS, configuration
from understudy.integrations.types import type_of
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch

VARIANTS: Final[Mapping[str, Variant]] = {"bot-connector": Variant.V1, "digital-bot-connector": Variant.V2}
URIS: Final[Mapping[Variant, str]] = {
    Variant.V1: "botConnectorHandleUtteranceURI",
    Variant.V2: "botConnectorURI",
}
WAITS: Final = "waits"  # org.live[WAITS]: dict[limit's name, seconds]: peer waits shortened, for references only


@dataclass(frozen=True, slots=True)
class Provider:
    """Who answers for an integration. ``secrets`` are the values of its credentials."""

    integration: str
    address: Address
    secrets: tuple[str, ...]


def provider_of(org: Org, id_: str, variant: Variant | None = None) -> Provider:
    """The provider of an active integration, of that contract where one is given; raises ``Unaskable``."""
    integration = org.entities.get(INTEGRATIONS, id_)
    if integration is None:
        raise Unaskable(ErrorType.INTEGRATION, "integration_missing", f"there is no integration {id_!r}")
    found = variant_of(integration)
    if found is None or variant not in (None, found):
        type_ = integration.body["integrationType"]["id"]
        text = f"integration {integration.name!r} is of type {type_}, which is not what the flow's action calls"
        raise Unaskable(ErrorType.INTEGRATION, "wrong_integration", text)
    if (integration.body.get("reportedState") or {}).get("code") != "ACTIVE":
        text = f"integration {integration.name!r} is not active"
        raise Unaskable(ErrorType.INTEGRATION, "integration_inactive", text)
    config = configuration(org, integration)
    fields = _fields(org, config.get("credentials") or {})
    headers, refused = credential_headers(fields)
    if refused:
        text = f"integration {integration.name!r}: {'; '.join(str(one) for one in refused)}"
        raise Unaskable(ErrorType.CREDENTIALS, "credentials_unsendable", text)
    uri = str((config.get("properties") or {}).get(URIS[found]) or "")
    if not _is_web(uri):
        text = f"integration {integration.name!r}: {URIS[found]} {uri!r} is no http or https URI"
        raise Unaskable(ErrorType.INTEGRATION, "wrong_uri", text)
    join = Join(switch(org, "bot_connector.path_join"))
    address = Address(variant=found, uri=uri, credentials=headers, join=join)
    return Provider(id_, address, tuple(fields.values()))


def variant_of(integration: Entity) -> Variant | None:
    """The contract of an integration's type, or None where it is no bot connector."""
    return VARIANTS.get(type_of(integration.body).role)


def terms_of(org: Org, variant: Variant, response_timeout: float | None = None) -> Terms:
    """The figures of a session: the org's limits and switches, the flow's own Bot Response Timeout (v2), a wait that
    was shortened for a test."""
    terms = Terms.of(org.limits, variant)
    if response_timeout is not None:
        terms = terms.with_answer(response_timeout)
    shortened = org.live.get(WAITS, {}).get(f"{NAMESPACE}.{variant}.answer.seconds")
    return terms.switched(
        has_guard=switch(org, "bot_connector.loop_guard") == "on",
        repeats_parameters=switch(org, "bot_connector.parameters_each_turn") == "every",
        answer=shortened,
    )


def declared_of(org: Org, integration: str, bot: str, version: str) -> Declared:
    """What a version of a bot may answer; nothing where it is gone."""
    found = bots_of(org, integration).get(bot)
    one = version_of(found, version) if found is not None else None
    return Declared.of(one) if one is not None else Declared()


def _is_web(uri: str) -> bool:
    try:
        split = urlsplit(uri)
        return split.scheme in ("http", "https") and bool(split.hostname) and (split.port or 1) > 0
    except ValueError:
        return False


def _fields(org: Org, credentials: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in credentials.values():
        found |= fields_of(org, str(one.get("id") or ""))
    return found
