"""The process: arguments, start, stop.

An endpoint is told apart by its ``Kind``: name, faults, settings and how it is made from them.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket as sockets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn, Protocol

from .faults import Fault, listing_of, nearest
from .journal import call_it, log
from .server import Reply, Request, Server
from .settings import Names, WrongSetting

WRONG_USE, NOT_STARTED = 2, 3  # exit codes, as understudy's own


class Endpoint(Protocol):
    """Everything but the sockets."""

    def answer(self, request: Request) -> Reply:
        """Answer a request."""

    def stop(self) -> None:
        """Close what is open; ``stopping`` is set by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the settings make: where to listen, a line for the log, and the endpoint (given what ends its waits)."""

    host: str
    port: int
    says: str
    make: Callable[[threading.Event], Endpoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An endpoint's program. ``read`` raises WrongSetting; ``more`` is what the help says after the settings."""

    name: str
    description: str
    faults: Mapping[str, Fault]
    settings: Names
    read: Callable[[Mapping[str, str], frozenset[str]], Made]
    example: str
    more: str = ""


def run(kind: Kind, arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT. Prints {"listening": url} when it serves; returns the exit code."""
    options = parser(kind).parse_args(arguments)
    if options.list_faults:
        print(json.dumps(listing_of(kind.faults), indent=1))
        return 0
    for name in options.fault:
        if name not in kind.faults:
            refuse(kind, f"there is no fault {name!r}: {nearest(name, kind.faults)}")
    try:
        made = kind.read(os.environ, frozenset(options.fault))
    except WrongSetting as error:
        refuse(kind, str(error))
    return serve(kind, made, options.fault)


def serve(kind: Kind, made: Made, faults: list[str]) -> int:
    """Serve until told to stop."""
    call_it(kind.name)
    stopping = threading.Event()
    with signals() as ear:
        endpoint = made.make(stopping)
        try:
            server = Server(made.host, made.port, endpoint.answer, f"{kind.name}-reference")
        except (OSError, OverflowError) as error:
            print(f"{kind.name}: can't listen on {made.host}:{made.port}: {error}", file=sys.stderr)
            return NOT_STARTED
        threading.Thread(target=server.serve_forever, args=(0.05,), name="server", daemon=True).start()
        print(json.dumps({"listening": server.url}), flush=True)
        log(f"{made.says}, faults: {', '.join(sorted(set(faults))) or 'none'}")
        if not stopping.is_set():
            ear.recv(1)
            stopping.set()
        server.shutdown()
        server.server_close()
        endpoint.stop()
    log("stopped")
    return 0


@contextmanager
def signals() -> Iterator[sockets.socket]:
    """A socket from which a byte is to be read for each SIGTERM or SIGINT. The handlers do nothing: one that set an
    event would wait for ever if it came while the main thread held the event's lock, and would not run at all if it
    came just before the main thread blocked."""
    ear, mouth = sockets.socketpair()
    mouth.setblocking(False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    try:
        yield ear
    finally:
        signal.set_wakeup_fd(-1)
        ear.close()
        mouth.close()


def parser(kind: Kind) -> argparse.ArgumentParser:
    """The arguments, and in the help the settings."""
    settings = "\n".join(
        f"  {name:24}{what}" + (f" [{default}]" if default is not None else "")
        for name, (default, what) in kind.settings.items()
    )
    result = argparse.ArgumentParser(
        prog=f"{kind.name}.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=kind.description,
        epilog=f"settings, from the environment [default]:\n{settings}\n\n{kind.more}example:\n{kind.example}",
    )
    result.add_argument("--fault", metavar="NAME", action="append", default=[], help="break it (may be repeated)")
    result.add_argument("--list-faults", action="store_true", help="print the faults with their kin as JSON")
    return result


def refuse(kind: Kind, text: str) -> NoReturn:
    """End for wrong use."""
    for line in text.splitlines():
        print(f"{kind.name}: {line}", file=sys.stderr)
    sys.exit(WRONG_USE)
