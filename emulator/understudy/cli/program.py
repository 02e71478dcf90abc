"""The program: its commands in the order of its help, and its entry point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import typer

from understudy.cli.contracts import contracts_app
from understudy.cli.org import org_app
from understudy.cli.outcome import EXIT_START, EXIT_USE, fail
from understudy.cli.runs import check, init, report, verify
from understudy.cli.server import serve
from understudy.cli.suites import faults, list_suites, reference
from understudy.cli.tls import ca
from understudy.errors import ContractError, RecordError, SettingsError, StartError, UnderstudyError

COMMANDS: Final[tuple[tuple[str, Callable[..., None], str], ...]] = (  # name, what it does, an example
    (
        "serve",
        serve,
        "understudy serve --port 8080 --admin-client admin:secret, or with TLS: "
        "understudy serve --port 8080 --tls-port 8443. Lines for a hosts file: understudy serve --hosts --region "
        "eu-central-1. Behind a gateway: understudy serve --prefix login=/login --prefix api=/api",
    ),
    ("ca", ca, "understudy ca --out understudy-ca.pem"),
    ("verify", verify, "understudy verify polyai --config understudy.toml --only 'V*'"),
    ("faults", faults, "understudy faults polyai --json"),
    ("reference", reference, "understudy reference polyai --fault no_dedupe"),
    ("suites", list_suites, "understudy suites --json"),
    ("init", init, "understudy init polyai --export-env vendor.env"),
    ("check", check, "understudy check runs/polyai-2026-11-21T101500/record"),
    ("report", report, "understudy report runs/polyai-2026-11-21T101500"),
)

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
for _name, _command, _example in COMMANDS:
    app.command(_name, epilog=f"Example: {_example}")(_command)
app.add_typer(contracts_app, name="contracts")
app.add_typer(org_app, name="org")


@app.callback(epilog="Example: understudy verify polyai")
def understudy() -> None:
    """The stand-in for Genesys Cloud that rehearses an integration before it goes live."""


def main() -> None:
    """The entry point: errors become one line and an exit code."""
    try:
        app(standalone_mode=True)
    except StartError as error:
        fail(error, EXIT_START)
    except (SettingsError, ContractError, RecordError, UnderstudyError) as error:
        fail(error, EXIT_USE)
    except OSError as error:  # a file or folder that the user named
        fail(f"{error.filename}: {error.strerror}" if error.filename else error, EXIT_USE)
