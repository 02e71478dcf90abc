"""Child processes of a run: the emulator, reference endpoints, a vendor's own ``start`` command.

A child of ours says where it listens in one JSON line on stdout; its stderr goes to a file that is part of the
evidence. What a vendor's process prints goes there altogether. Only processes started here are ended here.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from understudy.clock import RealClock
from understudy.errors import StartError

START_SECONDS = 20.0  # a busy machine needs a few; nothing of ours needs more
STOP_SECONDS = 5.0


class Child:
    """One process in a group of its own, so that a Ctrl-C at the terminal reaches only the parent.

    ``speaks``: its stdout is read here; otherwise it goes to the log, too, so that nobody has to empty a pipe.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path, speaks: bool = True
    ) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log: IO[bytes] = log.open("ab")
        try:
            self.process = subprocess.Popen(
                list(command), env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if speaks else self._log, stderr=self._log, start_new_session=True, bufsize=0,
            )  # fmt: skip
        except OSError as error:
            self._log.close()
            raise StartError(f"{name} could not be started: {shlex.join(command)}: {error.strerror}") from error

    def first_line(self) -> dict[str, Any]:
        """The JSON object that the child prints when it listens; raises ``StartError`` with the end of its log."""
        clock, out = RealClock(), self.process.stdout
        assert out is not None
        end = clock.mono() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while clock.mono() < end:
                if not selector.select(timeout=0.2):
                    continue
                line = out.readline()
                if not line:
                    break
                with contextlib.suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict):
                        return found
        raise StartError(f"{self.name} {self._fate()}; the end of its log:\n{self.tail()}")

    def _fate(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):  # stdout is closed a moment before the process is gone
            return f"ended with exit code {self.process.wait(1.0)} before it said where it listens"
        return f"did not come up within {START_SECONDS:g} s"

    def tail(self, size: int = 2000) -> str:
        """The end of what it wrote to stderr."""
        return end_of(self.log, size).strip() or "(it wrote nothing)"

    @property
    def is_running(self) -> bool:
        """It has not ended."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End it and what it started: SIGTERM, then SIGKILL for its group."""
        if self.is_running:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.end(STOP_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()

    def end(self, seconds: float) -> int:
        """Wait for it to end by itself, at most so long, then kill its group; returns the exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


def end_of(log: Path, size: int) -> str:
    """The last ``size`` bytes of a file as text; no more of it is read, however long it has become."""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - size))
        return file.read(size).decode("utf-8", "replace")


def python(*arguments: str) -> list[str]:
    """A command that runs this interpreter without writing bytecode beside the sources; a module (``-m``) is looked for
    among what is installed, never in the folder that the user happens to be in."""
    return [sys.executable, "-B", *(["-P"] if arguments[0] == "-m" else []), *arguments]
