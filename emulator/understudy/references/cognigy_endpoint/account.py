"""The OAuth client that AI Copilot and v2's later replies use (guide: Set up Genesys Cloud Credentials).

The base domain of the region names the hosts: ``login.<domain>`` gives tokens, ``api.<domain>`` takes calls. All of
them are found at GENESYS_BASE_URL, and asked for by name; without a domain they are asked for by that address.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Final

from ..vendor_side.genesys import Answer, Genesys, Http, Tokens

LABELS: Final = ("login", "api", "apps", "streaming", "webmessaging")
ELSEWHERE: Final = ("login.mypurecloud.jp", "login.usw2.pure.cloud")  # with the fault copilot_wrong_host
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What the endpoint's settings say (guide: oAuth2Url, oAuth2ClientId, oAuth2ClientSecret, oAuth2Scope)."""

    domain: str
    client_id: str
    client_secret: str
    scope: str

    @property
    def problem(self) -> str:
        """Why this can't be a login, or an empty text."""
        domain = self.domain.casefold()
        if not domain:
            return ""
        if not _DOMAIN.fullmatch(domain) or domain.split(".")[0] in LABELS:
            return f"oAuth2Url is {self.domain[:100]!r}, not a bare base domain: there is no host login.{domain[:100]}"
        return ""


class Account:
    """One client, its token and its calls. Safe for many threads."""

    def __init__(
        self, base_url: str, login: Login, stopping: threading.Event, backoff: float, faults: frozenset[str]
    ) -> None:
        self.login = login
        host, api = (f"login.{login.domain}", f"api.{login.domain}") if login.domain else ("", "")
        if "copilot_wrong_host" in faults:
            host = next(other for other in ELSEWHERE if other != host)
        self._http = (Http(base_url, stopping, host), Http(base_url, stopping, api))
        scope = "" if "no_scope" in faults else login.scope
        tokens = Tokens(self._http[0], login.client_id, login.client_secret, backoff, faults, scope=scope)
        self._genesys = Genesys(self._http[1], tokens, backoff, faults)
        self.via = base_url if api else ""

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Make a call until it is answered for good."""
        if self.login.problem:
            return Answer(0, error=self.login.problem)
        return self._genesys.call(method, path, body)

    def close(self) -> None:
        """Close the connections."""
        for http in self._http:
            http.close()
