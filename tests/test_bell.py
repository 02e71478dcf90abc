from __future__ import annotations

import asyncio

from understudy.bell import Bell


def test_one_ring_wakes_all_who_wait() -> None:
    async def scene() -> list[bool]:
        bell = Bell()
        waiting = [asyncio.create_task(bell.heard(1.0)) for _ in range(3)]
        await asyncio.sleep(0)
        bell.ring()
        return await asyncio.gather(*waiting)

    assert asyncio.run(scene()) == [True, True, True]


def test_a_ring_nobody_waited_for_is_not_kept_and_a_wait_ends() -> None:
    async def scene() -> bool:
        bell = Bell()
        bell.ring()
        return await bell.heard(0.001)

    assert asyncio.run(scene()) is False


def test_a_cancelled_waiter_is_forgotten() -> None:
    async def scene() -> None:
        bell = Bell()
        task = asyncio.create_task(bell.heard())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        bell.ring()
        assert task.cancelled()

    asyncio.run(scene())
