"""A messenger's client as a process, started by file path: ``python …/references/messenger.py --help``.

This file only finds its own folder and starts ``messenger_endpoint``, the package beside it, which uses
``vendor_side``. They are a leaf: they import nothing of understudy, so that the emulator's guest socket is proven
against a client of another make (websockets and urllib3, where the emulator has aiohttp). What it says and expects
follows the facts about the protocol (messaging §2), not the emulator.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

if __name__ == "__main__":
    # The folder as a package of its own: its packages find each other, and nothing above them is on the path.
    references = ModuleType("references")
    references.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules["references"] = references
    sys.exit(import_module("references.messenger_endpoint.program").main(sys.argv[1:]))
