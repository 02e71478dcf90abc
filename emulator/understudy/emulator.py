"""The emulator: one process, one event loop, one port; world, record and every clock live here.

``Emulator(config)`` composes the interfaces, ``await start()`` binds the port, ``await stop()`` closes everything.
Tests, ``verify`` and the console are clients of its control API.
"""

from __future__ import annotations

import asyncio
import gc
import os
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

from understudy.advance import advance
from understudy.architect.publish import publish
from understudy.attachments.driver import AttachmentsDriver
from understudy.bell import Bell
from understudy.broken_http import server_log, unreadable
from understudy.clock import Clock, OrgClock, RealClock
from understudy.control.driver import ControlDriver
from understudy.errors import Refused, SettingsError, StartError
from understudy.ids import Ids, run_salt, secret
from understudy.limits import load_limits
from understudy.notifications.driver import NotificationsDriver
from understudy.oauth.driver import OAuthDriver
from understudy.open_messaging.driver import OpenMessagingDriver
from understudy.orgfile.apply import apply_org
from understudy.orgfile.default import default_org
from understudy.orgfile.plan import OrgPlan, load_org
from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import load_catalogue
from understudy.platform.driver import PlatformDriver
from understudy.record.driver import SegmentWriter, segment_path
from understudy.record.lines import Header
from understudy.record.recorder import Recorder
from understudy.record.redaction import Redactor, load_flags
from understudy.tables import ACTIONS, HANDLERS, RULES
from understudy.triggers.driver import TriggersDriver
from understudy.user_side.driver import UserSide
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World

PROCESS = 0  # the emulator's number in the names of entries; load workers count from 1
SECRETS = (
    ("oauth.clients", "secret"),
    ("messaging.integrations.open", "outboundNotificationWebhookSignatureSecretToken"),
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GC_THRESHOLDS = (
    50_000,
    50,
    1000,
)  # entries and entities are long-lived and acyclic: looking at them often finds nothing
SHUTDOWN = 0.5  # seconds for what is being answered when the emulator stops
IDLE_LOOK = 0.5  # seconds after which the scheduler looks again although nothing woke it


@dataclass(frozen=True, slots=True)
class EmulatorConfig:
    """How an emulator is started. ``admin`` is the administrator client (id, secret) of the default org."""

    host: str = "127.0.0.1"
    port: int = 0
    advertised_url: str = ""
    orgs: tuple[Path, ...] = ()
    environment: Mapping[str, str] | None = None
    limits: str = "real"
    seed: int = 1
    salt: str = ""
    run: Path | None = None  # the folder the record goes to; None keeps it in memory
    durability: str = "group"
    admin: tuple[str, str] | None = None
    generic: bool = False
    default: bool = True  # whether there is a default org with an administrator client


Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Emulator:
    """One stand-in for Genesys Cloud."""

    def __init__(self, config: EmulatorConfig) -> None:
        self.config = config
        self.clock: Clock = RealClock()
        self.world = World()
        self.limits = load_limits(config.limits)
        self.catalogue = load_catalogue()
        self.salt = config.salt or run_salt()
        self.origin = config.advertised_url.rstrip("/")
        self.ready = False
        self.admin = config.admin
        self.control_token = "" if config.host in LOOPBACK else secret()
        self._wake = Bell()
        self._changed: dict[str, Bell] = {}
        self._written: dict[str, int] = {}  # org id → cursor of the changes that stand in the record
        self._writer: SegmentWriter | None = None
        self._is_recording = False
        self._tasks: list[asyncio.Task[None]] = []
        self._http: ClientSession | None = None
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        """Bind the port, load the orgs, start the drivers; raises ``StartError`` or ``SettingsError``."""
        self._open_record()
        self._http = ClientSession(
            connector=TCPConnector(limit=0),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),
            trust_env=False,
            auto_decompress=False,  # identity is asked for; what comes in spite of it is recorded as it came
        )
        self._compose()
        await self._bind()
        self._load_orgs()
        jobs = [(type(driver).__name__, driver.run()) for driver in self._running]
        jobs.append(("the scheduler", self._schedule()))
        self._tasks = [asyncio.create_task(self._watched(name, job)) for name, job in jobs]
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self.ready = True

    def _open_record(self) -> None:
        redactor = Redactor(load_flags(), secret())
        if self.config.run is not None:
            header = Header(
                run=self.config.run.name, process=PROCESS, salt=self.salt, redaction=redactor.fingerprint,
                created=self.clock.utc(),
            )  # fmt: skip
            path = segment_path(self.config.run, PROCESS)
            self._writer = SegmentWriter(path, header, strict=self.config.durability == "strict")
        self.recorder = Recorder(PROCESS, self.salt, self._writer, redactor=redactor)
        self._is_recording = True

    def _compose(self) -> None:
        ids = Ids(self.config.seed, "platform", self.salt)
        platform = Platform(self.world, self.catalogue, ACTIONS, RULES, ids=ids, generic=self.config.generic)
        self.permissions = platform.permissions
        open_messaging, notifications = OpenMessagingDriver(self), NotificationsDriver(self)
        self.user_side = UserSide(self)
        self._running = (open_messaging, notifications, TriggersDriver(self))
        self.probe = open_messaging.probe
        self._routes: tuple[tuple[str, Handle], ...] = (
            ("/api/v2/", PlatformDriver(self, platform).handle),
            ("/oauth/", OAuthDriver(self, ids).handle),
            ("/media/", AttachmentsDriver(self).handle),
            ("/channels/", notifications.handle),
            ("/understudy/", ControlDriver(self).handle),
        )
        self._fallback = self._routes[0][1]

    async def _bind(self) -> None:
        # A peer that hangs up must not leave an exchange open behind it: ``advance`` waits for all of them.
        self._runner = web.ServerRunner(
            web.Server(
                self._handle,
                access_log=None,
                handler_cancellation=True,
                logger=server_log(self),
                auto_decompress=False,  # the record has the bytes of the wire, and no small body becomes a huge one
            ),
            shutdown_timeout=SHUTDOWN,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.config.host, self.config.port)
        try:
            await site.start()
        except OSError as error:
            # the numbers of name resolution are negative, and asyncio wraps the text of the others
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            raise StartError(
                f"port {self.config.port} on {self.config.host} can't be bound ({reason}): "
                "stop what listens there or give another --port"
            ) from error
        self.port = int(self._runner.addresses[0][1])
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host  # RFC 3986 §3.2.2
        self.origin = self.origin or f"http://{host}:{self.port}"

    def _load_orgs(self) -> None:
        if self.config.default:
            self.admin = self.admin or (Ids(self.config.seed, "admin", self.salt).uuid("token"), secret())
            self._add(default_org(*self.admin))
        for path in self.config.orgs:
            try:
                text = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError("--org", str(path), f"can't be read: {error}") from error
            self._add(load_org(text, self.config.environment or {}, path))

    def create_org(self, spec: Mapping[str, Any]) -> Org:
        """An org from ``{"text", "path", "env"}``: an org file's text, where it lies, what its variables mean."""
        for key in ("text", "path"):
            if not isinstance(spec.get(key), str):
                raise SettingsError(f"org: {key}", spec.get(key), "give an org file's text and path")
        return self._add(load_org(spec["text"], spec.get("env") or {}, Path(spec["path"])))

    def _add(self, plan: OrgPlan) -> Org:
        if plan.id in self.world.orgs:
            raise SettingsError("organization.id", plan.id, f"org {self.world.orgs[plan.id].name} has this id already")
        org = Org(
            plan.id,
            plan.name,
            clock=OrgClock(self.clock),
            ids=Ids(self.config.seed, plan.id, self.salt),
            limits=load_limits(plan.limits) if plan.limits else self.limits,
            commands=HANDLERS,
        )
        org.listeners.append(self._org_changed)
        self._changed[org.id] = Bell()
        self.world.add(org)
        try:
            apply_org(plan, org, self.world, publish)
        except Exception:
            self.remove_org(org)  # no half of an org stays behind
            raise
        self._register_secrets(org)
        self.recorder.drain(org)
        return org

    def _register_secrets(self, org: Org) -> None:
        """What an org file sets never passed a recorded request, yet a peer may send it back."""
        for type_, field in SECRETS:
            for entity in org.entities.of(type_).values():
                if value := entity.body.get(field):
                    self.recorder.register_secret(str(value))

    def remove_org(self, org: Org) -> None:
        """Forget an org."""
        self.world.remove(org.id)
        self._written.pop(org.id, None)
        self._changed.pop(org.id).ring()

    def _org_changed(self, org: Org) -> None:
        if org.notes:
            self.recorder.drain(org, lambda note: self._write_changes(org, note.place))
        self._write_changes(org, org.changes.end)
        bell = self._changed.get(org.id)
        if bell is not None:
            bell.ring()
        self._wake.ring()

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

    async def changed(self, org: Org, timeout: float) -> None:
        """Wait until an org changes, or the timeout."""
        await self._changed[org.id].heard(timeout)

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        """The next effects of an interface over all orgs; waits until there are some."""
        while True:
            taken = [(org, effect) for org in self.world.orgs.values() for effect in org.take_effects(interface)]
            if taken:
                return taken
            await self._wake.heard()

    async def settled(self, number: int) -> None:
        """Wait until entry ``number`` is on disk (strict durability), else return at once."""
        if self._writer is not None:
            await self._writer.settled(number)

    @property
    def http(self) -> ClientSession:
        """The one client for outgoing HTTP."""
        if self._http is None:
            raise StartError("the emulator has not been started")
        return self._http

    async def advance(self, org: Org, seconds: float, limit: float) -> dict[str, Any]:
        """Move an org's clock on, from interval to interval (see ``advance``)."""
        return await advance(org, seconds, limit, self.clock)

    async def _schedule(self) -> None:
        """Perform what falls due, on every org's own clock."""
        while True:
            now_due = [due.at - org.now() for org in self.world.orgs.values() if (due := org.schedule.next_due())]
            wait = min([IDLE_LOOK, *now_due])
            if wait > 0:
                await self._wake.heard(wait)
            for org in list(self.world.orgs.values()):
                try:
                    org.tick()
                except Refused as error:  # what fell due is possible no more; the next one may be
                    org.note("warning.interval", text=f"what fell due was refused: {error}")
                    self.recorder.drain(org)

    async def _watched(self, name: str, job: Coroutine[Any, Any, None]) -> None:
        """A driver that ends by a bug is told in the record and on stderr, and the emulator is ready no more."""
        try:
            await job
        except Exception as error:
            self.ready = False
            text = f"{name} ended: {type(error).__name__}: {error}"
            self.recorder.note("warning.ended", moment=OrgClock(self.clock).moment(), text=text)
            traceback.print_exc()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        handle = next((handle for prefix, handle in self._routes if path.startswith(prefix)), self._fallback)
        try:
            return await handle(request)
        except web.RequestPayloadError as error:
            raise unreadable(error) from error

    async def stop(self) -> None:
        """Close the port, the drivers and the record."""
        self.ready = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.close()
        if self._is_recording:
            self.recorder.close(OrgClock(self.clock).moment())
