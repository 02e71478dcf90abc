"""The Platform API and its tokens: one call at a time, with what a client must do when it is refused.

Client credentials with Basic (facts: platform-api §3); one token for all threads. 401: a new token and the same body
once more. 429: everybody waits ``Retry-After``, then the same body again. 5xx, or no answer: three more tries with the
same body, and so with the same messageId (facts: messaging §6b, OM-33 to OM-35).
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import urllib3

from .journal import log

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 15.0  # a client of Genesys' own waits 16 s (facts: platform-api §6, JavaScript SDK)
TRIES_AFTER_5XX: Final = 3
WAITS_AFTER_429: Final = 10  # as often as Genesys' Python SDK (facts: platform-api §6)
LONGEST_WAIT: Final = 60.0
RETRY_AFTER: Final = ("retry-after",)
OR_RESET: Final = (*RETRY_AFTER, "inin-ratelimit-reset")  # stands on every answer, and means something on a 429 only
TOKEN_MARGIN: Final = 30.0  # seconds before its end at which a token is renewed
HAMMERED: Final = 20  # with the fault hammers_login
RETRIABLE: Final = (500, 502, 503, 504)  # 501 says that there is no such behaviour: it stays so


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. ``status`` is 0 where none came; ``body`` is empty where it is not a JSON object."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    error: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether the call did what it should."""
        return 200 <= self.status < 300

    def wait(self, default: float, names: tuple[str, ...] = RETRY_AFTER) -> float:
        """Seconds to wait before the next try, as one of these headers says or else ``default``."""
        for name in names:
            value = self.headers.get(name, "")
            if value.isascii() and value.replace(".", "", 1).isdigit():
                return min(float(value), LONGEST_WAIT)
        return default


class Tokens:
    """The one token that all calls share. ``stopping`` ends every wait."""

    def __init__(
        self,
        http: Http,
        client_id: str,
        client_secret: str,
        backoff: float,
        faults: frozenset[str] = frozenset(),
        *,
        scope: str = "",
    ) -> None:
        self._http, self._backoff = http, backoff
        self._form = urlencode({"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})).encode()
        self._again = HAMMERED if "hammers_login" in faults else 0  # refusals that are answered by asking again
        self._basic = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def current(self, *, fresh: bool = False) -> Answer:
        """The token as ``body["access_token"]`` of a good answer, or the refusal."""
        with self._lock:
            if fresh or not self._token or time.monotonic() >= self._ends:
                answer = self._grant()
                if not answer.is_ok:
                    return answer
            return Answer(200, {"access_token": self._token})

    def forget(self, token: str) -> None:
        """``token`` was refused; whoever comes next gets a new one."""
        with self._lock:
            if self._token == token:
                self._token = ""

    def _grant(self) -> Answer:
        headers = {"Authorization": self._basic, "Content-Type": "application/x-www-form-urlencoded"}
        for attempt in range(max(TRIES_AFTER_5XX, self._again) + 1):
            answer = self._http.send("POST", "/oauth/token", self._form, headers)
            if answer.is_ok or (answer.status not in (0, 429, *RETRIABLE) and not self._again):
                break
            self._http.pause(0 if self._again else answer.wait(self._backoff * 2**attempt))
        token, life = answer.body.get("access_token"), answer.body.get("expires_in")
        if not answer.is_ok or not isinstance(token, str) or not token:
            reason = answer.error or f"{answer.body.get('error', 'no access_token')}"
            log(f"genesys: POST /oauth/token -> {answer.status} {reason}: check region, client id and client secret")
            return Answer(answer.status if not answer.is_ok else 0, error=f"no token: {reason}")
        seconds = float(life) if isinstance(life, int | float) else 300.0
        self._token, self._ends = token, time.monotonic() + max(seconds - TOKEN_MARGIN, seconds / 2)
        return answer


class Http:
    """Requests to one origin. ``host`` is the name that they ask for there, where it is not the origin's own: the hosts
    of a region, ``login.mypurecloud.de`` and the like, may all be at one address."""

    def __init__(self, base_url: str, stopping: threading.Event, host: str = "") -> None:
        self._base, self._stopping = base_url, stopping
        self._named = {"Host": host} if host else {}
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(maxsize=64, retries=False, timeout=timeout)

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """One request and its answer; status 0 when none came."""
        try:
            response = self._pool.request(method, self._base + path, body=body, headers=self._named | headers)
        except urllib3.exceptions.HTTPError as error:
            return Answer(0, error=f"no answer: {error}")
        named = {name.lower(): value for name, value in response.headers.items()}
        try:
            value = json.loads(response.data) if response.data else {}
        except (ValueError, RecursionError):
            value = {}
        return Answer(response.status, value if isinstance(value, dict) else {}, named)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the stop of the process."""
        self._stopping.wait(min(seconds, LONGEST_WAIT))

    @property
    def is_stopping(self) -> bool:
        """Whether the process is about to end."""
        return self._stopping.is_set()


class Genesys:
    """Calls of the Platform API. Safe for many threads."""

    def __init__(self, http: Http, tokens: Tokens, backoff: float, faults: frozenset[str] = frozenset()) -> None:
        self._http, self._tokens, self._backoff, self._faults = http, tokens, backoff, faults
        self._open_at = 0.0  # monotonic: nobody sends before, since a rate limit holds for the whole token

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Make the call until it is answered for good; a failure is logged with operation and reason."""
        correlation = str(uuid.uuid4())
        answer = self._persist(method, path, body, correlation)
        if not answer.is_ok and not self._http.is_stopping:
            reason = answer.error or f"{answer.body.get('code', '')}: {answer.body.get('message', '')}"
            log(f"genesys: {method} {path} -> {answer.status} {reason} (correlation {correlation})")
        return answer

    def _persist(self, method: str, path: str, body: Any, correlation: str) -> Answer:
        refreshed, waits, tries = False, 0, 0
        while True:
            self._wait_for_gate()
            answer, token = self._once(method, path, body, correlation)
            if self._http.is_stopping or not token:
                return answer
            if answer.status == 401 and not refreshed:
                self._tokens.forget(token)
                if "no_refresh" in self._faults:
                    return answer
                refreshed = True
            elif answer.status == 429 and waits < WAITS_AFTER_429 and "ignores_429" not in self._faults:
                waits += 1
                self._close_gate(answer.wait(self._backoff * 2 ** min(waits, 6), OR_RESET))
            elif answer.status in (0, *RETRIABLE) and tries < TRIES_AFTER_5XX and "no_retry" not in self._faults:
                self._http.pause(answer.wait(self._backoff * 2**tries))
                tries += 1
                body = renewed(body) if "new_id_on_retry" in self._faults else body
            else:
                return answer

    def _once(self, method: str, path: str, body: Any, correlation: str) -> tuple[Answer, str]:
        """The answer and the token it was asked with, which is empty when there was none to be had."""
        granted = self._tokens.current(fresh="token_per_call" in self._faults)
        if not granted.is_ok:
            return granted, ""
        token = str(granted.body["access_token"])
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "ININ-Correlation-Id": correlation}
        if body is not None:
            headers["Content-Type"] = "application/json"
        encoded = None if body is None else json.dumps(body).encode()
        return self._http.send(method, path, encoded, headers), token

    def _close_gate(self, seconds: float) -> None:
        if "hammers_429" not in self._faults:
            self._open_at = max(self._open_at, time.monotonic() + seconds)

    def _wait_for_gate(self) -> None:
        while (left := self._open_at - time.monotonic()) > 0 and not self._http.is_stopping:
            self._http.pause(left)


def renewed(body: Any) -> Any:
    """The same message with another messageId: what must not be done on a retry."""
    channel = body.get("channel") if isinstance(body, dict) else None
    if not isinstance(channel, dict) or "messageId" not in channel:
        return body
    return {**body, "channel": {**channel, "messageId": str(uuid.uuid4())}}
