"""What an endpoint says of itself on stderr; never a secret, never a user's text."""

from __future__ import annotations

import sys

_names: list[str] = ["reference"]  # the last one is who speaks: a process is one endpoint


def call_it(name: str) -> None:
    """From now on lines begin with ``name``."""
    _names[:] = [name]


def log(text: str) -> None:
    """One line. A reader that went away is no reason to stop."""
    line = text.replace("\n", " ").encode("utf-8", "backslashreplace").decode()
    try:
        sys.stderr.write(f"{_names[-1]}: {line}\n")  # one write, so that lines of several threads stay apart
        sys.stderr.flush()
    except (OSError, ValueError):
        return
