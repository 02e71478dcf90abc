"""The vendor's user side: a test's customer types there, and reads there what the vendor's user is shown.

By HTTP (``[user_side] url``) or by a command (``command``) that prints the same JSON; see suites/USER_SIDE.md. Of a
poll only the last exchange is recorded. Nothing here is an exchange with Genesys.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import orjson

from understudy.errors import SettingsError, StartError, nearest
from understudy.user_side.messages import VERBS, UserAct, UserSideError, parse_seen
from understudy.webhooks.driver import Outcome, Reply, Seam, Webhooks
from understudy.webhooks.messages import WebhookRequest, framing, merged, usual
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

INTERFACE: Final = "user_side"
LIVE: Final = "user_side"  # org.live[LIVE]: {"url", "command"}
POLL: Final = 0.05  # seconds between looks by HTTP
COMMAND_POLL: Final = 0.25  # seconds between looks by command: a process each
WAIT: Final = 10.0  # seconds that one request or command may take
LISTING_MAX: Final = 4 << 20  # bytes of a listing


class UserSide:
    """All users of all vendors."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.webhooks = Webhooks(host, INTERFACE, LISTING_MAX)

    async def act(self, org: Org, verb: str, customer: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the control API asks: ``say``, ``typing``, ``end`` or ``seen`` {at_least, timeout}.

        Raises ``SettingsError`` without a user side, ``UserSideError`` when it breaks its contract, ``StartError`` when
        it can't be reached."""
        if verb == "say":
            return await self._do(org, verb, customer, UserAct.parse(body).build())
        if verb in VERBS:
            return await self._do(org, verb, customer, {})
        if verb == "seen":
            seen = await self.seen(org, customer, int(body.get("at_least", 0)), float(body.get("timeout", 0.0)))
            return {"messages": seen}
        raise SettingsError("user side", verb, nearest(verb, [*VERBS, "seen"]))

    async def say(
        self,
        org: Org,
        customer: str,
        text: str = "",
        attachment: Mapping[str, str] | None = None,
        postback: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The user writes, sends a file or clicks."""
        return await self._do(
            org, "say", customer, UserAct(text=text, attachment=attachment, postback=postback).build()
        )

    async def typing(self, org: Org, customer: str) -> dict[str, Any]:
        """The user presses a key."""
        return await self._do(org, "typing", customer, {})

    async def leave(self, org: Org, customer: str) -> dict[str, Any]:
        """The user ends the chat."""
        return await self._do(org, "end", customer, {})

    async def seen(self, org: Org, customer: str, at_least: int, timeout: float) -> list[dict[str, Any]]:
        """What the user has been shown, oldest first: as soon as there are ``at_least`` messages, or after ``timeout``
        real seconds what there is. Never raises for too few."""
        side = _side(org)
        pause = POLL if side["url"] else COMMAND_POLL
        end = self.host.clock.mono() + timeout
        while True:
            request, reply = await self._call(org, side, "GET", "seen", customer, None)
            is_last = self.host.clock.mono() + pause >= end
            try:
                messages = parse_seen(reply.body) if reply.status == 200 and not reply.truncated else []
            except UserSideError:
                await self.webhooks.record(_seam(org, customer, "seen"), request, reply)
                raise
            if is_last or (reply.status == 200 and len(messages) >= at_least):
                break
            await asyncio.sleep(pause)
        await self.webhooks.record(_seam(org, customer, "seen"), request, reply)
        _check(reply, "seen", (200,))
        return messages

    async def _do(self, org: Org, verb: str, customer: str, body: Mapping[str, Any]) -> dict[str, Any]:
        org.open_exchanges += 1
        try:
            request, reply = await self._call(org, _side(org), "POST", verb, customer, body)
            await self.webhooks.record(_seam(org, customer, verb), request, reply)
        finally:
            org.open_exchanges -= 1
        _check(reply, verb, (200, 201, 202, 204))
        return {"status": reply.status, "entries": reply.entries}

    async def _call(
        self, org: Org, side: Mapping[str, str], method: str, verb: str, customer: str, body: Mapping[str, Any] | None
    ) -> tuple[WebhookRequest, Reply]:
        data = b"" if body is None else orjson.dumps(body)
        if not side["url"]:
            return await self._run(side["command"], method, verb, customer, data)
        path = VERBS.get(verb, "messages")
        url = f"{side['url'].rstrip('/')}/users/{quote(customer, safe='')}/{path}"
        content_type = "application/json" if body is not None else None
        headers = merged(usual(content_type), framing(url, data))
        request = WebhookRequest(method=method, url=url, headers=headers, body=data)
        return request, await self.webhooks.send(request, self.host.clock.mono() + WAIT)

    async def _run(
        self, command: str, method: str, verb: str, customer: str, data: bytes
    ) -> tuple[WebhookRequest, Reply]:
        """One run of the command: verb and user are its last arguments, the body its input, the listing its output."""
        request = WebhookRequest(method=method, url=f"command://local/{verb}", headers=(), body=data)
        process = await asyncio.create_subprocess_shell(
            f"{command} {verb} {shlex.quote(customer)}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        began = self.host.clock.mono()
        try:
            async with asyncio.timeout(WAIT):
                output, _ = await process.communicate(data)
        except TimeoutError:
            process.kill()
            await process.wait()
            return request, Reply(outcome=Outcome.TIMED_OUT, detail=f"the command ran longer than {WAIT:g} s")
        seconds = round(self.host.clock.mono() - began, 4)
        if process.returncode:
            detail = f"the command ended with exit code {process.returncode}"
            return request, Reply(outcome=Outcome.UNREACHABLE, detail=detail, seconds=seconds)
        too_long = len(output) > LISTING_MAX
        return request, Reply(status=200, body=output[:LISTING_MAX], truncated=too_long, seconds=seconds)


def _side(org: Org) -> dict[str, str]:
    side: Mapping[str, Any] = org.live.get(LIVE) or {}
    found = {"url": str(side.get("url") or ""), "command": str(side.get("command") or "")}
    if not found["url"] and not found["command"]:
        raise SettingsError("user_side", "", "give [user_side] url or command (suites/USER_SIDE.md)")
    return found


def _seam(org: Org, customer: str, verb: str) -> Seam:
    return Seam(org, None, customer, {"verb": verb})


def _check(reply: Reply, verb: str, statuses: tuple[int, ...]) -> None:
    if reply.status is None:
        raise StartError(f"user side: {verb}: {reply.outcome.value}: {reply.detail}")
    if reply.status not in statuses:
        raise UserSideError(verb, f"answered {reply.status}, not {' or '.join(map(str, statuses))}")
    if reply.truncated:
        raise UserSideError(verb, f"answered more than {LISTING_MAX} bytes")
