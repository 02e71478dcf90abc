"""The process: PolyAI's name, settings and faults for the program that all references share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..vendor_side.program import Kind, Made, run
from .endpoint import Endpoint
from .faults import FAULTS
from .settings import NAMES, read_settings


def read(environment: Mapping[str, str], faults: frozenset[str]) -> Made:
    """What the environment makes; raises WrongSetting."""
    settings = read_settings(environment, faults)
    return Made(
        host=settings.host,
        port=settings.port,
        says=f"topology {settings.topology}",
        make=lambda stopping: Endpoint(settings, stopping),
    )


KIND: Final = Kind(
    name="polyai",
    description="A stand-in for PolyAI's Open Messaging endpoint.",
    faults=FAULTS,
    settings=NAMES,
    read=read,
    example="  GENESYS_BASE_URL=http://127.0.0.1:8080 GENESYS_INTEGRATION_ID=… GENESYS_CLIENT_ID=… \\\n"
    "  GENESYS_CLIENT_SECRET=… WEBHOOK_SECRET=… PORT=9000 python polyai.py --fault no_dedupe",
)


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    return run(KIND, arguments)
