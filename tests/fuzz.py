"""Schemathesis against the served OpenAPI document: ``python tests/fuzz.py [--seconds 90] [--tier 1] [--seed 1]``.

No 500, no response that breaks its model, no accepted body with a wrong type, a missing required field or a value
outside an enum. Exit code 1 when one is found; what Schemathesis prints tells how to repeat it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.operations.office import Office

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
GRACE: Final = 60  # seconds that a run may take beyond its time


def main() -> int:
    options = _options()
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        document = office.send("GET", f"/understudy/openapi.json?tier={options.tier}").json
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(document), "utf-8")
        done = subprocess.run(_command(path, office, options), cwd=folder, check=False, timeout=options.seconds + GRACE)
        mistakes = office.mistakes()
    for mistake in mistakes[:40]:
        print(f"own mistake: {mistake}")
    print(f"{len(mistakes)} own mistakes; schemathesis exit {done.returncode}")
    return 1 if mistakes or done.returncode else 0


def _command(path: Path, office: Office, options: argparse.Namespace) -> Sequence[str]:
    return (
        *(sys.executable, "-m", "schemathesis.cli", "run", str(path), "--url", office.emulator.origin),
        *("--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--seed", str(options.seed)),
        *("--max-time", str(options.seconds), "-H", f"Authorization: Bearer {office.tokens['user']}"),
        *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
        *(("--max-examples", str(options.examples)) if options.examples else ()),
        *(("--include-operation-id", options.only) if options.only else ()),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python tests/fuzz.py", description=__doc__)
    parser.add_argument("--seconds", type=int, default=90, help="time for the whole run")
    parser.add_argument("--tier", choices=("1", "2"), default="1", help="operations of which tier")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=0, help="examples an operation at a time")
    parser.add_argument("--only", help="one operation by its id")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
