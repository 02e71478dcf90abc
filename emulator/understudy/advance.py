"""``advance``: an org's time goes on in seconds of real time, from due interval to due interval.

Waits until the org is quiet (no effect queued, no exchange open either way), goes to the next interval, fires it,
waits for quiet again, until the seconds are spent. Peers' waits and media run on real time and are not touched.
"""

from __future__ import annotations

import asyncio
from typing import Any

from understudy.clock import Clock
from understudy.errors import UnderstudyError
from understudy.world.org import Org

LOOK = 0.002  # seconds between looks at a busy org
SETTLE = (
    3  # looks in a row that must find the org quiet: a driver takes an effect one turn before it opens its exchange
)


async def advance(org: Org, seconds: float, limit: float, clock: Clock) -> dict[str, Any]:
    """Advance ``org`` by ``seconds``; gives up after ``limit`` real seconds and names what held it.

    Returns ``{"jumped": seconds, "fired": count}``; refused while media is live.
    """
    if org.live.get("media"):
        raise UnderstudyError(
            f"advance: media is live in {len(org.live['media'])} sessions of org {org.id}; end them first"
        )
    deadline = clock.mono() + limit
    target = org.now() + seconds
    fired, jumped = 0, 0.0
    while True:
        await quiet(org, deadline, clock)
        due = org.schedule.next_due()
        step = min(due.at, target) if due else target
        leap = max(0.0, step - org.now())
        org.clock.jump(leap)
        jumped += leap
        fired += org.tick(horizon=target)
        if step >= target or org.now() >= target:
            break
    await quiet(org, deadline, clock)
    org.note("clock.jumped", seconds=jumped, fired=fired)
    return {"jumped": jumped, "fired": fired}


async def quiet(org: Org, deadline: float, clock: Clock) -> None:
    """Wait until nothing is queued or under way; raises ``UnderstudyError`` at the deadline (monotonic seconds)."""
    seen = 0
    while seen < SETTLE:
        seen = seen + 1 if org.is_quiet() else 0
        if clock.mono() > deadline:
            queued = {name: len(waiting) for name, waiting in org.effects.items() if waiting}
            raise UnderstudyError(
                f"advance: org {org.id} is not quiet: {org.open_exchanges} open exchanges, queued {queued}"
            )
        await asyncio.sleep(LOOK)
