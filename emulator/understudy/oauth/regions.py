"""Regions of Genesys Cloud, and which one a login request asked (facts: platform-api §3).

A region's login is ``login.<domain>``. An org's region, and the one that requests without a telling host count as
having asked (as configured, the same), stand in the hidden part of its organization entity (``region``,
``asked_region``): a rehearsal that varies either of them makes every login one in the wrong region.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import orjson

from understudy.errors import SettingsError, nearest
from understudy.material import material
from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS


@cache
def regions() -> Mapping[str, str]:
    """Region name → domain: ``contracts/platform_api/regions.json``."""
    found: dict[str, str] = orjson.loads((material("contracts") / "platform_api" / "regions.json").read_bytes())
    return found


def region_domain(name: str) -> str:
    """The domain of a region given by its name or its domain; raises ``SettingsError`` for any other.

    >>> region_domain("eu-central-1")
    'mypurecloud.de'
    """
    folded = name.casefold()
    if folded in regions():
        return regions()[folded]
    if folded in regions().values():
        return folded
    raise SettingsError("region", name, nearest(name, [*regions(), *regions().values()]))


def region_of_host(host: str) -> str:
    """The domain that a Host header names: ``login.mypurecloud.de:443`` → ``mypurecloud.de``; else ""."""
    name = host.rpartition(":")[0] or host
    label, _, domain = name.casefold().rstrip(".").partition(".")
    return domain if label in ("login", "api") and domain in regions().values() else ""


def home_region(org: Org) -> str:
    """The domain of the org's region; "" where none is set, which then matches every request."""
    return _hidden(org, "region")


def asked_region(org: Org, host: str) -> str:
    """The domain that a request to this org asked: its Host's, else the org's setting, else ""."""
    return region_of_host(host) or _hidden(org, "asked_region")


def _hidden(org: Org, key: str) -> str:
    organization = org.entities.get(ORGANIZATIONS, org.id)
    return str(organization.hidden.get(key) or "") if organization is not None else ""
