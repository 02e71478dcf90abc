"""The one synchronous client of the control API; tests, ``verify`` and load workers speak through it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from understudy.clock import RealClock
from understudy.errors import Lost, StartError, UnderstudyError

MARGIN = 10.0  # seconds that an answer may take beyond what the emulator was asked to wait
PIECE = 30.0  # seconds of one long poll; a longer wait asks again


class ControlClient:
    """JSON calls below ``{url}/understudy/``. Safe to share between threads."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url.rstrip("/"), token
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._pool = urllib3.PoolManager(maxsize=8, retries=False)

    def call(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None, timeout: float = 0.0
    ) -> Any:
        """One call; raises ``StartError`` when nobody answers, ``Lost`` for a lost cursor, else ``UnderstudyError``."""
        url = f"{self.url}/understudy/{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(method, url, body=data, headers=self._headers, timeout=timeout + MARGIN)
        except urllib3.exceptions.HTTPError as error:
            raise StartError(f"no emulator answers at {self.url}: {error}") from error
        parsed = self._parse(answer.data)
        if answer.status == 410:
            raise Lost(parsed["lost"])
        if answer.status >= 400 and path != "ready":
            raise UnderstudyError(f"{method} /understudy/{path}: {answer.status} {parsed.get('error', '')}")
        return parsed

    def _parse(self, data: bytes) -> Any:
        try:
            parsed = json.loads(data or b"{}")
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise StartError(f"what answers at {self.url} is no emulator: it said {data[:60]!r}")
        return parsed

    def ready(self) -> bool:
        """The emulator answers and has loaded all that it was started with."""
        try:
            return bool(self.call("GET", "ready")["ready"])
        except (StartError, KeyError):
            return False

    def org(self, org: str) -> OrgClient:
        """The same client, bound to one org."""
        return OrgClient(self, org)


class OrgClient:
    """Calls below ``orgs/{org}``."""

    def __init__(self, control: ControlClient, org: str) -> None:
        self.control, self.org = control, org

    def get(self, path: str, **query: Any) -> Any:
        """GET; ``match`` given as a dictionary is sent as JSON."""
        sent = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in query.items()}
        return self.control.call("GET", self._path(path), query=sent, timeout=float(query.get("timeout", 0.0)))

    def wait(self, path: str, timeout: float, *, after: int, **query: Any) -> Any:
        """Long poll of ``changes`` or ``entries`` behind a cursor: the answer with the first one that matches, or with
        None when ``timeout`` seconds are over."""
        clock = RealClock()
        end = clock.mono() + timeout
        while True:
            left = end - clock.mono()
            answer = self.get(path, timeout=min(max(left, 0.0), PIECE), after=after, **query)
            after = answer["cursor"]
            if left <= PIECE or any(answer.get(found) is not None for found in ("change", "entry")):
                return answer

    def post(self, path: str, patience: float = 0.0, **body: Any) -> Any:
        """POST of a JSON object; ``patience`` is what the emulator may spend on it, in seconds."""
        return self.control.call("POST", self._path(path), body, timeout=max(patience, body.get("timeout", 0.0)))

    def put(self, path: str, **body: Any) -> Any:
        """PUT of a JSON object."""
        return self.control.call("PUT", self._path(path), body)

    def delete(self, path: str = "", **query: Any) -> Any:
        """DELETE."""
        return self.control.call("DELETE", self._path(path), query=query)

    def perform(self, command: str, **arguments: Any) -> Any:
        """Perform a world command by name."""
        return self.post("perform", command=command, arguments=arguments)

    def note(self, name: str, *, customer: str | None = None, conversation: str | None = None, **data: Any) -> str:
        """Write a note; returns its entry id."""
        return str(self.post("notes", name=name, customer=customer, conversation=conversation, data=data)["entry"])

    def _path(self, path: str) -> str:
        return f"orgs/{quote(self.org, safe='')}" + (f"/{path}" if path else "")
