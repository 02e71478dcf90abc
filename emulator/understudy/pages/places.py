"""Where people find the pages of an emulator: what ``understudy serve`` prints for whoever wants to try them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy.oauth.sign_in import people
from understudy.pages.clients import PATH
from understudy.platform.guests import DEPLOYMENTS
from understudy.routing.agents import queues_of
from understudy.world.org import Org


def places(orgs: Iterable[Org], origin: str) -> dict[str, Any]:
    """``messengers`` (org, name, url), the ``desktop``'s URL and the ``agents`` who can sign in there (org, name);
    empty where no org has a messenger. Agents are those who have joined a queue."""
    known = list(orgs)
    found = [
        {"org": org.name, "name": one.name or one.id, "url": f"{origin}/messenger/{one.id}"}
        for org in known
        for one in org.entities.of(DEPLOYMENTS).values()
    ]
    if not found:
        return {}
    agents = [{"org": org.name, "name": one.name} for org in known for one in people(org) if queues_of(org, one.id)]
    return {"messengers": found, "desktop": origin + PATH, "agents": agents}
