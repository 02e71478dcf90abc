"""What the client must be told, all from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from ..vendor_side.settings import WrongSetting, given, number, origin

# name → (default, or None where there can be none; what it is)
NAMES: Final[dict[str, tuple[str | None, str]]] = {
    "GENESYS_BASE_URL": (None, "address of socket, API and files, as in http://127.0.0.1:8080"),
    "GENESYS_DEPLOYMENT_ID": (None, "id of the messenger deployment"),
    "ORIGIN": ("https://shop.example", "origin of the page that carries the messenger"),
    "LANGUAGE": ("en-US", "what the browser accepts"),
    "HOST": ("127.0.0.1", "address to listen on"),
    "PORT": ("0", "port to listen on; 0 takes a free one"),
    "DOOR_PATH": ("/", "path below which the door for suites stands"),
    "BACKOFF_SECONDS": ("0.25", "first wait before a reconnect, doubled each time"),
    "HEALTH_SECONDS": ("30", "how often a connection is health-checked; Genesys allows two a minute"),
    "FIRST_HEALTH_SECONDS": ("0.5", "how soon after the session is there it is health-checked first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, checked. Times are in seconds."""

    base_url: str
    deployment: str
    origin: str = "https://shop.example"
    language: str = "en-US"
    host: str = "127.0.0.1"
    port: int = 0
    door: str = ""
    backoff: float = 0.25
    health: float = 30.0
    first_health: float = 0.5
    faults: frozenset[str] = frozenset()

    @property
    def socket_url(self) -> str:
        """Where guests' sockets open (facts: messaging §2.1)."""
        parts = urlsplit(self.base_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return f"{scheme}://{parts.netloc}{parts.path}/v1?deploymentId={self.deployment}"


def read_settings(environment: Mapping[str, str], faults: frozenset[str] = frozenset()) -> Settings:
    """The settings in ``environment``; raises WrongSetting. An empty variable counts as not set."""
    values = given(NAMES, environment)
    if not values["DOOR_PATH"].startswith("/"):
        raise WrongSetting(f"DOOR_PATH is {values['DOOR_PATH']!r}, not a path such as /")
    return Settings(
        base_url=origin("GENESYS_BASE_URL", values["GENESYS_BASE_URL"]),
        deployment=values["GENESYS_DEPLOYMENT_ID"],
        origin=origin("ORIGIN", values["ORIGIN"]),
        language=values["LANGUAGE"],
        host=values["HOST"],
        port=int(number("PORT", values["PORT"], 65_535, whole=True)),
        door=values["DOOR_PATH"].rstrip("/"),
        backoff=number("BACKOFF_SECONDS", values["BACKOFF_SECONDS"], 60),
        health=number("HEALTH_SECONDS", values["HEALTH_SECONDS"], 3600),
        first_health=number("FIRST_HEALTH_SECONDS", values["FIRST_HEALTH_SECONDS"], 3600),
        faults=faults,
    )
