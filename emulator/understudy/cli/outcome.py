"""How a command ends and where it writes. Exit codes: 0 all required rows passed, 1 one did not, 2 wrong use, 3 could
not reach or start.

What was asked for goes to standard output, what is said about it to standard error.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

out, err = Console(), Console(stderr=True)

EXIT_RED, EXIT_USE, EXIT_START = 1, 2, 3


def fail(error: object, code: int) -> NoReturn:
    """End the program with one line on standard error."""
    err.print(f"[bold red]understudy:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    sys.exit(code)


def tell(text: str) -> None:
    """One line on standard error, as it is."""
    err.print(text, highlight=False, soft_wrap=True, markup=False)
