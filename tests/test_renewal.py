from __future__ import annotations

import asyncio
from typing import Any

import pytest

from understudy.emulator import Emulator, EmulatorConfig
from understudy.errors import SettingsError
from understudy.oauth.tokens import IssueToken
from understudy.renewal import reset, restore, snapshot
from understudy.snapshot.document import seal
from understudy.world.configuration import store
from understudy.world.org import Org

CONFIG = EmulatorConfig(admin=("admin", "secret"), salt="salt")


def play(scene: Any) -> None:
    async def act() -> None:
        emulator = Emulator(CONFIG)
        try:
            await emulator.start()
            await scene(emulator, next(iter(emulator.world.orgs.values())))
        finally:
            await emulator.stop()

    asyncio.run(act())


def test_a_restored_org_is_what_it_was_and_its_sign_ins_are_over() -> None:
    async def scene(emulator: Emulator, org: Org) -> None:
        token = org.perform(IssueToken("admin", 600))
        document = snapshot(org, emulator.world)
        store(org, "routing.queues", "q", {"id": "q", "name": "New"})
        cursor = org.changes.end
        await restore(org, emulator.world, document, emulator.clock)
        assert org.entities.get("routing.queues", "q") is None
        assert emulator.world.clients["admin"] is org
        assert token.revoked
        assert org.tokens == {}
        told = [change.kind for change in org.changes.read(cursor)]
        assert told == ["token.revoked", "org.restored"]

    play(scene)


def test_a_snapshot_of_another_org_or_a_malformed_one_changes_nothing() -> None:
    async def scene(emulator: Emulator, org: Org) -> None:
        document = snapshot(org, emulator.world)
        body = document["body"]
        store(org, "routing.queues", "q", {"id": "q", "name": "New"})
        token = org.perform(IssueToken("admin", 600))
        other = seal({**body, "org": {"id": "x", "name": "X"}, "entities": []}, "now")
        for wrong in (None, other, seal({**body, "entities": 3}, "now"), {**document, "version": 9}):
            with pytest.raises(SettingsError, match="snapshot"):
                await restore(org, emulator.world, wrong, emulator.clock)
        assert org.entities.get("routing.queues", "q") is not None
        assert not token.revoked

    play(scene)


def test_a_reset_org_has_the_ids_of_its_seed() -> None:
    async def scene(emulator: Emulator, org: Org) -> None:
        def roles() -> set[str]:
            return set(org.entities.of("authorization.roles"))

        plan, first = emulator.orgs.plans[org.id], roles()
        await reset(org, emulator.world, plan, 99, emulator.clock)
        assert roles().isdisjoint(first)
        await reset(org, emulator.world, plan, CONFIG.seed, emulator.clock)
        assert roles() == first

    play(scene)
