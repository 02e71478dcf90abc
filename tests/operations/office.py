"""An emulator in a thread of this process, served on a real socket, and the org that the sweep calls."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from tests.operations import givens
from tests.operations.conversations import conversations

from understudy.architect.publish import publish
from understudy.emulator import Emulator, EmulatorConfig
from understudy.oauth.tokens import IssueToken
from understudy.world.org import Org

T = TypeVar("T")
LIFE: Final = 172_800  # seconds; the sweep's tokens outlive every advance


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body) if self.body else None

    @property
    def told(self) -> str:
        """Status and message, on one line."""
        body = self.json if self.body.startswith(b"{") else {}
        return f"{self.status} {body.get('code', '')}: {body.get('message') or self.body[:200]!r}"

    @property
    def is_generic(self) -> bool:
        return self.headers.get("understudy-certainty") == "generic"


class Office:
    """The emulator, its prepared org, tokens and givens. ``with Office() as office: office.send(…)``"""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        self.tokens: dict[str, str] = {"guest": ""}
        self._bearers: dict[str, tuple[str, str | None]] = {}  # bearer → client and user
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Office:
        self._thread.start()
        self.emulator = Emulator(EmulatorConfig(limits="relaxed", generic=True, admin=("sweep", "sweep-secret")))
        self._await(self.emulator.start())
        self.org: Org = next(iter(self.emulator.world.orgs.values()))
        self._connection = http.client.HTTPConnection("127.0.0.1", self.emulator.port, timeout=30)
        self._bearers["client"] = ("sweep", None)
        self.renew()
        self._prepare()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._await(self.emulator.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        bearer: str = "client",
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request over the socket. ``token`` replaces the bearer's."""
        token = self.tokens[bearer] if token is None else token
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        self._connection.request(method, target, body or None, sent)
        answer = self._connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def api(self, method: str, path: str, body: Any = None, *, bearer: str = "client") -> Any:
        """One request that must succeed; returns the parsed body."""
        reply = self.send(method, "/api/v2" + path, b"" if body is None else orjson.dumps(body), bearer=bearer)
        assert 200 <= reply.status < 300, f"{method} {path}: {reply.status} {reply.body[:400]!r}"
        return reply.json

    def renew(self) -> None:
        """Fresh tokens for those that have none that lives: some operations revoke the one that asks."""
        for bearer, (client, user) in self._bearers.items():
            held = self.org.tokens.get(self.tokens.get(bearer, ""))
            if held is None or not held.is_live(self.org.now()):
                self.tokens[bearer] = self._token(client, user)

    def settle(self) -> None:
        """Let the org's time pass until what was begun is done."""
        self._advance(5.0)

    def mistakes(self) -> list[str]:
        """What the emulator says of its own mistakes."""
        ring = self.emulator.recorder.ring
        return [
            f"{entry.name}: {entry.data}"
            for entry in ring.read(ring.start)
            if entry.name.startswith("emulator.") or "emulator_error" in entry.data
        ]

    def _prepare(self) -> None:
        givens.organisation(self.api, self.given)
        self._bearers["user"] = ("sweep", self.given["user"])
        self._bearers["powerless"] = (self._powerless(), None)
        self.renew()
        givens.routing(self.api, self.given)
        givens.spare(self.api, self.given)
        givens.architect(self.api, self.given, self._publish)
        givens.prompts(self.api, self.given)
        givens.telephony(self.api, self.given)
        givens.messaging(self.api, self.given, self._advance)
        givens.integrations(self.api, self.given)
        self._call(lambda: givens.bot_session(self.org, self.given))
        self._call(lambda: givens.authorized(self.org, self.given))
        self._call(lambda: givens.calls(self.org, self.given))
        givens.web_deployments(self.api, self.given)
        self.tokens |= self._call(lambda: givens.guests(self.org, self.given))
        givens.history(self.api, self.given, self._advance)
        self._call(lambda: conversations(self.org, self.given))

    def _publish(self, flow: str, text: str) -> None:
        entity = self.org.entities.of("flows")[flow]
        self._call(lambda: publish(self.org, entity, text, "the sweep's flow"))

    def _powerless(self) -> str:
        body = {"name": "Powerless", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": []}
        return str(self.api("POST", "/oauth/clients", body)["id"])

    def _token(self, client: str, user: str | None) -> str:
        def issue() -> str:
            token = self.org.perform(IssueToken(client, LIFE, user))
            self.emulator.world.tokens[token.value] = (self.org, token)
            return str(token.value)

        return self._call(issue)

    def _advance(self, seconds: float) -> None:
        self._await(self.emulator.advance(self.org, seconds, 10.0))

    def _call(self, function: Callable[[], T]) -> T:
        """Run a function where the emulator lives."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(30)

    def _await(self, job: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(job, self._loop).result(30)
