"""``understudy serve``: the emulator on a port, until it is stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from understudy.cli.options import AsJson, CaDir, Region, Seed
from understudy.cli.outcome import out
from understudy.cli.tls import print_hosts, server_context
from understudy.errors import SettingsError
from understudy.gateway import parse_prefixes
from understudy.memory import collection_put_off
from understudy.settings import load_settings


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback need the control token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes any free one.", min=0, max=65535)] = 8080,
    advertised_url: Annotated[str, typer.Option(help="The base URL that clients see, behind a proxy.")] = "",
    prefix: Annotated[
        list[str] | None,
        typer.Option(
            help="A gateway's path before a host's: login=/login, api=/api; may be given again.", metavar="HOST=/PATH"
        ),
    ] = None,
    tls: Annotated[bool, typer.Option("--tls", help="Serve https on --port, for every host of every region.")] = False,
    tls_port: Annotated[
        int | None, typer.Option(help="Serve https on this port beside http on --port.", min=0, max=65535)
    ] = None,
    cert: Annotated[
        Path | None, typer.Option(help="Your certificate (chain) in PEM, instead of a generated one.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The key of --cert, in PEM.")] = None,
    ca_dir: CaDir = None,
    hosts: Annotated[
        bool, typer.Option("--hosts", help="Print lines for a hosts file and what port 443 needs; serve nothing.")
    ] = False,
    region: Region = None,
    org: Annotated[list[Path] | None, typer.Option(help="An org file; may be given again.")] = None,
    example: Annotated[
        bool,
        typer.Option("--example", help="With a messenger, a flow, a queue and an agent in the default org."),
    ] = False,
    limits: Annotated[str, typer.Option(help="real, relaxed or a limits file.")] = "real",
    generic: Annotated[
        bool,
        typer.Option("--generic/--no-generic", help="Answer operations without a behaviour from their models, or 501."),
    ] = True,
    scopes: Annotated[
        str, typer.Option(help="documented (enforced where their source is exact) or strict (wherever one is known).")
    ] = "documented",
    seed: Seed = None,
    salt: Annotated[str, typer.Option(help="Repeat a run's message ids.")] = "",
    admin_client: Annotated[str, typer.Option(help="ID:SECRET of the administrator's OAuth client.")] = "",
    run: Annotated[Path | None, typer.Option(help="Folder for the record; without it nothing is written.")] = None,
    durability: Annotated[str, typer.Option(help="group (committed within 200 ms) or strict.")] = "group",
    as_json: AsJson = False,
) -> None:
    """Serve an emulated Genesys Cloud until Ctrl-C."""
    with collection_put_off():
        from understudy.emulator import EmulatorConfig
        from understudy.serve import description, lines, print_json
        from understudy.serve import run as run_emulator

    if hosts:
        print_hosts(region or load_settings({}, os.environ).region, host, port if tls_port is None else tls_port)
        return
    settings = load_settings({"seed": seed, "durability": durability, "region": region}, os.environ)
    for file in org or []:
        if not file.is_file():
            raise SettingsError("--org", str(file), "no such file")
    is_secure = tls or tls_port is not None or cert is not None or key is not None
    config = EmulatorConfig(
        host=host, port=port, advertised_url=advertised_url, orgs=tuple(org or ()), environment=dict(os.environ),
        limits=limits, seed=settings.seed, salt=salt, run=run, durability=settings.durability,
        admin=_admin(admin_client), generic=generic, scopes=scopes, region=settings.region,
        prefixes=parse_prefixes(prefix or []), example=example,
        tls=server_context(ca_dir, cert, key, host, advertised_url) if is_secure else None, tls_port=tls_port,
    )  # fmt: skip

    def show(emulator: Any) -> None:
        for name, text in lines(description(emulator)):
            out.print(f"[bold]{name:>14}[/]  {escape(text)}", highlight=False, soft_wrap=True)
        if config.tls is not None and cert is None:
            out.print("[dim]clients must trust the certificate of `understudy ca`[/]")
        out.print("[dim]ready; Ctrl-C stops it[/]")

    run_emulator(config, print_json if as_json else show)


def _admin(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    id_, colon, secret = text.partition(":")
    if not (id_ and colon and secret):
        raise SettingsError("--admin-client", text, "give ID:SECRET")
    return id_, secret
