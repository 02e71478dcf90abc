"""What a deployment tells its clients: ``config.json`` (facts: messaging §2.1)."""

from __future__ import annotations

from typing import Final

import urllib3

from ..vendor_side.values import object_of, part

SECONDS: Final = 10.0


def starts_by_itself(base_url: str, deployment: str, origin: str) -> bool:
    """Whether a new session begins with the event Join: autoStart of the conversations app."""
    url = f"{base_url}/webdeployments/v1/deployments/{deployment}/config.json"
    try:
        answer = urllib3.request("GET", url, headers={"Origin": origin}, timeout=SECONDS, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    config = object_of(answer.data) if answer.status == 200 else None
    app = part(part(part(config, "messenger"), "apps"), "conversations")
    return part(app, "autoStart").get("enabled") is True
