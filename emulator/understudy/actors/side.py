"""One request to a door of the vendor's user side (suites/USER_SIDE.md)."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from understudy.actors.slot import PATIENCE
from understudy.errors import UnderstudyError


def knock(setting: str, method: str, url: str, body: Any = None) -> Any:
    """What the door answers, JSON read (None without a body); raises ``UnderstudyError``, which names the setting, for
    anything but 2xx and JSON."""
    sent = None if body is None else json.dumps(body)
    answer = urllib3.request(method, url, body=sent, timeout=PATIENCE)
    if not 200 <= answer.status < 300:
        raise UnderstudyError(f"{setting}: {url} answers {answer.status}, not 2xx: see suites/USER_SIDE.md")
    try:
        return json.loads(answer.data) if answer.data.strip() else None
    except ValueError as error:
        raise UnderstudyError(f"{setting}: {url} answers no JSON ({error}): see suites/USER_SIDE.md") from error
