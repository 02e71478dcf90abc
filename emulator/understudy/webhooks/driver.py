"""One POST to a webhook and its answer, recorded: the seam of all HTTP that the emulator starts on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from aiohttp import (
    ClientError,
    ClientOSError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
    TraceConfig,
    TraceConnectionReuseconnParams,
)

from understudy.webhooks.messages import Headers, WebhookRequest
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

RESPONSE_MAX: Final = 64 << 10  # bytes of a webhook's answer that are read; the emulator's own bound
NO_AUTO_HEADERS: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Outcome(StrEnum):
    """What came of one request."""

    ANSWERED = "answered"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Seam:
    """What the record is to know of an exchange beside its bytes."""

    org: Org
    conversation: str | None
    customer: str | None
    data: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Reply:
    """The answer; ``status`` is None when there was none. ``entries`` are ids in the record, ``seconds`` real ones."""

    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    truncated: bool = False
    seconds: float = 0.0
    outcome: Outcome = Outcome.ANSWERED
    detail: str = ""
    entries: list[str] = field(default_factory=list)
    reused: bool = False  # the last try went over a connection of an earlier request

    def to_json(self) -> dict[str, Any]:
        """For the control API."""
        return {
            "status": self.status,
            "seconds": self.seconds,
            "body": self.body.decode("utf-8", "replace"),
            "outcome": self.outcome.value,
            "detail": self.detail,
            "entries": self.entries,
        }


class Webhooks:
    """Sends requests for one interface; of an answer's body ``most`` bytes are read."""

    def __init__(self, host: Host, interface: str, most: int = RESPONSE_MAX) -> None:
        self.host, self.interface, self.most = host, interface, most

    async def exchange(self, seam: Seam, request: WebhookRequest, deadline: float) -> Reply:
        """Send one request, wait for its answer until ``deadline`` (monotonic seconds), record both. Whatever the peer
        does is in the reply; no redirect is followed."""
        exchange = self.host.recorder.exchange()
        sent = self._record(seam, request, exchange, f"{request.method} {request.path}", request)
        await self.host.settled(sent[0])
        reply = await self.send(request, deadline)
        answered = await self._recorded(seam, request, exchange, reply)
        reply.entries = [sent[1], answered]
        return reply

    async def record(self, seam: Seam, request: WebhookRequest, reply: Reply) -> None:
        """Record an exchange that ``send`` made (a poll, of which only the last one is worth keeping)."""
        exchange = self.host.recorder.exchange()
        sent = self._record(seam, request, exchange, f"{request.method} {request.path}", request)
        reply.entries = [sent[1], await self._recorded(seam, request, exchange, reply)]

    async def send(self, request: WebhookRequest, deadline: float) -> Reply:
        """Send one request without recording it."""
        clock = self.host.clock
        began = clock.mono()
        reply = Reply()
        try:
            async with asyncio.timeout(max(0.0, deadline - began)):
                await self._try(request, reply)
        except TimeoutError:
            reply.outcome, reply.detail = Outcome.TIMED_OUT, "no answer in time"
        except (ClientError, OSError, ValueError) as error:
            reply.outcome, reply.detail = Outcome.UNREACHABLE, f"{type(error).__name__}: {error}"
        else:
            reply.detail = f"HTTP {reply.status}"
        if reply.outcome is not Outcome.ANSWERED:
            reply.status = None  # an answer that was cut short is none
        reply.seconds = round(clock.mono() - began, 4)
        return reply

    async def _recorded(self, seam: Seam, request: WebhookRequest, exchange: str, reply: Reply) -> str:
        more: dict[str, Any] = {"seconds": reply.seconds}
        if reply.status is None:
            more |= {"exchange": exchange, "outcome": reply.outcome.value, "detail": reply.detail}
            unanswered = Seam(seam.org, seam.conversation, seam.customer, {**seam.data, **more})
            return self.note(f"{self.interface}.unanswered", unanswered)
        more |= {"truncated": True} if reply.truncated else {}
        number, id_ = self._record(seam, request, exchange, str(reply.status), reply, more)
        await self.host.settled(number)
        return id_

    def note(self, name: str, seam: Seam) -> str:
        """A note of this interface; returns its id."""
        return self.host.recorder.note(
            name,
            moment=seam.org.clock.moment(),
            interface=self.interface,
            org=seam.org.id,
            conversation=seam.conversation,
            customer=seam.customer,
            **seam.data,
        ).id

    def _record(
        self,
        seam: Seam,
        request: WebhookRequest,
        exchange: str,
        name: str,
        what: WebhookRequest | Reply,
        more: Mapping[str, Any] | None = None,
    ) -> tuple[int, str]:
        answered = isinstance(what, Reply)
        entry = self.host.recorder.message(
            name=name,
            interface=self.interface,
            direction="in" if answered else "out",
            moment=seam.org.clock.moment(),
            peer=request.peer,
            exchange=exchange,
            status=what.status if isinstance(what, Reply) else None,
            headers=what.headers,
            body=what.body,
            org=seam.org.id,
            conversation=seam.conversation,
            customer=seam.customer,
            data={**seam.data, **(more or {})},
        )
        return entry.number, entry.id

    async def _try(self, request: WebhookRequest, reply: Reply) -> None:
        """A peer may close a kept connection while the next request is on its way: that says nothing of the peer, so
        the request goes out again. On a connection of its own nothing is tried twice."""
        while True:
            reply.reused = False
            try:
                return await self._send(request, reply)
            except (ServerDisconnectedError, ClientOSError):
                if not reply.reused or reply.status is not None:
                    raise

    async def _send(self, request: WebhookRequest, reply: Reply) -> None:
        async with self.host.http.request(
            request.method,
            request.url,
            data=request.body or None,
            headers=request.headers,
            skip_auto_headers=NO_AUTO_HEADERS,
            allow_redirects=False,
            timeout=ClientTimeout(total=None),
            trace_request_ctx=reply,
        ) as response:
            reply.status = response.status
            reply.headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.raw_headers)
            reply.body, reply.truncated = await self._bounded(response)

    async def _bounded(self, response: ClientResponse) -> tuple[bytes, bool]:
        """The body up to the bound, and whether there was more."""
        taken = bytearray()
        while len(taken) <= self.most and (chunk := await response.content.read(RESPONSE_MAX)):
            taken += chunk
        if len(taken) > self.most:
            response.close()  # the rest is not wanted: the connection can't be used again
        return bytes(taken[: self.most]), len(taken) > self.most


def traced() -> TraceConfig:
    """What the client of all outgoing HTTP must be made with, so that a reply knows of a connection that was used
    before."""
    trace = TraceConfig()
    trace.on_connection_reuseconn.append(_reused)
    return trace


async def _reused(session: ClientSession, context: SimpleNamespace, params: TraceConnectionReuseconnParams) -> None:
    reply = context.trace_request_ctx
    if isinstance(reply, Reply):
        reply.reused = True
