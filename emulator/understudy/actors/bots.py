"""The bot behind the slot's bot connector: turns to it, what it declares, its list put anew, its sessions' clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from understudy.actors.customer import Customer
from understudy.actors.doors import door
from understudy.actors.rehearsal import Rehearsal
from understudy.actors.side import knock
from understudy.actors.slot import NotApplicable
from understudy.errors import UnderstudyError

BOTS: Final = "integrations.botconnector.bots"
KEPT: Final = ("id", "name", "description", "versions")  # of a bot, in the list that is put


def ask(rehearsal: Rehearsal, customer: Customer, **spec: Any) -> dict[str, Any]:
    """One hand-made turn of a customer to the slot's bot; returns what ``Rehearsal.bot_turn`` does."""
    return rehearsal.bot_turn(integration=rehearsal.slot.integration, customer=customer.id, **spec)


def bots(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """The bots that the platform knows, as a list that is put names them."""
    type_ = quote(f"{BOTS}/{rehearsal.slot.integration}", safe="")
    return [_named(one["body"]) for one in rehearsal.client.get(f"entities/{type_}")["entities"]]


def declared_intents(rehearsal: Rehearsal) -> list[str]:
    """Every intent that the first version of the first bot declares: the one that turns go to."""
    known = bots(rehearsal)
    if not known:
        raise UnderstudyError(f"integration {rehearsal.slot.integration} has no bots")
    return [str(intent["name"]) for intent in known[0]["versions"][0]["intents"]]


def put_bots(rehearsal: Rehearsal, client: str) -> int:
    """Register the vendor's own list (setting ``bots_door``), or the org's again where there is no such door, as the
    OAuth client of that name; returns the status."""
    has_door = rehearsal.slot.settings.get("bots_door") and rehearsal.slot.side
    listed = knock("bots_door", "GET", door(rehearsal, "bots_door"))["chatBots"] if has_door else bots(rehearsal)
    body = {"chatBots": [_named(bot) for bot in listed]}
    path = f"/api/v2/integrations/botconnector/{rehearsal.slot.integration}/bots"
    return rehearsal.administrator(client).calls("PUT", path, body).status


def age_sessions(rehearsal: Rehearsal, seconds: float, rule: str) -> None:
    """Let the bot's sessions grow older: by its own clock (setting ``clock_door``), or by waiting as ``--max-wait``
    allows."""
    if rehearsal.slot.settings.get("clock_door") and rehearsal.slot.side:
        rehearsal.note("vendor.clock", seconds=seconds)
        knock("clock_door", "POST", door(rehearsal, "clock_door"), {"minutes": seconds / 60})
    elif seconds > rehearsal.slot.max_wait:
        raise NotApplicable(f"{rule}: needs {seconds:g} s of real time, --max-wait is {rehearsal.slot.max_wait:g}")
    else:
        rehearsal.pause(seconds)


def _named(bot: Mapping[str, Any]) -> dict[str, Any]:
    return {key: bot[key] for key in KEPT if key in bot}
