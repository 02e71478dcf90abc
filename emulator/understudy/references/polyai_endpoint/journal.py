"""What the endpoint says of itself on stderr; never a secret, never a user's text."""

from __future__ import annotations

import sys


def log(text: str) -> None:
    """One line. A reader that went away is no reason to stop."""
    line = text.replace("\n", " ").encode("utf-8", "backslashreplace").decode()
    try:
        sys.stderr.write(f"polyai: {line}\n")  # one write, so that lines of several threads stay apart
        sys.stderr.flush()
    except (OSError, ValueError):
        return
