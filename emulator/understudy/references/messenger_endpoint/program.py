"""The process: the messenger's name, settings and faults for the program that all references share."""

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
        says=f"deployment {settings.deployment}",
        make=lambda stopping: Endpoint(settings, stopping),
    )


KIND: Final = Kind(
    name="messenger",
    description="A client of Genesys' Web Messaging: people who chat as guests, and a door to make them do it.",
    faults=FAULTS,
    settings=NAMES,
    read=read,
    more=DOOR_HELP,
    example="  GENESYS_BASE_URL=http://127.0.0.1:8080 GENESYS_DEPLOYMENT_ID=… PORT=9000 \\\n"
    "  python messenger.py --fault no_backoff",
)


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    return run(KIND, arguments)
