"""What the endpoint must be told, all from the environment (guide: Configure Genesys Endpoint, Copilot settings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..vendor_side.settings import WrongSetting, choice, given, number, origin
from .account import Login
from .bots import LISTS
from .words import PHRASES, defaults

TOPOLOGIES: Final = ("messenger", "v1", "v2")
DOOR: Final = ("/ready", "/enabled", "/token", "/bots-list", "/clock", "/credentials", "/copilot")

# name → (default, or None where there can be none; what it is)
NAMES: Final[dict[str, tuple[str | None, str]]] = {
    "GENESYS_BASE_URL": (None, "address of login, API and sockets, as in http://127.0.0.1:8080"),
    "GENESYS_CLIENT_ID": (None, "oAuth2ClientId (guide: AI Copilot)"),
    "GENESYS_CLIENT_SECRET": (None, "oAuth2ClientSecret"),
    "OAUTH2_URL": ("", "oAuth2Url: the region's bare base domain, as in mypurecloud.de; empty: the address's own name"),
    "OAUTH2_SCOPE": ("*", "oAuth2Scope"),
    "VERIFY_TOKEN": (None, "Verify Token: letters, digits, punctuation"),
    "BOT_ID": (None, "id of the bot in the bot list, a UUID"),
    "BOT_LIST": ("full", "what the bot declares: guide (intent Success only) or full"),
    "HOST": ("127.0.0.1", "address to listen on"),
    "PORT": ("0", "port to listen on; 0 takes a free one"),
    "TOPOLOGY": ("messenger", "messenger (v1, with AI Copilot), v1 or v2: which of them is registered; all are served"),
    "ENDPOINT_PATH": ("/genesys/ENDPOINT-1f0a7c52", "path of v1's Handle Utterance URI"),
    "DIGITAL_PATH": ("/digital", "path of v2's base URI"),
    **{name: (default, f"what a customer writes: {what}") for name, (default, _, what) in PHRASES.items()},
    "SLOW_SECONDS": ("12", "how long SLOW_PHRASE takes"),
    "ASYNC_SECONDS": ("0.3", "how long ASYNC_PHRASE takes after its acknowledgement"),
    "MINUTE_SECONDS": ("60", "how long a minute of botSessionTimeout takes"),
    "BACKOFF_SECONDS": ("0.2", "first wait before a retry, doubled each time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, checked. Times are in seconds."""

    base_url: str
    login: Login
    token: str
    bot: str
    bot_list: str = "full"
    host: str = "127.0.0.1"
    port: int = 0
    topology: str = "messenger"
    path: str = "/genesys/ENDPOINT-1f0a7c52"
    digital: str = "/digital"
    phrases: Mapping[str, str] = field(default_factory=defaults)
    slow: float = 12.0
    later: float = 0.3
    minute: float = 60.0
    backoff: float = 0.2
    faults: frozenset[str] = frozenset()


def read_settings(environment: Mapping[str, str], faults: frozenset[str] = frozenset()) -> Settings:
    """The settings in ``environment``; raises WrongSetting. An empty variable counts as not set."""
    values = given(NAMES, environment)
    return Settings(
        base_url=origin("GENESYS_BASE_URL", values["GENESYS_BASE_URL"]),
        login=Login(
            domain=values["OAUTH2_URL"],
            client_id=values["GENESYS_CLIENT_ID"],
            client_secret=values["GENESYS_CLIENT_SECRET"],
            scope=values["OAUTH2_SCOPE"],
        ),
        token=_token(values["VERIFY_TOKEN"]),
        bot=values["BOT_ID"],
        bot_list=choice("BOT_LIST", values["BOT_LIST"], tuple(LISTS)),
        host=values["HOST"],
        port=int(number("PORT", values["PORT"], 65_535, whole=True)),
        topology=choice("TOPOLOGY", values["TOPOLOGY"], TOPOLOGIES),
        path=_path("ENDPOINT_PATH", values["ENDPOINT_PATH"]),
        digital=_path("DIGITAL_PATH", values["DIGITAL_PATH"]),
        phrases={name: values[name] for name in PHRASES},
        slow=number("SLOW_SECONDS", values["SLOW_SECONDS"], 60),
        later=number("ASYNC_SECONDS", values["ASYNC_SECONDS"], 60),
        minute=number("MINUTE_SECONDS", values["MINUTE_SECONDS"], 60),
        backoff=number("BACKOFF_SECONDS", values["BACKOFF_SECONDS"], 60),
        faults=faults,
    )


def is_token(value: str) -> bool:
    """Whether a verify token consists of letters, digits and punctuation, which a header carries as they are."""
    return bool(value) and all("!" <= character <= "~" for character in value)


def _token(value: str) -> str:
    if not is_token(value):
        raise WrongSetting("VERIFY_TOKEN has a character that is no letter, digit or punctuation mark of ASCII")
    return value


def _path(name: str, value: str) -> str:
    path = value.rstrip("/")
    if not path.startswith("/") or any(path == door or path.startswith(f"{door}/") for door in DOOR):
        raise WrongSetting(f"{name} is {value!r}, not a path of its own such as {NAMES[name][0]}")
    return path
