"""Which region a login request asked, and which one is the org's (facts: platform-api §3).

Any host of a region names it (``understudy.regions``). An org's region, and the one that requests without a telling
host count as having asked (as configured, the same), stand in the hidden part of its organization entity (``region``,
``asked_region``): a rehearsal that varies either of them makes every login one in the wrong region.
"""

from __future__ import annotations

from understudy.regions import region_of_host
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS


def home_region(org: Org) -> str:
    """The domain of the org's region; "" where none is set, which then matches every request."""
    return _hidden(org, "region")


def asked_region(org: Org, host: str) -> str:
    """The domain that a request to this org asked: its Host's, else the org's setting, else ""."""
    return region_of_host(host) or _hidden(org, "asked_region")


def is_elsewhere(org: Org, host: str, client: str) -> bool:
    """Whether the login that was asked is another region's: it has never heard of the client, and says no more
    (facts: platform-api §8). The org's record is told."""
    asked, home = asked_region(org, host), home_region(org)
    if not asked or not home or asked == home:
        return False
    org.note("oauth.wrong_region", client=client, asked=asked, actual=home)
    return True


def _hidden(org: Org, key: str) -> str:
    organization = org.entities.get(ORGANIZATIONS, org.id)
    return str(organization.hidden.get(key) or "") if organization is not None else ""
