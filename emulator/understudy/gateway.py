"""Path prefixes of a gateway in front of the platform, and the base URL that a client sees.

A company's gateway may publish the platform's hosts as folders of one host: ``/login/oauth/token``,
``/api/api/v2/users/me`` (facts: platform-api §6, ``set_gateway`` of the SDKs). A prefix is configured for one host's
paths and accepted for nothing else: without it such a path is the 404 that it is in the real cloud, where a base URL
with one ``/api`` too many must not pass. The record keeps the target as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from understudy.errors import SettingsError, nearest
from understudy.regions import region_of_host

# host's label → the paths that it serves
PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "login": ("/oauth/", "/logout"),
    "api": ("/api/v2/", "/understudy/uploads/", "/media/"),
    "apps": ("/understudy/uploads/", "/media/", "/genesys-bootstrap/", "/messenger/", "/desktop", "/webdeployments/"),
    "streaming": ("/channels/",),
    "webmessaging": ("/v1",),
    "api-cdn": ("/webdeployments/",),
}
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+){1,8}")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Gateway:
    """The configured prefixes; ``Gateway({"login": "/login", "api": "/api"})``."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Raises ``SettingsError`` for a host that has none, and for a prefix that is no plain path."""
        for name, prefix in prefixes.items():
            if name not in PATHS:
                raise SettingsError("--prefix", f"{name}={prefix}", nearest(name, list(PATHS)))
            if not _PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/")):
                raise SettingsError("--prefix", f"{name}={prefix}", f"give a path such as {name}=/{name}")
        self._prefixes = dict(prefixes)

    def prefix(self, target: str) -> str:
        """What of a request's target (origin form) is a gateway's; "" where there is nothing of the kind.

        >>> Gateway({"api": "/api"}).prefix("/api/api/v2/users/me")
        '/api'
        """
        for name, prefix in self._prefixes.items():
            if target.startswith(prefix) and target.startswith(PATHS[name], len(prefix)):
                return prefix
        return ""


def parse_prefixes(given: Iterable[str]) -> dict[str, str]:
    """``["login=/login", "api=/api/"]`` → ``{"login": "/login", "api": "/api"}``; raises ``SettingsError``."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, path = one.partition("=")
        if not (name and equals and path):
            raise SettingsError("--prefix", one, "give HOST=/path, such as login=/login or api=/api")
        if name in found:
            raise SettingsError("--prefix", one, f"{name} has the prefix {found[name]} already")
        found[name] = "/" + path.strip("/")
    Gateway(found)
    return found


def origin_form(target: str) -> str:
    """The target of a request to a proxy without scheme and host (RFC 9112 §3.2.2)."""
    return target if target.startswith("/") else "/" + target.partition("://")[2].partition("/")[2]


@lru_cache(maxsize=512)
def origin_of(host: str, secure: bool, fallback: str) -> str:
    """The base URL by which a client got here, from its Host header: URLs in answers lead back the same way, be it
    through another name, a mapped port or TLS. ``fallback`` where the header is none."""
    if not host or not _HOST.fullmatch(host):
        return fallback
    return f"{'https' if secure else 'http'}://{host}"


def socket_origin(origin: str, label: str = "streaming") -> str:
    """``https://api.mypurecloud.de`` → ``wss://streaming.mypurecloud.de``, as the platform's connectUri has it; where
    the host is none of Genesys, only the scheme differs. ``label``: that of another host with sockets."""
    scheme, _, rest = origin.partition("://")
    authority, slash, path = rest.partition("/")
    name, colon, port = authority.partition(":")
    if domain := region_of_host(name):
        authority = f"{label}.{domain}{colon}{port}"
    return f"{'wss' if scheme == 'https' else 'ws'}://{authority}{slash}{path}"
