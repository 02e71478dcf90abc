"""Snapshot, restore and reset of one org, while it is served.

What lives ends first (conversations, sign-ins, channels), and peers hear of it as ever; then the org becomes what the
snapshot or its org file says, in one step. Live conversations are no part of a snapshot.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.advance import quiet
from understudy.clock import Clock, OrgClock, iso
from understudy.errors import SettingsError, UnderstudyError
from understudy.ids import Ids
from understudy.limits import Limits
from understudy.orgfile.plan import OrgPlan
from understudy.snapshot.content import (
    Content,
    check_free,
    end_all,
    from_plan,
    from_snapshot,
    has_organization,
    install,
    take,
)
from understudy.snapshot.document import seal, unseal
from understudy.tables import TABLES
from understudy.world.org import Org
from understudy.world.world import World

WAIT: Final = 2.0  # seconds of real time that peers have to hear the end of what lives


def snapshot(org: Org, world: World) -> dict[str, Any]:
    """A sealed document of all that is configured; raises ``UnderstudyError`` where something can't be held."""
    return seal(take(org, world), iso(org.now()))


def content_of(document: Any, org_id: str, seed: int, salt: str) -> Content:
    """The content of a sealed document; raises ``SettingsError`` unless it is whole and of the org with this id."""
    body = unseal(document)
    try:
        content = from_snapshot(body, seed, salt)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError("snapshot", "malformed", f"{type(error).__name__}: {error}: take it again") from error
    if not has_organization(content, org_id):
        raise SettingsError("snapshot", body["org"], f"it is of another org than {org_id}: restore it under its own id")
    return content


async def restore(org: Org, world: World, document: Any, clock: Clock) -> None:
    """Make an org what a snapshot says; raises ``SettingsError`` with nothing changed."""
    content = content_of(document, org.id, org.ids.seed, org.ids.salt)
    await _renew(org, world, content, clock, "restored")


def restored(document: Any, org_id: str, world: World, clock: OrgClock, seed: int, salt: str, limits: Limits) -> Org:
    """A new org from a snapshot, with the ids by which requests find it in ``world``; raises ``SettingsError``."""
    content = content_of(document, org_id, seed, salt)
    check_free(content, org_id, world)
    org = Org(org_id, content.name, clock=clock, ids=Ids(seed, org_id, salt), limits=limits, commands=TABLES.handlers)
    install(org, world, content)
    return org


async def reset(org: Org, world: World, plan: OrgPlan, seed: int, clock: Clock) -> None:
    """Make an org what its org file says, with the ids of ``seed``; raises ``SettingsError`` with nothing changed."""
    await _renew(org, world, from_plan(plan, org, TABLES.handlers, seed), clock, "reset")


async def _renew(org: Org, world: World, content: Content, clock: Clock, name: str) -> None:
    check_free(content, org.id, world)
    end_all(org, f"the org is {name}")
    try:
        await quiet(org, clock.mono() + WAIT, clock)
    except UnderstudyError as error:  # a peer that does not listen can't hold up a reset
        org.note(f"warning.{name}", text=str(error))
    if world.orgs.get(org.id) is not org:
        raise UnderstudyError(f"org {org.id} was removed meanwhile")
    check_free(content, org.id, world)
    end_all(org, f"the org is {name}")  # what began meanwhile
    install(org, world, content)
    org.note(f"org.{name}", seed=content.ids.seed)
    org.changed(f"org.{name}")
    for listener in list(org.listeners):
        listener(org)
