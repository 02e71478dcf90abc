"""An administrator: configures the org by calls of the Platform API, as somebody does in the API Explorer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import urllib3

from understudy.actors.slot import PATIENCE
from understudy.errors import UnderstudyError


@dataclass(frozen=True, slots=True)
class Told:
    """What the API answered: the status and the body as JSON, None where there is none."""

    status: int
    body: Any = None


class Administrator:
    """Bears a token of one OAuth client, got by client credentials when it is first needed."""

    def __init__(self, origin: str, client: str, secret: str) -> None:
        self.origin, self.client = origin.rstrip("/"), client
        self._secret, self._token = secret, ""

    def calls(self, method: str, path: str, body: Any = None) -> Told:
        """One call; ``path`` begins with ``/api/v2``, ``body`` is sent as JSON (a text as it stands)."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "application/json"}
        answer = urllib3.request(
            method, self.origin + path, body=text, headers=headers, timeout=PATIENCE, retries=False
        )
        return Told(answer.status, json.loads(answer.data) if answer.data else None)

    def _bearer(self) -> str:
        if not self._token:
            headers = urllib3.make_headers(basic_auth=f"{self.client}:{self._secret}")
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = urllib3.request(
                "POST", f"{self.origin}/oauth/token", body="grant_type=client_credentials", headers={**headers, **form},
                timeout=PATIENCE, retries=False,
            )  # fmt: skip
            if answer.status != 200:
                raise UnderstudyError(f"OAuth client {self.client} gets no token: {answer.data[:200]!r}")
            self._token = str(json.loads(answer.data)["access_token"])
        return self._token
