"""Slots of a run: an endpoint each, and the org that is configured for it.

A reference gets a fresh slot per test worker; a real target has the one that ``understudy.toml`` describes, with ids
that are the same in every run.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import urllib3

from understudy.actors import Slot
from understudy.children import Child, python
from understudy.clock import RealClock
from understudy.control.client import ControlClient
from understudy.errors import SettingsError, StartError
from understudy.ids import Ids
from understudy.regions import region_domain
from understudy.settings import Settings
from understudy.suite import Suite

REACH_SECONDS = 20.0  # how long a target that was started here may take until it answers
ANSWER_SECONDS = 3.0  # and one that should be there already
STOP_SECONDS = 20.0  # how long the commands ``stop`` and ``restart`` may take; both must return
PUNCTUATION = "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"  # a verify token has letters, digits and punctuation (guide Cognigy)
SECRETS = ("UNDERSTUDY_CLIENT_SECRET", "WEBHOOK_SECRET", "VERIFY_TOKEN")
TRY_SECONDS = 2.0  # how long one look at a target may take


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an endpoint is (its webhook, or what else Genesys calls), and its user side."""

    webhook: str
    user_side: str
    command: str = ""


def identifiers(seed: int, profile: str, position: int) -> dict[str, str]:
    """What an org and its endpoint must agree on, by the names that ``org.yaml`` uses; the same in every run."""
    ids = Ids(seed, f"slot-{profile}-{position}")
    verify = ids.stream("verify")
    return {
        "UNDERSTUDY_ORG_ID": ids.uuid("org"),
        "UNDERSTUDY_CLIENT_ID": ids.uuid("client"),
        "UNDERSTUDY_CLIENT_SECRET": ids.stream("secret").word(43),
        "UNDERSTUDY_INTEGRATION_ID": ids.uuid("integration"),
        "UNDERSTUDY_DEPLOYMENT_ID": ids.uuid("deployment"),
        "UNDERSTUDY_BOT_ID": ids.uuid("bot"),
        "WEBHOOK_SECRET": ids.stream("webhook").word(32),
        "VERIFY_TOKEN": PUNCTUATION.join(f"{verify.word(5)}{verify.below(10)}" for _ in range(3)),
        "UNDERSTUDY_TOPOLOGY": profile,
    }


def endpoint_env(
    control: str, made: Mapping[str, str], settings: Mapping[str, str], domain: str = ""
) -> dict[str, str]:
    """The variables that an endpoint is started with (suite.toml, ``[env]``); ``domain`` is the region's bare one."""
    return {
        "GENESYS_BASE_URL": control,
        "GENESYS_INTEGRATION_ID": made["UNDERSTUDY_INTEGRATION_ID"],
        "GENESYS_CLIENT_ID": made["UNDERSTUDY_CLIENT_ID"],
        "GENESYS_CLIENT_SECRET": made["UNDERSTUDY_CLIENT_SECRET"],
        "WEBHOOK_SECRET": made["WEBHOOK_SECRET"],
        "VERIFY_TOKEN": made["VERIFY_TOKEN"],
        "BOT_ID": made["UNDERSTUDY_BOT_ID"],
        "GENESYS_DEPLOYMENT_ID": made["UNDERSTUDY_DEPLOYMENT_ID"],
        "OAUTH2_URL": domain,
        "OAUTH2_SCOPE": "*",
        "TOPOLOGY": made["UNDERSTUDY_TOPOLOGY"],
        **{name.upper(): value for name, value in settings.items()},
    }


@contextmanager
def open_slots(
    suite: Suite, settings: Settings, control: ControlClient, run: Path, *, fault: str, profiles: tuple[str, ...]
) -> Iterator[list[Slot]]:
    """All slots of a run, endpoints up and orgs loaded; endpoints are stopped afterwards."""
    named = {one.name: one.default for one in suite.settings} | settings.settings
    with ExitStack() as stack:
        if settings.target.url or settings.target.start:
            yield [_real_slot(suite, settings, control, run, stack, named, profiles[0])]
            return
        wanted = [(name, n) for name in profiles for n in range(settings.workers)]
        started = []
        for name, position in wanted:
            made = identifiers(settings.seed, name, position)
            env = endpoint_env(control.url, made, named, region_domain(settings.region))
            child = _reference(suite, env, run / "logs" / f"reference-{name}-{position}.log", fault)
            stack.callback(child.stop)
            started.append((name, made, env, child))
        slots = []
        for name, made, env, child in started:
            base = str(child.first_line()["listening"])
            endpoint = Endpoint(base + named[suite.path], base)
            slots.append(configure(suite, settings, control, endpoint, made, env, named, name, "reference"))
        yield slots


def _reference(suite: Suite, env: Mapping[str, str], log: Path, fault: str) -> Child:
    arguments = [str(suite.reference_file()), *(["--fault", fault] if fault else [])]
    return Child("the reference endpoint", python(*arguments), env={**env, "PORT": "0"}, log=log)


def _real_slot(
    suite: Suite, settings: Settings, control: ControlClient, run: Path, stack: ExitStack, named: dict[str, str],
    profile: str,
) -> Slot:  # fmt: skip
    target = settings.target
    if not target.url:
        raise SettingsError("target.url", "", "give the webhook's URL: `start` alone does not say where it listens")
    made = identifiers(settings.seed, profile, 0)
    if target.secret:
        made[suite.secret] = target.secret
    made |= {name: value for name, value in target.env.items() if name in made}
    env = endpoint_env(control.url, made, named, region_domain(settings.region)) | target.env
    endpoint = Endpoint(target.url, settings.user_side.url, settings.user_side.command)
    slot = configure(suite, settings, control, endpoint, made, env, named, profile, "real")
    child = None
    if target.start:
        log = Path(target.logs) if target.logs else run / "logs" / "target.log"
        child = Child("the target", shlex.split(target.start), env=env, log=log, speaks=False)
        stack.callback(child.stop)
    if target.stop:
        stack.callback(_stop, target.stop, env, run / "logs" / "stop.log")
    _reach(target.ready or target.url, child, REACH_SECONDS if child else ANSWER_SECONDS)
    return slot


def _stop(command: str, env: Mapping[str, str], log: Path) -> None:
    child = Child("stop", shlex.split(command), env=env, log=log, speaks=False)
    child.end(STOP_SECONDS)
    child.stop()


def revive(restart: str, ready: str, env: Mapping[str, str]) -> bool:
    """Restart a target that no longer answers, by its own command; True when that was needed. Raises ``StartError``
    where it does not come back."""
    try:
        urllib3.request("GET", ready, retries=False, timeout=TRY_SECONDS)
    except urllib3.exceptions.HTTPError:
        with TemporaryDirectory(prefix="understudy-") as folder:
            _stop(restart, env, Path(folder) / "restart.log")
        _reach(ready, None, REACH_SECONDS)
        return True
    return False


def configure(
    suite: Suite, settings: Settings, control: ControlClient, endpoint: Endpoint, made: dict[str, str],
    env: dict[str, str], named: dict[str, str], profile: str, kind: str,
) -> Slot:  # fmt: skip
    """Load the suite's org for one endpoint; ``made`` are the ids and secrets of ``identifiers``."""
    file = suite.org_file()
    variables = {**made, "WEBHOOK_URL": endpoint.webhook, "UNDERSTUDY_REGION": settings.region}
    variables["ENDPOINT_ORIGIN"] = urlsplit(endpoint.webhook)._replace(path="", query="", fragment="").geturl()
    variables |= {f"UNDERSTUDY_{name.upper()}": value for name, value in named.items()}
    org = control.call("POST", "orgs", {"text": file.read_text("utf-8"), "path": str(file), "env": variables})
    side: dict[str, Any] = {"url": endpoint.user_side, "command": endpoint.command}
    control.org(org["id"]).put("user_side", **side)
    return Slot(
        org=org["id"], profile=profile, kind=kind, integration=made["UNDERSTUDY_INTEGRATION_ID"],
        user_side=bool(endpoint.user_side or endpoint.command), side=endpoint.user_side, settings=named, env=env,
        ids={name: value for name, value in made.items() if name not in SECRETS},
        max_wait=settings.max_wait,
    )  # fmt: skip


def _reach(url: str, child: Child | None, seconds: float) -> None:
    """Any HTTP answer will do: a webhook may well refuse a GET. ``child`` is the target where it was started here."""
    clock = RealClock()
    end, last = clock.mono() + seconds, "nothing was tried"
    pool = urllib3.PoolManager(retries=False, timeout=TRY_SECONDS)
    while clock.mono() < end:
        try:
            pool.request("GET", url)
        except urllib3.exceptions.HTTPError as error:
            last = str(error)
        else:
            return
        if child is not None and not child.is_running:
            raise StartError(f"the target ended before it answered at {url}; the end of its log:\n{child.tail()}")
        clock.pause(0.1)
    if child is not None:
        raise StartError(f"the target does not answer at {url} ({last}); the end of its log:\n{child.tail()}")
    raise StartError(f"the target does not answer at {url} ({last}): start it first, or set [target] start and ready")
