"""``understudy org``: an org of a running emulator as a file, as a snapshot, and back to what it was.

Commands import what they run when they run it, as all of this package do.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from understudy.cli.options import AsJson
from understudy.cli.outcome import tell
from understudy.errors import SettingsError, nearest
from understudy.whole_file import write_whole

if TYPE_CHECKING:
    from understudy.control.client import OrgClient

org_app = typer.Typer(no_args_is_help=True, help="Orgs of a running emulator: export, snapshot, restore, reset.")

Url = Annotated[str, typer.Option(help="Where the emulator is.")]
Token = Annotated[str, typer.Option(help="The control token that `serve` printed; on loopback there is none.")]
Named = Annotated[str, typer.Option("--org", help="The org's name or id; not needed where there is one.")]
HERE = "http://127.0.0.1:8080"
PATIENCE = 60.0  # seconds for a large org


@org_app.command(epilog="Example: understudy org export --out org.yaml")
def export(
    file: Annotated[
        Path | None, typer.Option("--out", help="Write it here, its secrets beside it (.env); else it is printed.")
    ] = None,
    org: Named = "",
    url: Url = HERE,
    token: Token = "",
) -> None:
    """Write an org file that makes the same configuration again: ids are kept, references are names, secrets are
    variables."""
    from understudy.orgfile.writing import write_variables

    found = _org(url, token, org).get("export")
    secrets: dict[str, str] = found["secrets"]
    if file is None:
        print(found["text"], end="")
        if secrets:
            tell(f"set before it is loaded: {', '.join(secrets)} (their values are written with --out)")
    else:
        variables = file.with_suffix(".env")
        if variables == file:
            raise SettingsError("--out", str(file), "the secrets go into the .env beside it: give another name")
        if secrets:
            write_whole(variables, write_variables(secrets).encode(), private=True)
            tell(f"{variables}: the values of {', '.join(secrets)}; keep it to yourself")
        write_whole(file, found["text"].encode())
        load = f"set -a; . {shlex.quote(str(variables.resolve()))}; set +a; " if secrets else ""
        tell(f"{file}: {load}understudy serve --org {shlex.quote(str(file))}")
    for text in found["lost"]:
        tell(f"not in the file: {text}; `understudy org snapshot` holds it")


@org_app.command(epilog="Example: understudy org snapshot before.json")
def snapshot(
    file: Annotated[Path, typer.Argument(help="The file to write; it holds secrets and is yours alone (0600).")],
    org: Named = "",
    url: Url = HERE,
    token: Token = "",
) -> None:
    """Write all that is configured in an org. Live conversations, sign-ins and channels are no part of it."""
    from understudy.snapshot.files import write_snapshot

    write_snapshot(file, _org(url, token, org).post("snapshot", PATIENCE)["snapshot"])
    tell(f"{file}: understudy org restore {file}")


@org_app.command(epilog="Example: understudy org restore before.json")
def restore(
    file: Annotated[Path, typer.Argument(help="A snapshot.")],
    url: Url = HERE,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Make an org what a snapshot says, or make it; what lives in it is ended first. All of it or nothing."""
    from understudy.control.client import ControlClient
    from understudy.snapshot.files import read_snapshot

    document = read_snapshot(file)
    path = f"orgs/{quote(str(document['body']['org']['id']), safe='')}/restore"
    _say(ControlClient(url, token).call("PUT", path, document, timeout=PATIENCE), "restored", as_json=as_json)


@org_app.command(epilog="Example: understudy org reset --seed 7")
def reset(
    seed: Annotated[int | None, typer.Option(help="Ids and content come from it; else from the seed it has.")] = None,
    org: Named = "",
    url: Url = HERE,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Make an org what its org file says; what lives in it is ended first. The same seed gives the same ids again."""
    _say(_org(url, token, org).post("reset", PATIENCE, seed=seed), "reset", as_json=as_json)


def _org(url: str, token: str, wanted: str) -> OrgClient:
    from understudy.control.client import ControlClient

    control = ControlClient(url, token)
    known: list[dict[str, Any]] = control.call("GET", "orgs")["orgs"]
    chosen = [one for one in known if wanted.casefold() in ("", one["id"].casefold(), one["name"].casefold())]
    if len(chosen) == 1:
        return control.org(chosen[0]["id"])
    names = [str(one["name"]) for one in known]
    if not known:
        raise SettingsError("--org", wanted, "the emulator has no org")
    if not wanted:
        raise SettingsError("--org", wanted, f"there are several: give {' or '.join(sorted(names))}")
    raise SettingsError("--org", wanted, "several have this name: give the id" if chosen else nearest(wanted, names))


def _say(view: dict[str, Any], what: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(view))
    else:
        tell(f"{what}: {view['name']} ({view['id']})")
