"""The orgs of an emulator: made of files and snapshots, reset, forgotten; what changes in them goes into the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from understudy.bell import Bell
from understudy.clock import Clock, OrgClock
from understudy.errors import Refused, SettingsError
from understudy.ids import Ids
from understudy.limits import Limits, load_limits
from understudy.orgfile.apply import apply_org
from understudy.orgfile.plan import OrgPlan, load_org
from understudy.record.recorder import Recorder
from understudy.tables import TABLES
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World

SECRETS: Final = (
    ("oauth.clients", "secret"),
    ("messaging.integrations.open", "outboundNotificationWebhookSignatureSecretToken"),
)
IDLE_LOOK: Final = 0.5  # seconds after which the scheduler looks again although nothing woke it


@dataclass
class Orgs:
    """Every way an org comes into ``world`` and out of it, and what waits for all of them."""

    world: World
    recorder: Recorder
    clock: Clock
    limits: Limits
    seed: int
    salt: str
    wake: Bell = field(default_factory=Bell, init=False)  # rings at every change
    plans: dict[str, OrgPlan] = field(default_factory=dict, init=False)  # org id → what its org file said
    bells: dict[str, Bell] = field(default_factory=dict, init=False)  # org id → rings at its changes
    _written: dict[str, int] = field(default_factory=dict, init=False)  # org id → cursor of what stands in the record

    def create(self, spec: Mapping[str, Any]) -> Org:
        """An org from ``{"text", "path", "env"}``: an org file's text, where it lies, what its variables mean."""
        for key in ("text", "path"):
            if not isinstance(spec.get(key), str):
                raise SettingsError(f"org: {key}", spec.get(key), "give an org file's text and path")
        return self.add(load_org(spec["text"], spec.get("env") or {}, Path(spec["path"])))

    def add(self, plan: OrgPlan) -> Org:
        """An org as its plan says: all of it or nothing. Raises ``SettingsError``."""
        if plan.id in self.world.orgs:
            raise SettingsError("organization.id", plan.id, f"org {self.world.orgs[plan.id].name} has this id already")
        org = Org(
            plan.id,
            plan.name,
            clock=OrgClock(self.clock),
            ids=Ids(self.seed, plan.id, self.salt),
            limits=load_limits(plan.limits) if plan.limits else self.limits,
            commands=TABLES.handlers,
        )
        self._listen_to(org)
        self.plans[org.id] = plan
        try:
            apply_org(plan, org, self.world)
        except Exception:
            self.remove(org)  # no half of an org stays behind
            raise
        self._register_secrets(org)
        self.recorder.drain(org)
        return org

    def snapshot(self, org: Org) -> dict[str, Any]:
        """A sealed document of all that is configured in an org (see ``snapshot.document``)."""
        found: dict[str, Any] = _renewal().snapshot(org, self.world)
        return found

    async def restore(self, org_id: str, document: Any) -> Org:
        """Make an org what a snapshot of it says; an org that is not there is made. Raises ``SettingsError``."""
        org = self.world.orgs.get(org_id)
        if org is None:
            clock = OrgClock(self.clock)
            org = _renewal().restored(document, org_id, self.world, clock, self.seed, self.salt, self.limits)
            self._listen_to(org)
        else:
            await _renewal().restore(org, self.world, document, self.clock)
        self._register_secrets(org)
        self.recorder.drain(org)
        return org

    async def reset(self, org: Org, seed: int | None) -> None:
        """Make an org what its org file says, with the ids of ``seed`` (None: of the seed it has)."""
        plan = self.plans.get(org.id)
        if plan is None:
            raise SettingsError("reset", org.name, "it came from a snapshot and has no org file: restore the snapshot")
        await _renewal().reset(org, self.world, plan, org.ids.seed if seed is None else seed, self.clock)
        self._register_secrets(org)
        self.recorder.drain(org)

    def remove(self, org: Org) -> None:
        """Forget an org."""
        self.world.remove(org.id)
        org.listeners.remove(self._org_changed)  # what still ends in it is written no more
        self._written.pop(org.id, None)
        self.plans.pop(org.id, None)
        self.bells.pop(org.id).ring()

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        """The next effects of an interface over all orgs; waits until there are some."""
        while True:
            taken = [(org, effect) for org in self.world.orgs.values() for effect in org.take_effects(interface)]
            if taken:
                return taken
            await self.wake.heard()

    async def run(self) -> None:
        """Perform what falls due, on every org's own clock."""
        while True:
            now_due = [due.at - org.now() for org in self.world.orgs.values() if (due := org.schedule.next_due())]
            wait = min([IDLE_LOOK, *now_due])
            if wait > 0:
                await self.wake.heard(wait)
            for org in list(self.world.orgs.values()):
                try:
                    org.tick()
                except Refused as error:  # what fell due is possible no more; the next one may be
                    org.note("warning.interval", text=f"what fell due was refused: {error}")
                    self.recorder.drain(org)

    def _listen_to(self, org: Org) -> None:
        org.listeners.append(self._org_changed)
        self.bells[org.id] = Bell()
        self.world.add(org)

    def _register_secrets(self, org: Org) -> None:
        """What an org file sets never passed a recorded request, yet a peer may send it back."""
        for type_, key in SECRETS:
            for entity in org.entities.of(type_).values():
                if value := entity.body.get(key):
                    self.recorder.register_secret(str(value))

    def _org_changed(self, org: Org) -> None:
        if org.notes:
            self.recorder.drain(org, lambda note: self._write_changes(org, note.place))
        self._write_changes(org, org.changes.end)
        bell = self.bells.get(org.id)
        if bell is not None:
            bell.ring()
        self.wake.ring()

    def _write_changes(self, org: Org, end: int) -> None:
        """What happened in a conversation is a cause of what is said next: it becomes a note. Configuration does not:
        its requests stand in the record already."""
        start = max(self._written.get(org.id, 0), org.changes.start)
        if start >= end:
            return
        for change in org.changes.read(start, end - start):
            if (change.customer or change.conversation) and change.kind != "flow.step":  # a note already
                self.recorder.note(
                    change.kind, moment=org.clock.moment(), org=org.id, conversation=change.conversation,
                    customer=change.customer, **change.data,
                )  # fmt: skip
        self._written[org.id] = end


def _renewal() -> Any:
    """Snapshots and resets are imported when the first is asked for: most runs do without."""
    return import_module("understudy.renewal")
