"""The routes of an org that may wait: for a change, an entry, a slot, or for what the emulator does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from understudy.checker.judge import judge
from understudy.control.behaviour import change_matches, change_view, entry_matches, org_view
from understudy.control.host import ControlHost
from understudy.control.leases import Leases
from understudy.control.questions import LONGEST_POLL, after, body_of, match_of, org_of, patience
from understudy.errors import SettingsError
from understudy.world.org import Org

POLL = 0.02  # seconds between looks at the record while a test waits for an entry
SEED_MAX = 2**63

Route = Callable[["Waiting", web.BaseRequest, Org, list[str]], Awaitable[Any]]


class Waiting:
    """Answers the routes of ``WAITING``; holds the leases of every org's slot."""

    def __init__(self, host: ControlHost) -> None:
        self.host = host
        self.leases: dict[str, Leases] = {}

    async def wait_change(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/changes?kind&match&after&timeout``: long poll for the first change that matches."""
        cursor, timeout = after(request), patience(request)
        kind, match = request.query.get("kind", ""), match_of(request)
        end = self.host.clock.mono() + timeout
        while True:
            for change in org.changes.read(cursor):
                cursor = change.number + 1
                if change_matches(change, kind, match):
                    return {"change": change_view(change), "cursor": cursor}
            left = end - self.host.clock.mono()
            if left <= 0:
                return {"change": None, "cursor": cursor}
            await self.host.changed(org, left)
            org_of(self.host.world, org.id)

    async def wait_entry(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``GET orgs/{org}/entries?match&after&timeout``: long poll for the first entry of the record that matches."""
        ring = self.host.recorder.ring
        cursor, match = after(request), match_of(request)
        end = self.host.clock.mono() + patience(request)
        while True:
            for entry in ring.read(max(cursor, ring.start)):
                cursor = entry.number + 1
                if entry.org == org.id and entry_matches(entry, match):
                    return {"entry": entry.to_json(), "cursor": cursor}
            if self.host.clock.mono() >= end:
                return {"entry": None, "cursor": cursor}
            await asyncio.sleep(POLL)

    async def advance(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/advance`` {seconds, limit}."""
        body = await body_of(request)
        return await self.host.advance(org, float(body["seconds"]), float(body.get("limit", 10.0)))

    async def snapshot(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/snapshot``: a document that ``PUT orgs/{org}/restore`` takes, here or elsewhere."""
        return {"snapshot": self.host.snapshot(org)}

    async def reset(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/reset`` {seed}: back to the org file; without a seed with the one it has."""
        seed = (await body_of(request)).get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < SEED_MAX):
            raise SettingsError("seed", seed, f"give a whole number from 0 to {SEED_MAX - 1}")
        await self.host.reset_org(org, seed)
        return {**org_view(org), "seed": org.ids.seed}

    async def probe(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/probe``: one hand-made webhook delivery (open_messaging.driver)."""
        return await self.host.probe(org, await body_of(request))

    async def bot_turn(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/bot_turns``: one hand-made turn to a bot's endpoint (bot_connector.probe)."""
        return await self.host.bot_turn(org, await body_of(request))

    async def guest_frames(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/guest_frames``: what a guest's client hears of a test (web_messaging.prepared)."""
        return await self.host.guest_frames(org, await body_of(request))

    async def user(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/users/{customer}/{say|typing|end|seen}``: the vendor's user side."""
        body, customer, verb = await body_of(request), rest[1], rest[2]
        return await self.host.user_side.act(org, verb, customer, body)

    async def lease(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/lease`` {test, exclusive, timeout}: waits for the slot."""
        body = await body_of(request)
        leases, test = self.leases.setdefault(org.id, Leases()), str(body["test"])
        end = self.host.clock.mono() + min(float(body.get("timeout", LONGEST_POLL)), LONGEST_POLL)
        try:
            while not leases.take(test, exclusive=bool(body.get("exclusive"))):
                if self.host.clock.mono() >= end:
                    return {"leased": False, "held_by": sorted(leases.shared) or [leases.exclusive]}
                await asyncio.sleep(POLL)
            return {"leased": True}
        finally:  # also when the client hangs up: a waiting exclusive test keeps all others out
            leases.give_up_waiting(test)

    async def release(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``DELETE orgs/{org}/lease?test=``."""
        self.leases.setdefault(org.id, Leases()).release(request.query["test"])
        return {}

    async def judge(self, request: web.BaseRequest, org: Org, rest: list[str]) -> Any:
        """``POST orgs/{org}/judge`` {test, checks}: verdicts over what the record holds now."""
        body = await body_of(request)
        self.host.recorder.drain(org)
        ring = self.host.recorder.ring
        entries = [e for e in ring.read(ring.start) if e.org in (org.id, "")]
        verdicts = judge(entries, checks=tuple(body["checks"]), test=body.get("test"))
        return {"verdicts": [verdict.to_json() for verdict in verdicts]}


WAITING: Mapping[tuple[str, str], Route] = {
    ("GET", "changes"): Waiting.wait_change,
    ("GET", "entries"): Waiting.wait_entry,
    ("POST", "advance"): Waiting.advance,
    ("POST", "snapshot"): Waiting.snapshot,
    ("POST", "reset"): Waiting.reset,
    ("POST", "probe"): Waiting.probe,
    ("POST", "bot_turns"): Waiting.bot_turn,
    ("POST", "guest_frames"): Waiting.guest_frames,
    ("POST", "users"): Waiting.user,
    ("POST", "lease"): Waiting.lease,
    ("DELETE", "lease"): Waiting.release,
    ("POST", "judge"): Waiting.judge,
}
