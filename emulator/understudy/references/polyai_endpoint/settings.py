"""What the endpoint must be told, all from the environment (issue: Reference endpoint)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..vendor_side.settings import choice, given, number, origin

TOPOLOGIES: Final = ("channel", "forward")
REPLY_OPERATIONS: Final = ("agentless", "inbound", "communication")

# name → (default, or None where there can be none; what it is)
NAMES: Final[dict[str, tuple[str | None, str]]] = {
    "GENESYS_BASE_URL": (None, "origin of login, API and sockets, as in http://127.0.0.1:8080"),
    "GENESYS_INTEGRATION_ID": (None, "id of the Open Messaging integration"),
    "GENESYS_CLIENT_ID": (None, "id of the OAuth client (client credentials)"),
    "GENESYS_CLIENT_SECRET": (None, "its secret"),
    "WEBHOOK_SECRET": (None, "the integration's Outbound Notification Webhook Signature Secret Token"),
    "HOST": ("127.0.0.1", "address to listen on"),
    "PORT": ("0", "port to listen on; 0 takes a free one"),
    "TOPOLOGY": ("channel", "channel: this side has the users; forward: Genesys has them"),
    "REPLY_OPERATION": ("agentless", "forward only: how the bot answers: agentless, inbound or communication"),
    "HANDOFF_PHRASE": ("agent please", "what a user writes to be handed to an agent"),
    "END_PHRASE": ("bye", "what a user writes to end the conversation"),
    "BACKOFF_SECONDS": ("0.2", "first wait before a retry, doubled each time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, checked. ``backoff`` is in seconds."""

    base_url: str
    integration: str
    client_id: str
    client_secret: str
    webhook_secret: str
    host: str = "127.0.0.1"
    port: int = 0
    topology: str = "channel"
    reply_operation: str = "agentless"
    handoff_phrase: str = "agent please"
    end_phrase: str = "bye"
    backoff: float = 0.2
    faults: frozenset[str] = frozenset()


def read_settings(environment: Mapping[str, str], faults: frozenset[str] = frozenset()) -> Settings:
    """The settings in ``environment``; raises WrongSetting. An empty variable counts as not set."""
    values = given(NAMES, environment)
    return Settings(
        base_url=origin("GENESYS_BASE_URL", values["GENESYS_BASE_URL"]),
        integration=values["GENESYS_INTEGRATION_ID"],
        client_id=values["GENESYS_CLIENT_ID"],
        client_secret=values["GENESYS_CLIENT_SECRET"],
        webhook_secret=values["WEBHOOK_SECRET"],
        host=values["HOST"],
        port=int(number("PORT", values["PORT"], 65_535, whole=True)),
        topology=choice("TOPOLOGY", values["TOPOLOGY"], TOPOLOGIES),
        reply_operation=choice("REPLY_OPERATION", values["REPLY_OPERATION"], REPLY_OPERATIONS),
        handoff_phrase=values["HANDOFF_PHRASE"],
        end_phrase=values["END_PHRASE"],
        backoff=number("BACKOFF_SECONDS", values["BACKOFF_SECONDS"], 60),
        faults=faults,
    )
