"""A stand-in for Cognigy's Genesys endpoint, started by file path: ``python …/references/cognigy.py --help``.

This file only finds its own folder and starts ``cognigy_endpoint``, the package beside it, which uses ``vendor_side``.
They are a leaf: they import nothing of understudy, so that what is proven against them is proven against a process of
another make (urllib3, websockets and http.server, where the emulator has aiohttp). Cognigy's endpoint itself is not
public; what this one does follows the vendor's guide (Cognigy, "Genesys") and Genesys' protocol (facts: messaging §3).
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
    sys.exit(import_module("references.cognigy_endpoint.program").main(sys.argv[1:]))
