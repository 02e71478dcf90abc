"""The command's TLS side: ``understudy ca``, and what ``serve`` needs for ``--tls`` and ``--hosts``.

Imports are made when they are needed, as in all of this package.
"""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.markup import escape

from understudy.cli.options import AsJson, CaDir
from understudy.cli.outcome import err
from understudy.clock import RealClock
from understudy.errors import SettingsError
from understudy.regions import chosen_domains

if TYPE_CHECKING:
    from ssl import SSLContext

    from understudy.tls.certificates import Authority

EVERYWHERE = ("0.0.0.0", "::")


def print_hosts(region: str, host: str, port: int) -> None:
    """Lines for a hosts file; ``region`` may be ``all``."""
    from understudy.tls.advice import hosts_lines

    print(hosts_lines(chosen_domains(region), host, port), end="")


def server_context(ca_dir: Path | None, cert: Path | None, key: Path | None, host: str, advertised: str) -> SSLContext:
    """The TLS context of ``serve``: the user's certificate, or one that also names the address it listens on, the host
    that clients see, and this machine where it listens on all its addresses."""
    from understudy.tls.context import given_context, own_context

    if cert and key:
        return given_context(cert, key)
    if cert or key:
        raise SettingsError("--cert" if cert else "--key", str(cert or key), "give both, --cert and --key")
    names = (platform.node() if host in EVERYWHERE else host, urlsplit(advertised).hostname or "")
    return own_context(_authority(ca_dir)[1], names, RealClock().utc())


def _authority(ca_dir: Path | None) -> tuple[Path, Authority]:
    """The folder of the certificate authority, and the authority; made if there is none."""
    from understudy.tls.vault import default_folder, open_authority

    folder = ca_dir or default_folder(os.environ, Path.home())
    return folder, open_authority(folder, RealClock().utc())


def ca(
    file: Annotated[Path | None, typer.Option("--out", help="Write it to this file.")] = None,
    ca_dir: CaDir = None,
    as_json: AsJson = False,
) -> None:
    """Print the certificate that clients of `serve --tls` must trust (PEM); made if there is none yet."""
    from understudy.tls.advice import trust_hints
    from understudy.tls.vault import PUBLIC

    folder, authority = _authority(ca_dir)
    place = (file or folder / PUBLIC).absolute()
    if file is not None:
        file.write_bytes(authority.pem)
    hints = trust_hints(place)
    if as_json:
        found = {"path": str(place), "fingerprint": authority.fingerprint, "expires": authority.expires}
        print(json.dumps(found | {"trust": hints}))
        return
    if file is None:
        print(authority.pem.decode(), end="")
    err.print(f"{place}: SHA-256 {authority.fingerprint}, until {authority.expires}", highlight=False, soft_wrap=True)
    for kind, hint in hints.items():
        err.print(f"[bold]{kind:>20}[/]  {escape(hint)}", highlight=False, soft_wrap=True)
