"""The one seam where a served HTTP request and its response are read, recorded and answered.

Every HTTP driver that serves goes through ``serve``; what is said is decided by a synchronous ``answer(request)``:
no exchange interleaves with another one. The request is recorded once its org is known, with the moment it arrived;
then listeners hear of what it changed, then the response is recorded and leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from aiohttp import web

from understudy.clock import Moment
from understudy.cors import cross_origin, preflight
from understudy.gateway import origin_form
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.reply import Headers, Reply

if TYPE_CHECKING:
    from understudy.host import Host

BODY_MAX: Final = 1_048_576  # bytes; the platform's own bound is limits platform."body.max"
ORIGIN: Final = web.RequestKey("ORIGIN", str)  # the base URL by which its client got here
PREFIX: Final = web.RequestKey("PREFIX", str)  # what of its path is a gateway's (``gateway.Gateway``)
BODY_WAIT: Final = 30.0  # seconds of real time for a body to come; not documented, the emulator's own bound
# facts: platform-api §4, a real response of 2021
FIXED_HEADERS: Final = (
    ("Content-Type", "application/json"),
    ("Strict-Transport-Security", "max-age=600; includeSubDomains"),
    ("Cache-Control", "no-cache, no-store, must-revalidate"),
    ("Pragma", "no-cache"),
    ("Expires", "0"),
)


async def serve(
    host: Host,
    request: web.BaseRequest,
    answer: Callable[[ApiRequest], Outcome],
    *,
    interface: str,
    body_max: int = BODY_MAX,
) -> Reply:
    """Read ``request`` (at most ``body_max`` bytes of body), answer it, record both sides, return the response.

    With strict durability the response leaves only when its entry is on disk.
    """
    clock = host.clock
    mono, utc = clock.mono(), clock.utc()
    body, oversize = await _read(request, body_max) if request.body_exists else (b"", False)
    headers = request.headers
    target = origin_form(request.raw_path)
    rest = target[len(request.get(PREFIX, "")) :]
    api_request = ApiRequest(request.method, rest, headers, body, request.get(ORIGIN, host.origin), oversize)
    asked = preflight(request.method, headers) if request.method == "OPTIONS" else None
    outcome = answer(api_request) if asked is None else Outcome(asked)
    org = outcome.org
    if org is not None:
        org.open_exchanges += 1
    try:
        number, reply = _record(host, request, target, api_request, outcome, interface, mono, utc)
        if outcome.delay:
            await asyncio.sleep(outcome.delay)
        await host.settled(number)
        return reply
    finally:
        if org is not None:
            org.open_exchanges -= 1


def _record(
    host: Host,
    request: web.BaseRequest,
    target: str,
    api_request: ApiRequest,
    outcome: Outcome,
    interface: str,
    mono: float,
    utc: float,
) -> tuple[int, Reply]:
    recorder, org, answer = host.recorder, outcome.org, outcome.answer
    jumped = org.clock.jumped if org is not None else 0.0
    exchange = recorder.exchange()
    org_id = org.id if org is not None else ""
    operation = outcome.operation.id if outcome.operation is not None else ""
    peer = request.remote or ""
    recorder.message(
        name=f"{api_request.method} {target}",
        interface=interface,
        direction="in",
        moment=Moment(mono, utc, utc + jumped),
        peer=peer,
        exchange=exchange,
        headers=api_request.headers.items(),
        body=api_request.body,
        org=org_id,
        conversation=outcome.conversation,
        customer=outcome.customer,
        correlation=outcome.correlation,
        data=dict(outcome.data),
        operation=operation,
    )
    if org is not None and not outcome.is_quiet:
        for listener in org.listeners:
            listener(org)
        recorder.drain(org)
    payload = answer.payload()
    headers = _headers(outcome, answer, cross_origin(api_request.headers))
    now, now_utc = host.clock.mono(), host.clock.utc()
    entry = recorder.message(
        name=str(answer.status),
        interface=interface,
        direction="out",
        moment=Moment(now, now_utc, now_utc + jumped),
        peer=peer,
        exchange=exchange,
        status=answer.status,
        headers=headers,
        body=payload,
        org=org_id,
        conversation=outcome.conversation,
        customer=outcome.customer,
        correlation=outcome.correlation,
        data=dict(outcome.data),
        operation=operation,
    )
    return entry.number, Reply(answer.status, headers, payload, now_utc)


def _headers(outcome: Outcome, answer: Answer, cross: Headers) -> Headers:
    """What is sent and recorded; aiohttp adds length, date and server. An answer's own header replaces a fixed one."""
    headers = (*FIXED_HEADERS, ("ININ-Correlation-Id", outcome.correlation), *outcome.headers, *cross)
    if not answer.headers:
        return headers
    own = {name.lower() for name in answer.headers}
    return (*(header for header in headers if header[0].lower() not in own), *answer.headers.items())


async def _read(request: web.BaseRequest, body_max: int) -> tuple[bytes, bool]:
    """The body, and whether it was longer than ``body_max`` (then what was read so far is dropped)."""
    length = request.content_length
    if length is not None and length > body_max:
        return b"", True
    content = request.content
    if content.is_eof():  # the usual case: the body came with the head
        body = content.read_nowait()
        return (b"", True) if len(body) > body_max else (body, False)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WAIT):
            async for chunk in content.iter_any():
                size += len(chunk)
                if size > body_max:
                    return b"", True
                chunks.append(chunk)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text=f"The request body did not come within {BODY_WAIT:g} s") from error
    return b"".join(chunks), False
