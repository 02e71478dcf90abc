"""``understudy contracts``: the contracts' own tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.outcome import err, out
from understudy.errors import SettingsError

contracts_app = typer.Typer(no_args_is_help=True, help="The contracts' own tools.")


@contracts_app.command("build", epilog="Example: understudy contracts build")
def contracts_build() -> None:
    """Generate contracts/platform_api from the catalogue it was made from."""
    from understudy.material import material
    from understudy.platform.build import build_contracts

    folder = material("contracts/platform_api")
    out.print(build_contracts(folder / "source" / "catalogue.json.gz", folder))


@contracts_app.command("openapi", epilog="Example: understudy contracts openapi --tier 1 --out openapi.json")
def contracts_openapi(
    tier: Annotated[int | None, typer.Option(help="1: what behaves; 2: the rest; both if not given.")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="The file to write; standard output if not given.")] = None,
) -> None:
    """Export the served Platform API as an OpenAPI 3.1 document."""
    from understudy.platform.catalogue import load_catalogue
    from understudy.platform.openapi import openapi
    from understudy.platform.statuses import load_statuses

    if tier not in (None, 1, 2):
        raise SettingsError("--tier", tier, "give 1 or 2, or leave it out for both")
    catalogue = load_catalogue()
    chosen = [operation for operation in catalogue.operations if tier in (None, operation.tier)]
    text = json.dumps(openapi(catalogue, chosen, load_statuses(catalogue).of))
    if to is None:
        print(text)
        return
    to.write_text(text, "utf-8")
    err.print(f"{to}: {len(chosen)} operations", highlight=False)
