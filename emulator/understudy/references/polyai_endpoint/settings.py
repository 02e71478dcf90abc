"""What the endpoint must be told, all from the environment (issue: Reference endpoint)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

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


class WrongSetting(Exception):
    """A setting is missing or wrong; the text names it, its value and what would be right."""


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
    values = {name: environment.get(name) or default for name, (default, _) in NAMES.items()}
    missing = [f"{name} is not set: give {NAMES[name][1]}" for name, value in values.items() if value is None]
    if missing:
        raise WrongSetting("\n".join(missing))
    given = {name: value or "" for name, value in values.items()}
    return Settings(
        base_url=_origin(given["GENESYS_BASE_URL"]),
        integration=given["GENESYS_INTEGRATION_ID"],
        client_id=given["GENESYS_CLIENT_ID"],
        client_secret=given["GENESYS_CLIENT_SECRET"],
        webhook_secret=given["WEBHOOK_SECRET"],
        host=given["HOST"],
        port=int(_number("PORT", given["PORT"], 65_535)),
        topology=_choice("TOPOLOGY", given["TOPOLOGY"], TOPOLOGIES),
        reply_operation=_choice("REPLY_OPERATION", given["REPLY_OPERATION"], REPLY_OPERATIONS),
        handoff_phrase=given["HANDOFF_PHRASE"],
        end_phrase=given["END_PHRASE"],
        backoff=_number("BACKOFF_SECONDS", given["BACKOFF_SECONDS"], 60),
        faults=faults,
    )


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise WrongSetting(f"GENESYS_BASE_URL is {value!r}, not an address such as http://127.0.0.1:8080")
    return value.rstrip("/")


def _number(name: str, value: str, most: int) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most or (name == "PORT" and number != int(number)):
        raise WrongSetting(f"{name} is {value!r}, not a number from 0 to {most}")
    return number


def _choice(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise WrongSetting(f"{name} is {value!r}, not one of {', '.join(known)}")
    return value
