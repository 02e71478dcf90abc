"""Open Messaging on the wire: deliveries to the integrations' webhooks, and hand-made probes.

Order and retries are decided by ``Lane`` and ``Delivery``. Each POST counts as an open exchange of its org until what
follows from it is under way, so that ``advance`` never jumps over it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from understudy.conversations.commands import IntervalDue, MessageOutcome
from understudy.errors import Refused
from understudy.open_messaging.forward import ForwardOutcome
from understudy.open_messaging.inbound_api import PROBED
from understudy.open_messaging.integration import INTERFACE, NAMESPACE, RESOURCE, RetryLater, find, mode
from understudy.open_messaging.lane import Lane
from understudy.open_messaging.outgoing import Outgoing, Shown, Subject, Withheld, outgoing
from understudy.open_messaging.probe import Probe
from understudy.open_messaging.request import webhook_headers, webhook_secret, webhook_url
from understudy.open_messaging.session import Attempt, Cause, Delivery, Ended, RetryAt
from understudy.open_messaging.signature import sign
from understudy.open_messaging.webhook import Outbound
from understudy.webhooks.driver import Outcome, Seam, Webhooks
from understudy.webhooks.messages import WebhookRequest
from understudy.world.changes import Effect
from understudy.world.entities import Entity
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

PROBED_MAX: Final = 10_000
WAITS: Final = "waits"  # org.live[WAITS]: dict[limit's name, seconds]: peer waits shortened, for references only
WEBHOOK_WAIT: Final = "open-messaging.webhook.timeout"
LaneKey = tuple[str, str, str]  # org, integration, address


@dataclass(frozen=True, slots=True)
class Job:
    """One body that waits in a lane."""

    org: Org
    subject: Subject
    body: Outbound


@dataclass(slots=True, kw_only=True)
class Run:
    """One delivery under way, in its lane."""

    id: str
    job: Job
    lane: LaneKey
    place: Lane[Job]  # the lane itself: another one may have its key by the time this ends
    copy: int
    request: WebhookRequest
    delivery: Delivery

    def seam(self, **more: Any) -> Seam:
        """What the record is to know beside the bytes."""
        subject = self.job.subject
        data: dict[str, Any] = {
            "delivery": self.id,
            "kind": subject.kind,
            "message": subject.message,
            "type": self.job.body.type,
        }
        data |= {"integration": subject.integration, "signature": "good", "copy": self.copy}
        return Seam(self.job.org, subject.conversation, subject.address or None, data | more)


class OpenMessagingDriver:
    """Pulls the effects of ``open_messaging``, delivers them, and reports each outcome as a command."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.webhooks = Webhooks(host, INTERFACE)
        self._lanes: dict[LaneKey, Lane[Job]] = {}
        self._waiting: dict[str, Run | LaneKey] = {}  # by the key of the interval that each waits for
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                for org, effect in await self.host.effects(INTERFACE):
                    self._take(org, effect)
        finally:
            for task in self._tasks:
                task.cancel()

    def _take(self, org: Org, effect: Effect) -> None:
        if effect.kind == "reset":
            self._forget(org)
            return
        if effect.kind == "interval":
            self._interval(org, str(effect.data["key"]))
            return
        what, subject = outgoing(org, effect), Subject.of(effect)
        if isinstance(what, Outgoing):
            self._queue(Job(org, subject, what.body))
        elif isinstance(what, Shown):
            org.perform(what.command)
            self._report(org, subject, "sent", 1, "shown to the customer")
        else:
            self._withhold(org, subject, what)

    def _forget(self, org: Org) -> None:
        """The org was restored or reset: what waits is for nobody any more, and what is under way has no next try."""
        for key in [key for key in self._lanes if key[0] == org.id]:
            del self._lanes[key]
        for name, who in list(self._waiting.items()):
            if (who.job.org.id if isinstance(who, Run) else who[0]) == org.id:
                del self._waiting[name]

    def _queue(self, job: Job) -> None:
        org, subject = job.org, job.subject
        key = (org.id, subject.integration, subject.address)
        lane = self._lanes.get(key)
        if lane is None:
            integration = org.entities.get(RESOURCE, subject.integration)
            lane = self._lanes[key] = Lane(mode(integration)) if integration else Lane()
        if not lane.put(job, org.now()):
            self._withhold(org, subject, Withheld("too many messages wait for this customer's webhook", failed=True))
        held = lane.next_deadline()
        if held is not None:
            self._wait(org, "lane/" + "/".join(key), held[0], key)
        self._pump(key)

    def _pump(self, key: LaneKey) -> None:
        lane = self._lanes[key]
        turn = lane.next()
        if turn is not None:
            self._start(key, turn.item, turn.copy)
        elif lane.is_idle:
            del self._lanes[key]

    def _start(self, key: LaneKey, job: Job, copy: int) -> None:
        org = job.org
        integration = org.entities.get(RESOURCE, job.subject.integration)
        if integration is None:
            self._withhold(org, job.subject, Withheld("the integration is gone", failed=True))
            self._lanes[key].final()
            self._pump(key)
            return
        request = self._request(integration, bytes(job.body))
        delivery = Delivery(request.headers, request.body, org.limits, _shortened(org))
        run = Run(
            id=org.ids.uuid("delivery"), job=job, lane=key, place=self._lanes[key], copy=copy, request=request,
            delivery=delivery,
        )  # fmt: skip
        delivery.start(self.host.clock.mono())
        self._act(run)

    def _request(self, integration: Entity, body: bytes) -> WebhookRequest:
        self._register(integration)
        url = webhook_url(integration)
        headers = webhook_headers(integration, url, body, sign(webhook_secret(integration), body))
        return WebhookRequest(method="POST", url=url, headers=headers, body=body)

    def _register(self, integration: Entity) -> None:
        """The customer's own header values may be credentials, whatever their names: they are redacted."""
        for value in (integration.body.get("webhookHeaders") or {}).values():
            self.host.recorder.register_secret(value)

    def _act(self, run: Run) -> None:
        for event in run.delivery.events():
            if isinstance(event, Attempt):
                self._spawn(run, event)
            elif isinstance(event, RetryAt):
                if self._lanes.get(run.lane) is run.place:
                    self._wait(run.job.org, run.id, event.at, run)
            else:
                self._end(run, event)

    def _spawn(self, run: Run, attempt: Attempt) -> None:
        run.job.org.open_exchanges += 1
        task = asyncio.create_task(self._attempt(run, attempt))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._done(run.job.org, done))

    def _done(self, org: Org, task: asyncio.Task[None]) -> None:
        org.open_exchanges -= 1
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()  # a fault of ours must be heard

    async def _attempt(self, run: Run, attempt: Attempt) -> None:
        org, delivery = run.job.org, run.delivery
        seam = run.seam(attempt=attempt.number, timeout=delivery.wait)
        reply = await self.webhooks.exchange(seam, run.request, attempt.deadline)
        if reply.status is not None:
            delivery.answered(reply.status, org.now())
        elif reply.outcome is Outcome.TIMED_OUT:
            delivery.tick(max(self.host.clock.mono(), attempt.deadline), org.now())
        else:
            delivery.lost(reply.detail)
        self._act(run)

    def _wait(self, org: Org, key: str, at: float, who: Run | LaneKey) -> None:
        self._waiting[key] = who
        org.perform(RetryLater(f"{INTERFACE}/{key}", at, IntervalDue(INTERFACE, key)))

    def _interval(self, org: Org, key: str) -> None:
        who = self._waiting.pop(key, None)
        if isinstance(who, Run):
            who.delivery.due(self.host.clock.mono())
            self._act(who)
        elif who is not None and who in self._lanes:
            self._lanes[who].tick(org.now())
            self._pump(who)

    def _end(self, run: Run, ended: Ended) -> None:
        final = {"outcome": ended.cause.value, "attempts": ended.attempts, "status": ended.status}
        self.webhooks.note("delivery.final", run.seam(**final, detail=ended.detail))
        if run.copy == 1:
            status = "sent" if ended.cause is Cause.DELIVERED else "failed"
            self._report(run.job.org, run.job.subject, status, ended.attempts, ended.detail, ended.status)
        if self._lanes.get(run.lane) is run.place:
            run.place.final()
            self._pump(run.lane)

    def _report(
        self, org: Org, subject: Subject, status: str, attempts: int, detail: str, http_status: int | None = None
    ) -> None:
        message, conversation = subject.message, subject.conversation
        try:
            if subject.kind == "deliver":
                org.perform(MessageOutcome(conversation or "", message, status, detail, http_status, attempts))
            elif subject.kind == "forward":
                org.perform(ForwardOutcome(subject.address, message, status, attempts, detail, conversation))
        except Refused as refused:  # the conversation was forgotten while its message was on the way
            seam = Seam(org, conversation, subject.address or None, {"message": message, "why": refused.message})
            self.webhooks.note("outcome.lost", seam)

    def _withhold(self, org: Org, subject: Subject, why: Withheld) -> None:
        data = {"kind": subject.kind, "message": subject.message, "why": why.reason, "failed": why.failed}
        self.webhooks.note("delivery.withheld", Seam(org, subject.conversation, subject.address or None, data))
        if why.failed:
            self._report(org, subject, "failed", 0, why.reason)

    async def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Deliver one hand-made request (see ``probe.Probe``), past lanes and retries. Returns {status (None without an
        answer), seconds, body (text), outcome, detail, message, entries}."""
        probe = Probe.parse(spec)
        integration = find(org, probe.integration)
        self._register(integration)
        body, message = probe.payload(org, integration)
        request = probe.request(integration, body)
        _remember(org, message)
        wait = _shortened(org) or org.limits.value(NAMESPACE, "webhook.timeout")
        data = {"delivery": org.ids.uuid("delivery"), "kind": "probe", "message": message, "attempt": 1}
        data |= {"integration": integration.id, "signature": probe.signature.value, "timeout": wait}
        data |= {"test": probe.test, "check": probe.check}
        org.open_exchanges += 1
        try:
            deadline = self.host.clock.mono() + wait
            seam = Seam(org, None, probe.customer or None, data)
            reply = await self.webhooks.exchange(seam, request, deadline)
        finally:
            org.open_exchanges -= 1
        return reply.to_json() | {"message": message}


def _shortened(org: Org) -> float | None:
    wait: float | None = org.live.get(WAITS, {}).get(WEBHOOK_WAIT)
    return wait


def _remember(org: Org, message: str) -> None:
    """A vendor may post a receipt for a probe's message, which no conversation knows."""
    probed: dict[str, None] = org.live.setdefault(PROBED, {})
    if message:
        probed[message] = None
        if len(probed) > PROBED_MAX:
            del probed[next(iter(probed))]
