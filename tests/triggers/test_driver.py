from __future__ import annotations

import asyncio
from typing import Any

import orjson

from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation
from understudy.triggers.behaviour import URL
from understudy.triggers.driver import TriggersDriver
from understudy.world.org import Org


def test_an_agents_end_is_posted_and_recorded(loopback: Any, org: Org, conversation: Conversation) -> None:
    async def script() -> None:
        driver = TriggersDriver(loopback)
        async with loopback.peer(driver) as url:
            org.live[URL] = url + "/trigger"
            driver.attach(loopback.listen(org))
            org.perform(Disconnect("c1", conversation.participants[1].id))
            assert not org.is_quiet()
            await loopback.until(lambda: len(loopback.seen) == 2 and org.is_quiet())
            bodies = [orjson.loads(body) for _, _, _, body in loopback.seen]
            assert {body["topicName"].split("c1.")[1] for body in bodies} == {"user.end", "customer.end"}
            assert {path for _, path, _, _ in loopback.seen} == {"/trigger"}
            entries = loopback.named("POST /trigger")
            assert [(entry.interface, entry.conversation) for entry in entries] == [("triggers", "c1")] * 2

    asyncio.run(script())


def test_an_org_is_heard_from_its_first_change_though_the_driver_finds_it_later(
    loopback: Any, org: Org, conversation: Conversation
) -> None:
    async def script() -> None:
        async with loopback.peer(TriggersDriver(loopback)) as url:
            org.live[URL] = url
            org.perform(Disconnect("c1"))
            loopback.listen(org)
            await loopback.until(lambda: org.listeners[1:])
            org.perform(Disconnect("c1"))
            await loopback.until(lambda: len(loopback.seen) == 2 and org.is_quiet())

    asyncio.run(script())


def test_no_retry_after_a_refusal(loopback: Any, org: Org, conversation: Conversation) -> None:
    async def script() -> None:
        loopback.answers = [500, 500]
        driver = TriggersDriver(loopback)
        async with loopback.peer(driver) as url:
            org.live[URL] = url
            driver.attach(loopback.listen(org))
            org.perform(Disconnect("c1"))
            await loopback.until(lambda: len(loopback.seen) == 2 and org.is_quiet())
            assert [entry.status for entry in loopback.named("500")] == [500, 500]

    asyncio.run(script())
