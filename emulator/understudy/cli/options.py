"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
SuiteName = Annotated[str, typer.Argument(help="A suite; `understudy suites` lists them.", metavar="SUITE")]
Region = Annotated[
    str | None,
    typer.Option(help="A region's name, its domain, or an address (https://apps.mypurecloud.de/…); --hosts takes all."),
]
Seed = Annotated[int | None, typer.Option(help="Content, names and ids come from it.")]
CaDir = Annotated[Path | None, typer.Option(help="Folder of the certificate authority; ~/.understudy/ca if not given.")]
