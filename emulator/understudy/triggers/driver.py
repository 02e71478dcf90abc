"""Triggers on the wire: one POST an event, no retry (nothing is documented; assumed), recorded both ways.

The driver hears every org's changes as a listener, so that an event is queued before the command that caused it is over
and ``advance`` can't jump past it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from understudy.errors import Lost
from understudy.triggers.behaviour import INTERFACE, fire
from understudy.triggers.messages import Trigger
from understudy.webhooks.driver import Seam, Webhooks
from understudy.webhooks.messages import WebhookRequest, framing, merged, usual
from understudy.world.changes import Change, Effect
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

WAIT: Final = 10.0  # seconds for an answer; not documented, the figure of Open Messaging's webhook
LOOK: Final = 0.1  # seconds between looks for new orgs


class TriggersDriver:
    """Turns changes into triggers and posts them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.webhooks = Webhooks(host, INTERFACE)
        self._read: dict[str, int] = {}  # org id → cursor in its changes
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, org: Org) -> None:
        """Hear an org from its first change on; ``run`` does it for every org of the world that has not been."""
        if org.id not in self._read:
            self._read[org.id] = org.changes.start
            org.listeners.append(self._changed)
            self._changed(org)

    async def run(self) -> None:
        """Post until cancelled."""
        watcher = asyncio.create_task(self._watch())
        try:
            while True:
                for org, effect in await self.host.effects(INTERFACE):
                    self._spawn(org, effect)
        finally:
            for task in (watcher, *self._tasks):
                task.cancel()

    async def _watch(self) -> None:
        while True:
            orgs = self.host.world.orgs
            for org in list(orgs.values()):
                self.attach(org)
            for gone in self._read.keys() - orgs.keys():
                del self._read[gone]
            await asyncio.sleep(LOOK)

    def _changed(self, org: Org) -> None:
        cursor = self._read.get(org.id)
        if cursor is None or cursor == org.changes.end:
            return
        self._read[org.id] = org.changes.end
        fire(org, self._since(org, cursor))

    def _since(self, org: Org, cursor: int) -> list[Change]:
        try:
            return org.changes.read(cursor)
        except Lost as lost:
            seam = Seam(org, None, None, {"count": lost.count})
            self.webhooks.note("triggers.lost", seam)
            return org.changes.read(org.changes.start)

    def _spawn(self, org: Org, effect: Effect) -> None:
        org.open_exchanges += 1
        task = asyncio.create_task(self._post(org, effect))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._done(org, done))

    def _done(self, org: Org, task: asyncio.Task[None]) -> None:
        org.open_exchanges -= 1
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()  # a fault of ours must be heard

    async def _post(self, org: Org, effect: Effect) -> None:
        trigger = Trigger(str(effect.data["url"]), str(effect.data["topic"]), effect.data["payload"])
        body = bytes(trigger)
        headers = merged(usual(), framing(trigger.url, body))
        request = WebhookRequest(method="POST", url=trigger.url, headers=headers, body=body)
        seam = Seam(org, effect.conversation, effect.customer, {"topic": trigger.topic})
        await self.webhooks.exchange(seam, request, self.host.clock.mono() + WAIT)
