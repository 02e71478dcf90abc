"""``understudy init``: a commented settings file, and the form of what to enter on the vendor's side."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from understudy.errors import SettingsError
from understudy.regions import region_domain
from understudy.settings import Settings
from understudy.suite import Suite
from understudy.verify.slots import endpoint_env, identifiers

FIXED_PORT = 8080  # a real endpoint must know the address beforehand

TEMPLATE = """\
# Settings of `understudy verify {name}`. Arguments and UNDERSTUDY_… variables go before this file.
suite = "{name}"
seed = {seed}
port = {port}          # the endpoint must know where the emulated Genesys Cloud is
# advertised_url = "http://genesys.test:{port}"
# topology = "channel"   # {topologies}
# limits = "real"        # real, relaxed or a file
# max_wait = 20          # longest real wait for an interval of the platform, seconds

[target]
url = ""                 # the endpoint's webhook URL
secret = "{secret}"
# start = "node server.js"       # started before the run with the variables below, stopped after it
# ready = "http://127.0.0.1:9000/health"
# stop = ""
# restart = ""           # run before a test that finds the endpoint dead; must return
# logs = "vendor.log"            # its end becomes evidence

[target.env]
# more variables for `start`

[user_side]              # how the suite reads what your user sees: suites/USER_SIDE.md
url = ""
# command = "./user-side"

[settings]
{settings}

# [waivers.V4]
# reason = "agreed on 2026-12-01"
# until = 2026-12-31
"""


def form(suite: Suite, settings: Settings) -> dict[str, str]:
    """The variables that the endpoint needs, with the values that a run will use."""
    url = settings.advertised_url or f"http://{settings.host}:{settings.port or FIXED_PORT}"
    named = {one.name: one.default for one in suite.settings} | settings.settings
    made = identifiers(settings.seed, suite.topology(settings.topology), 0)
    env = endpoint_env(url, made, named, region_domain(settings.region))
    return {name: env[name] for name in suite.env}


def write_form(
    suite: Suite, settings: Settings, file: Path, export: Path | None, console: Console, *, force: bool
) -> None:
    """Write the settings file (never over one that is there, but with ``force``) and print the form."""
    for path in filter(None, (file, export)):
        if path.exists() and not force:
            raise SettingsError("file", str(path), "it is there already: give --force, or another name")
    values = form(suite, settings)
    file.write_text(_text(suite, settings, values), "utf-8")
    file.chmod(0o600)
    if export:
        export.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()), "utf-8")
        export.chmod(0o600)
    table = Table(title=f"Enter on the vendor's side: {suite.guide}")
    for title in ("variable", "what it is", "value"):
        table.add_column(title, overflow="fold")  # a secret that is cut is no secret to enter
    for name, value in values.items():
        table.add_row(name, suite.env[name], escape(value))
    console.print(table)
    written = " and ".join(str(path) for path in (file, export) if path)
    console.print(f"[dim]wrote {written}; next: understudy verify {suite.name} --config {file}[/]", soft_wrap=True)


def _text(suite: Suite, settings: Settings, values: dict[str, str]) -> str:
    lines = [f'{one.name} = "{one.default}"   # {one.help}' for one in suite.settings]
    return TEMPLATE.format(
        name=suite.name, seed=settings.seed, port=settings.port or FIXED_PORT, topologies=" or ".join(suite.profiles),
        secret=values.get(suite.secret, ""), settings="\n".join(lines),
    )  # fmt: skip
