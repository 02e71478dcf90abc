"""The guest socket on the wire: ``GET /v1?deploymentId=…`` upgraded, and what the org says to guests (facts: messaging
§2.1, §2.6).

The upgrade is refused with 403 where the deployment is unknown, is not active or does not admit the page's origin, and
with 429 where the deployment has too many new connections (which status that has is assumed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from understudy.conversations.commands import MessageOutcome
from understudy.errors import Refused, SettingsError
from understudy.exchange import ORIGIN, PREFIX
from understudy.platform.messages import error_body
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging import frames
from understudy.web_messaging.behaviour import GuestsLogOut
from understudy.web_messaging.deployment import READ_ONLY, admits, is_active, own_hosts, terms_of
from understudy.web_messaging.dialogue import Connection
from understudy.web_messaging.guests import (
    INTERFACE,
    end_of,
    extend,
    guest_by_id,
    guests_of,
    upgrade_wait,
)
from understudy.web_messaging.intentions import Close, ClosedElsewhere, Disconnected, Extended, Intention, Reopened
from understudy.web_messaging.languages import wanted_languages
from understudy.web_messaging.outgoing import told
from understudy.web_messaging.prepared import PREPARED_MAX, GuestProbe
from understudy.web_messaging.seam import Seam
from understudy.web_messaging.session import CLOSE_GOING_AWAY, CLOSE_NORMAL
from understudy.web_messaging.socket import Socket

if TYPE_CHECKING:
    from understudy.host import Host
    from understudy.world.changes import Effect
    from understudy.world.entities import Entity
    from understudy.world.org import Org

PATH: Final = "/v1"
DEPLOYMENT: Final = "deploymentId"
ID_MAX: Final = 100  # characters of a deployment's id that the record shows
NO_SUCH: Final = Refused(404, "not.found", "There is nothing at this path")
NO_UPGRADE: Final = Refused(400, "bad.request", "A guest's socket takes a WebSocket upgrade by GET")


class GuestsDriver:
    """Serves the guests of every org."""

    def __init__(self, host: Host, prefixes: Mapping[str, str] | None = None) -> None:
        """``prefixes`` are a gateway's (``gateway.Gateway``)."""
        self._host, self._prefixes = host, prefixes or {}
        self._numbers = count(1)
        self._sockets: dict[int, Socket] = {}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """``GET /v1?deploymentId=…`` as a WebSocket; see the module for refusals, 400 without an upgrade."""
        id_ = request.query.get(DEPLOYMENT, "")
        org = self._host.world.integrations.get(id_)
        seam = Seam(self._host.recorder, self._host.clock, org, _peer(request), id_[:ID_MAX])
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
        seam.request(f"{request.method} {request.raw_path}", headers)
        if request.path.removeprefix(request.get(PREFIX, "")).rstrip("/") != PATH:
            return _refuse(NO_SUCH, seam)
        if request.method != "GET" or not web.WebSocketResponse().can_prepare(request):
            return _refuse(NO_UPGRADE, seam)
        deployment = org.entities.get(DEPLOYMENTS, id_) if org is not None else None
        if org is None or deployment is None:
            return _refuse(_forbidden(seam, "the deployment is unknown"), seam)
        if refused := _refusal(org, deployment, request, seam):
            return _refuse(refused, seam)
        return await self._serve(request, org, deployment, seam)

    async def run(self, waiting: Iterable[tuple[Org, Effect]] = ()) -> None:
        """Tell guests what the orgs say, ``waiting`` first, until cancelled."""
        while True:
            for org, effect in waiting:
                self._take(org, effect)
            waiting = await self._host.effects(INTERFACE)

    def stop(self) -> None:
        """The emulator ends: every socket is closed."""
        self._leave(list(self._sockets), [Close(CLOSE_GOING_AWAY, "the emulator stops")])

    def forget(self, org: Org, reason: str = "the org is gone") -> None:
        """The org is not what it was, or is no more: its sockets are closed."""
        numbers = [number for number, socket in self._sockets.items() if socket.org is org]
        self._leave(numbers, [Close(CLOSE_GOING_AWAY, reason)])

    def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Do to a guest's connections what ``prepared.GuestProbe`` says; returns how many there are. Raises
        ``SettingsError`` for a wrong specification and for a guest whose session is over."""
        wanted = GuestProbe.parse(spec)
        guest = guest_by_id(org, wanted.customer)
        if guest is None:
            raise SettingsError("guest_frames.customer", wanted.customer, "give the id of a guest whose session lives")
        if wanted.prepare:
            known = guests_of(org).prepared.setdefault(guest.id, [])
            known.extend(wanted.prepare[: PREPARED_MAX - len(known)])
        sockets = [socket for number in guest.sockets if (socket := self._sockets.get(number)) is not None]
        for socket in sockets:
            asked = {"probe": wanted.probe, "test": wanted.test, "check": wanted.check}
            socket.seam.note("web_messaging.probe", drop=wanted.drop, close=wanted.close, **asked)
            socket.put(wanted.frames, wanted.probe)
            if wanted.close:
                socket.say([Close(wanted.close, "")])
            if wanted.drop:
                socket.cut(wanted.probe)
        return {"connections": len(sockets)}

    async def _serve(self, request: web.BaseRequest, org: Org, deployment: Entity, seam: Seam) -> web.StreamResponse:
        number = next(self._numbers)
        connection = Connection(
            number=number,
            deployment=deployment.id,
            origin=request.get(ORIGIN, self._host.origin)
            + (self._prefixes.get("api", "") if PREFIX in request else ""),
            terms=terms_of(org, deployment),
            languages=wanted_languages(request.headers.get("Accept-Language", "")),
        )
        socket = self._sockets[number] = Socket(org, connection, request.transport, seam, self._everyone)
        try:
            await socket.open(request)
            await socket.listen()
        finally:
            del self._sockets[number]
            socket.gone()
        await socket.closed()
        return socket.ws

    def _everyone(self, numbers: Iterable[int], intentions: Iterable[Intention]) -> None:
        for number in numbers:
            if (socket := self._sockets.get(number)) is not None:
                socket.say(intentions)

    def _take(self, org: Org, effect: Effect) -> None:
        data = effect.data
        match effect.kind:
            case "deliver":
                self._deliver(org, effect)
            case "ended":
                self._end(org, effect)
            case "displaced":
                self._leave([data["socket"]], [ClosedElsewhere(str(data["reason"]))])
            case "reopened":
                guest = guest_by_id(org, effect.customer or "")
                if guest is not None:
                    still = [number for number in data["sockets"] if number in guest.sockets]
                    self._everyone(still, [Reopened(data["facts"])])
            case "expired":
                for number in data["sockets"]:
                    if (socket := self._sockets.get(number)) is not None:
                        socket.expire(effect.at)
            case "due":
                if (socket := self._sockets.get(data["socket"])) is not None:
                    socket.due()
            case "uploaded" | "upload_failed":
                self._upload(org, effect)
            case "logout":
                org.perform(GuestsLogOut(str(data["sign_in"])))
            case "logged_out":
                self._leave(data["sockets"], [frames.logout(), Close(CLOSE_NORMAL, str(data["reason"]))])
            case "reset":
                self.forget(org, "the org is renewed")

    def _leave(self, numbers: Iterable[int], intentions: list[Intention]) -> None:
        """These sockets are in no session any more, whatever they configured since the org said so."""
        for number in numbers:
            if (socket := self._sockets.get(number)) is not None:
                socket.leave()
                socket.say(intentions)

    def _deliver(self, org: Org, effect: Effect) -> None:
        guest = guest_by_id(org, effect.customer or "")
        conversation = org.conversations.get(effect.conversation or "")
        message = conversation.messages.get(str(effect.data["message"])) if conversation is not None else None
        if conversation is None or message is None:
            return
        detail = "the session is over"
        if guest is not None:
            extend(org, guest)
            self._everyone(tuple(guest.sockets), [told(org, message, guest), Extended(guest.expires)])
            detail = "" if guest.sockets else "no connection: it is in the history"
        if message.type != "Event":  # that a message to nobody's connection counts as sent is assumed
            status = "sent" if guest is not None else "failed"
            org.perform(MessageOutcome(conversation.id, message.id, status, detail))

    def _end(self, org: Org, effect: Effect) -> None:
        """Who is connected hears that the conversation ended, unless it goes on, or another one began."""
        guest = guest_by_id(org, effect.customer or "")
        conversation = org.conversations.get(effect.conversation or "")
        if guest is None or conversation is None or conversation.ended is None:
            return
        if guest.conversation == conversation.id and (shown := end_of(org, guest)):
            end = Disconnected(conversation.ended, org.ids.uuid("message"), shown == READ_ONLY)
            self._everyone(tuple(guest.sockets), [end])

    def _upload(self, org: Org, effect: Effect) -> None:
        guest, data = guest_by_id(org, str(effect.data["guest"])), effect.data
        if guest is None:
            return
        now, tracing_id = org.now(), data.get("tracing_id")
        if effect.kind == "uploaded":
            frame = frames.upload_success(data["attachment"], data["url"], now, tracing_id)
        else:
            frame = frames.upload_failure(data["attachment"], data["code"], now, tracing_id)
        self._everyone(tuple(guest.sockets), [frame])


def _refusal(org: Org, deployment: Entity, request: web.BaseRequest, seam: Seam) -> Refused | None:
    if not is_active(deployment):
        return _forbidden(seam, f"the deployment is {deployment.body.get('status')}")
    origin = request.headers.get("Origin")
    if not admits(org, deployment, origin, own_hosts(request.get(ORIGIN) or f"http://{request.host}")):
        return _forbidden(seam, f"the deployment does not admit the origin {origin or '(none)'}"[:300])
    if wait := upgrade_wait(org, deployment.id):
        seam.note("web_messaging.refused", reason="too many connections", status=429)
        message = f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
        return Refused(429, "too.many.requests", message, headers={"Retry-After": str(wait)})
    return None


def _forbidden(seam: Seam, reason: str) -> Refused:
    seam.note("web_messaging.refused", reason=reason, status=403)
    return Refused(403, "forbidden", f"Access denied: {reason}")


def _refuse(refused: Refused, seam: Seam) -> web.Response:
    body = orjson.dumps(error_body(refused, seam.exchange))
    headers = dict(refused.headers)
    response = web.Response(status=refused.status, body=body, content_type="application/json", headers=headers)
    seam.response(refused.status, tuple(response.headers.items()), body)
    return response


def _peer(request: web.BaseRequest) -> str:
    peer: Any = request.transport.get_extra_info("peername") if request.transport is not None else None
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else ""
