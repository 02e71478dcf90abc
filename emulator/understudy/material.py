"""Where the material folders are (``contracts``, ``suites``, ``reports``), installed or in a checkout.

A wheel carries them inside the package; an editable install finds them beside ``emulator/``.
"""

from __future__ import annotations

from pathlib import Path

from understudy.errors import StartError

_PACKAGE = Path(__file__).resolve().parent


def material(name: str) -> Path:
    """The path of a material folder, or of a file below one (``material("contracts/limits")``)."""
    for root in (_PACKAGE, _PACKAGE.parent.parent):
        path = root / name
        if path.exists() and (root != _PACKAGE or not (path / "__init__.py").exists()):
            return path
    raise StartError(f"material {name!r} is not beside the package at {_PACKAGE}: reinstall understudy")
