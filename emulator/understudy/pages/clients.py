"""Which OAuth client the agent's desktop signs in with: one of the org's own, registered for the address of the page.

The default org has one (``orgfile.default``); any other org makes one as for every application that people use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.oauth.redirects import is_registered
from understudy.platform.grants import CLIENTS
from understudy.world.org import Org

GRANTS: Final = ("CODE", "TOKEN")  # of authorizedGrantType, the better one first
# what the desktop's operations need (contracts/platform_api: scopes of the catalogue)
SCOPES: Final = (
    *("conversations", "notifications", "organization:readonly", "presence", "routing", "users", "user-basic-info"),
)
PATH: Final = "/desktop"


def sign_ins(orgs: Iterable[Org], page: str) -> list[dict[str, str]]:
    """``org``, ``name``, ``client`` and ``grant`` of each org with such a client; ``page`` is the desktop's URL."""
    found = ((org, _client(org, page)) for org in orgs)
    return [{"org": org.id, "name": org.name, **client} for org, client in found if client]


def _client(org: Org, page: str) -> dict[str, str]:
    fitting = {
        str(one.body.get("authorizedGrantType")): one.id
        for one in org.entities.of(CLIENTS).values()
        if is_registered(one.body, page) and one.body.get("state", "active") == "active"
    }
    return next(({"client": fitting[grant], "grant": grant} for grant in GRANTS if grant in fitting), {})


def addresses(origins: Iterable[str], domain: str, prefix: str = "") -> list[str]:
    """Every address that the desktop may have: at these base URLs, at the host apps of the region ``domain``, by the
    other name of this machine, and behind a gateway's ``prefix`` of the host apps."""
    known = [*filter(None, origins), f"https://apps.{domain}"]
    twins = [one.replace("//127.0.0.1", "//localhost") for one in known]
    bases = [one + folder for one in (*known, *twins) for folder in ("", prefix)]
    return list(dict.fromkeys(f"{base}{PATH}" for base in bases))


def registration(*pages: str) -> Mapping[str, Any]:
    """The body that makes such a client (``POST /api/v2/oauth/clients``); ``pages`` are the desktop's URLs."""
    return {
        "name": "Agent desktop",
        "authorizedGrantType": "CODE",
        "registeredRedirectUri": list(pages),
        "scope": list(SCOPES),
        "accessTokenValiditySeconds": 86_400,
    }
