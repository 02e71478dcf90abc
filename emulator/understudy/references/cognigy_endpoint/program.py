"""The process: Cognigy's name, settings and faults for the program that all references share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..vendor_side.program import Kind, Made, run
from .door import DOOR_HELP
from .endpoint import Endpoint
from .faults import FAULTS
from .settings import NAMES, read_settings


def read(environment: Mapping[str, str], faults: frozenset[str]) -> Made:
    """What the environment makes; raises WrongSetting."""
    settings = read_settings(environment, faults)
    return Made(
        host=settings.host,
        port=settings.port,
        says=f"topology {settings.topology}, bot list {settings.bot_list}",
        make=lambda stopping: Endpoint(settings, stopping),
    )


KIND: Final = Kind(
    name="cognigy",
    description="A stand-in for Cognigy's Genesys endpoint: a bot behind Bot Connector (v1, v2), with AI Copilot.",
    faults=FAULTS,
    settings=NAMES,
    read=read,
    more=DOOR_HELP,
    example="  GENESYS_BASE_URL=http://127.0.0.1:8080 GENESYS_CLIENT_ID=… GENESYS_CLIENT_SECRET=… \\\n"
    "  VERIFY_TOKEN=… BOT_ID=… OAUTH2_URL=mypurecloud.de PORT=9000 python cognigy.py --fault accepts_any_token",
)


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    return run(KIND, arguments)
