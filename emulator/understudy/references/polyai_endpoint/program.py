"""The process: arguments, start, stop."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from difflib import get_close_matches
from typing import NoReturn

from .endpoint import Endpoint
from .faults import FAULTS, listing
from .journal import log
from .server import Server
from .settings import NAMES, Settings, WrongSetting, read_settings

WRONG_USE, NOT_STARTED = 2, 3  # exit codes, as understudy's own


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT. Prints {"listening": url} when it serves; returns the exit code."""
    options = parser().parse_args(arguments)
    if options.list_faults:
        print(json.dumps(listing(), indent=1))
        return 0
    for name in options.fault:
        if name not in FAULTS:
            refuse(f"there is no fault {name!r}: {nearest(name)}")
    try:
        settings = read_settings(os.environ, frozenset(options.fault))
    except WrongSetting as error:
        refuse(str(error))
    return serve(settings)


def serve(settings: Settings) -> int:
    """Serve until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    endpoint = Endpoint(settings, stopping)
    try:
        server = Server(settings.host, settings.port, endpoint.answer)
    except (OSError, OverflowError) as error:
        print(f"polyai: can't listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        return NOT_STARTED
    threading.Thread(target=server.serve_forever, args=(0.05,), name="server", daemon=True).start()
    print(json.dumps({"listening": server.url}), flush=True)
    log(f"topology {settings.topology}, faults: {', '.join(sorted(settings.faults)) or 'none'}")
    stopping.wait()
    server.shutdown()
    server.server_close()
    endpoint.stop()
    log("stopped")
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments, and in the help the settings."""
    settings = "\n".join(
        f"  {name:24}{what}" + ("" if default is None else f" [{default}]") for name, (default, what) in NAMES.items()
    )
    result = argparse.ArgumentParser(
        prog="polyai.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="A stand-in for PolyAI's Open Messaging endpoint.",
        epilog=f"settings, from the environment [default]:\n{settings}\n\nexample:\n"
        "  GENESYS_BASE_URL=http://127.0.0.1:8080 GENESYS_INTEGRATION_ID=… GENESYS_CLIENT_ID=… \\\n"
        "  GENESYS_CLIENT_SECRET=… WEBHOOK_SECRET=… PORT=9000 python polyai.py --fault no_dedupe",
    )
    result.add_argument("--fault", metavar="NAME", action="append", default=[], help="break it (may be repeated)")
    result.add_argument("--list-faults", action="store_true", help="print the faults with their kin as JSON")
    return result


def nearest(name: str) -> str:
    """What may have been meant."""
    close = get_close_matches(name, FAULTS, n=1)
    return f"did you mean {close[0]!r}?" if close else "--list-faults shows them"


def refuse(text: str) -> NoReturn:
    """End for wrong use."""
    for line in text.splitlines():
        print(f"polyai: {line}", file=sys.stderr)
    sys.exit(WRONG_USE)
