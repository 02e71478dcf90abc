"""The emulator: one process, one event loop, one port; world, record and every clock live here.

``Emulator(config)`` composes the interfaces, ``await start()`` binds the port, ``await stop()`` closes everything.
Tests, ``verify`` and the console are clients of its control API.
"""

from __future__ import annotations

import asyncio
import gc
import ssl
import traceback
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

from understudy.advance import advance
from understudy.attachments.driver import AttachmentsDriver
from understudy.clock import Clock, OrgClock, RealClock
from understudy.entrance import Entrance, Handle, Routes
from understudy.errors import SettingsError, StartError
from understudy.gateway import Gateway
from understudy.ids import Ids, run_salt, secret
from understudy.limits import load_limits
from understudy.notifications.driver import NotificationsDriver
from understudy.oauth.driver import OAuthDriver
from understudy.open_messaging.driver import OpenMessagingDriver
from understudy.orgfile.default import default_org
from understudy.orgfile.plan import load_org
from understudy.orgs import Orgs
from understudy.pages.clients import addresses, registration
from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import load_catalogue
from understudy.platform.driver import PlatformDriver
from understudy.ports import Ports
from understudy.record.driver import SegmentWriter, segment_path
from understudy.record.flags import load_flags
from understudy.record.lines import Header
from understudy.record.recorder import Recorder
from understudy.record.redaction import Redactor
from understudy.regions import region_domain
from understudy.tables import TABLES
from understudy.triggers.driver import TriggersDriver
from understudy.user_side.driver import UserSide
from understudy.webhooks.driver import traced
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World

if TYPE_CHECKING:
    from understudy.bot_connector.driver import BotConnectorDriver
    from understudy.web_messaging.driver import GuestsDriver

PROCESS = 0  # the emulator's number in the names of entries; load workers count from 1
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# entries and entities are long-lived and acyclic: looking at them often finds nothing
GC_THRESHOLDS = (50_000, 50, 1000)


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
    region: str = "us-east-1"  # of the default org
    prefixes: Mapping[str, str] = field(default_factory=dict)  # of a gateway: host's label → path (``gateway.Gateway``)
    tls: ssl.SSLContext | None = None
    tls_port: int | None = None  # None: TLS, where there is any, is on ``port``; else http there and https here
    run: Path | None = None  # the folder the record goes to; None keeps it in memory
    durability: str = "group"
    admin: tuple[str, str] | None = None
    generic: bool = False
    scopes: str = "documented"  # or strict: scopes known by a rule of thumb are enforced, too
    default: bool = True  # whether there is a default org with an administrator client
    example: bool = False  # whether there are a messenger, a flow, a queue and an agent in it


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
        self.tls_origin = ""  # set where http and https are both served
        self.ready = False
        self._controlled: Handle | None = None
        self._bots: BotConnectorDriver | None = None
        self._served_guests: Handle | None = None
        self._guests: GuestsDriver | None = None
        self._paged: Handle | None = None
        self._ids = Ids(config.seed, "platform", self.salt)
        self.admin = config.admin
        self.control_token = "" if config.host in LOOPBACK else secret()
        self._writer: SegmentWriter | None = None
        self._is_recording = False
        self._tasks: list[asyncio.Task[None]] = []
        self._http: ClientSession | None = None
        self._gateway, self._ports = Gateway(config.prefixes), Ports(config.host)

    async def start(self) -> None:
        """Bind the port, load the orgs, start the drivers; raises ``StartError`` or ``SettingsError``."""
        self._open_record()
        self._http = ClientSession(
            connector=TCPConnector(limit=0),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),
            trust_env=False,
            trace_configs=[traced()],
            auto_decompress=False,  # identity is asked for; what comes in spite of it is recorded as it came
        )
        self._compose()
        await self._bind()
        self._load_orgs()
        jobs = [(type(driver).__name__, driver.run()) for driver in self._running]
        jobs.append(("BotConnectorDriver", self._run_bots()))
        jobs.append(("GuestsDriver", self._run_guests()))
        jobs.append(("the scheduler", self.orgs.run()))
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
        self.orgs = Orgs(self.world, self.recorder, self.clock, self.limits, self.config.seed, self.salt)

    def _compose(self) -> None:
        ids = self._ids
        platform = Platform(
            self.world,
            self.catalogue,
            TABLES.actions,
            TABLES.rules,
            ids=ids,
            generic=self.config.generic,
            scopes=self.config.scopes,
            load=TABLES.load,
        )
        self.permissions = platform.permissions
        open_messaging, notifications = OpenMessagingDriver(self), NotificationsDriver(self)
        self.user_side = UserSide(self)
        self._running = (open_messaging, notifications, TriggersDriver(self))
        self.probe = open_messaging.probe
        login = OAuthDriver(self, ids).handle
        routes: Routes = (
            ("/api/v2/", PlatformDriver(self, platform).handle),
            ("/oauth/", login),
            ("/logout", login),
            ("/webdeployments/", self._guest_files),
            ("/media/guests/", self._guest_files),
            ("/media/", AttachmentsDriver(self).handle),
            ("/channels/", notifications.handle),
            ("/v1", self._guest_socket),
            ("/understudy/", self._control),
            *((path, self._pages) for path in ("/genesys-bootstrap/", "/messenger/", "/desktop")),
        )
        self._entrance = Entrance(self, routes, self._gateway, advertised=bool(self.config.advertised_url))

    async def _control(self, request: web.BaseRequest) -> web.StreamResponse:
        """The control API: it brings the checker and the snapshots, and is imported with its first request."""
        handle = self._controlled
        if handle is None:
            handle = self._controlled = import_module("understudy.control.driver").ControlDriver(self).handle
        return await handle(request)

    async def _guest_files(self, request: web.BaseRequest) -> web.StreamResponse:
        """What guests and their pages fetch and put; imported with the first request for it."""
        handle = self._served_guests
        if handle is None:
            module = import_module("understudy.web_deployments.driver")
            handle = self._served_guests = module.GuestFilesDriver(self, self._ids, self.config.prefixes).handle
        return await handle(request)

    async def _guest_socket(self, request: web.BaseRequest) -> web.StreamResponse:
        """Guests' sockets."""
        return await self._guest_driver().handle(request)

    def _guest_driver(self) -> GuestsDriver:
        if self._guests is None:
            module = import_module("understudy.web_messaging.driver")
            self._guests = module.GuestsDriver(self, self.config.prefixes)
        return self._guests

    async def _run_guests(self) -> None:
        """Tell guests what is said to them. Their driver is imported with the first socket or the first such effect:
        an effect that nobody takes would keep its org from being quiet."""
        waiting = await self.orgs.effects("web_messaging")
        await self._guest_driver().run(waiting)

    async def guest_frames(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Hand-made frames for a guest's connections (see ``web_messaging.prepared``)."""
        return self._guest_driver().probe(org, spec)

    async def _pages(self, request: web.BaseRequest) -> web.StreamResponse:
        """What people's browsers load; imported with the first request for it."""
        handle = self._paged
        if handle is None:
            module = import_module("understudy.pages.driver")
            handle = self._paged = module.PagesDriver(self, self.config.prefixes).handle
        return await handle(request)

    async def _run_bots(self) -> None:
        """Drive bots from the first effect on that asks for one: a run that calls none does not import their driver."""
        waiting = await self.orgs.effects("bot_connector")
        while self._bots is None and all(effect.kind in ("reset", "close") for _, effect in waiting):
            waiting = await self.orgs.effects("bot_connector")
        await self._bot_connector().run(waiting)

    def _bot_connector(self) -> BotConnectorDriver:
        if self._bots is None:
            self._bots = import_module("understudy.bot_connector.driver").BotConnectorDriver(self)
        return self._bots

    async def bot_turn(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Send one hand-made turn to a bot's endpoint (see ``bot_connector.probe``)."""
        return await self._bot_connector().probe(org, spec)

    async def _bind(self) -> None:
        config = self.config
        await self._ports.serve(self._entrance.handle, self)
        only_tls = config.tls is not None and config.tls_port is None
        self.port = await self._ports.open(config.port, "--port", config.tls if only_tls else None)
        self.origin = self.origin or self._ports.origin("https" if only_tls else "http", self.port)
        if config.tls is not None and config.tls_port is not None:
            port = await self._ports.open(config.tls_port, "--tls-port", config.tls)
            self.tls_origin = self._ports.origin("https", port)

    def _load_orgs(self) -> None:
        if self.config.default:
            self.admin = self.admin or (Ids(self.config.seed, "admin", self.salt).uuid("token"), secret())
            domain = region_domain(self.config.region)
            pages = addresses((self.origin, self.tls_origin), domain, self.config.prefixes.get("apps", ""))
            plan = default_org(*self.admin, region=domain, desktop=registration(*pages))
            if self.config.example:
                plan = import_module("understudy.orgfile.example").with_example(plan)
            self.orgs.add(plan)
        for path in self.config.orgs:
            try:
                text = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError("--org", str(path), f"can't be read: {error}") from error
            self.orgs.add(load_org(text, self.config.environment or {}, path))

    def create_org(self, spec: Mapping[str, Any]) -> Org:
        """An org from ``{"text", "path", "env"}``: an org file's text, where it lies, what its variables mean."""
        return self.orgs.create(spec)

    def snapshot(self, org: Org) -> dict[str, Any]:
        """All that is configured in an org, as a document (see ``snapshot.document``)."""
        return self.orgs.snapshot(org)

    async def restore_org(self, org_id: str, document: Any) -> Org:
        """Make an org what a snapshot of it says; an org that is not there is made. Raises ``SettingsError``."""
        return await self.orgs.restore(org_id, document)

    async def reset_org(self, org: Org, seed: int | None) -> None:
        """Make an org what its org file says, with the ids of ``seed`` (None: of the seed it has)."""
        await self.orgs.reset(org, seed)

    def remove_org(self, org: Org) -> None:
        """Forget an org; its guests' sockets are closed."""
        if self._guests is not None:
            self._guests.forget(org)
        self.orgs.remove(org)

    async def changed(self, org: Org, timeout: float) -> None:
        """Wait until an org changes, or the timeout."""
        await self.orgs.bells[org.id].heard(timeout)

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        """The next effects of an interface over all orgs; waits until there are some."""
        return await self.orgs.effects(interface)

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

    async def _watched(self, name: str, job: Coroutine[Any, Any, None]) -> None:
        """A driver that ends by a bug is told in the record and on stderr, and the emulator is ready no more."""
        try:
            await job
        except Exception as error:
            self.ready = False
            text = f"{name} ended: {type(error).__name__}: {error}"
            self.recorder.note("warning.ended", moment=OrgClock(self.clock).moment(), text=text)
            traceback.print_exc()

    async def stop(self) -> None:
        """Close the port, the drivers and the record."""
        self.ready = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._guests is not None:
            self._guests.stop()
        await self._ports.close()
        if self._http is not None:
            await self._http.close()
        if self._is_recording:
            self.recorder.close(OrgClock(self.clock).moment())
