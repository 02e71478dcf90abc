"""Regions of Genesys Cloud and their hosts (facts: platform-api §3, hosts per region).

For a domain D there are ``login.D`` (OAuth), ``api.D``, ``apps.D`` (the browser's, and uploads), ``streaming.D``
(notification sockets), ``webmessaging.D`` (guests) and ``api-cdn.D`` (what their pages load). The domains stand in
``contracts/platform_api/regions.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import orjson

from understudy.errors import SettingsError, nearest
from understudy.material import material

LABELS: Final = ("api", "login", "apps", "streaming", "webmessaging", "api-cdn")
ALL: Final = "all"  # every region, where lines for all of them are wanted
NAMED_MAX: Final = 120  # characters of a wrong value that an error repeats


@cache
def regions() -> Mapping[str, str]:
    """Region name → domain."""
    found: dict[str, str] = orjson.loads((material("contracts") / "platform_api" / "regions.json").read_bytes())
    return found


@cache
def _domains() -> frozenset[str]:
    return frozenset(regions().values())


def region_domain(given: str) -> str:
    """The domain of a region, given by its name, its domain, one of its hosts, or an address from a browser; raises
    ``SettingsError`` that names the nearest for any other.

    >>> region_domain("eu-central-1")
    'mypurecloud.de'
    >>> region_domain("https://apps.mypurecloud.de/directory/#/analytics")
    'mypurecloud.de'
    """
    name = _host(given)
    if name in regions():
        return regions()[name]
    if name in _domains():
        return name
    if domain := region_of_host(name):
        return domain
    label, _, rest = name.partition(".")
    guessed = rest if label in LABELS else name
    raise SettingsError("region", given[:NAMED_MAX], nearest(guessed, [*regions(), *regions().values()]))


def _host(given: str) -> str:
    """``https://user@Apps.mypurecloud.de:443/x#y`` → ``apps.mypurecloud.de``."""
    rest = given.strip().casefold()
    rest = rest.partition("://")[2] or rest
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest.rpartition("@")[2].partition(":")[0].rstrip(".")


def region_of_host(host: str) -> str:
    """The domain that a Host header names: ``login.mypurecloud.de:443`` → ``mypurecloud.de``; else ""."""
    label, _, domain = host.partition(":")[0].casefold().rstrip(".").partition(".")
    return domain if label in LABELS and domain in _domains() else ""


def hosts_of(domain: str) -> tuple[str, ...]:
    """The host names of one region's domain."""
    return tuple(f"{label}.{domain}" for label in LABELS)


def chosen_domains(given: str) -> tuple[str, ...]:
    """The domain of a region as ``region_domain`` reads it, or those of every region for ``all``."""
    return tuple(regions().values()) if given.strip().casefold() == ALL else (region_domain(given),)
