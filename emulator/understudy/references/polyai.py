"""A stand-in for PolyAI's Open Messaging endpoint, started by file path: ``python …/references/polyai.py --help``.

This file only finds its own folder and starts ``polyai_endpoint``, the package beside it. Both are a leaf: they import
nothing of understudy, so that what is proven against them is proven against a process of another make (urllib3,
websockets and http.server, where the emulator has aiohttp). PolyAI's endpoint itself is not public; what this one does
follows the vendor's guide (PolyAI, "Genesys Cloud Open Messaging") and Genesys' protocol (facts: messaging §1).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    # Python puts a script's folder on the path itself, except with -I and -P.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    sys.exit(import_module("polyai_endpoint.program").main(sys.argv[1:]))
