from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]


@pytest.fixture(params=["deployment", "open"])
def path(request: pytest.FixtureRequest, ask: Ask, deployment: Make) -> str:
    if request.param == "deployment":
        return f"/webdeployments/deployments/{deployment()}/identityresolution"
    body = {
        "name": "Vendor",
        "outboundNotificationWebhookUrl": "https://vendor.example/hook",
        "outboundNotificationWebhookSignatureSecretToken": "a-secret-of-16+ch",
    }
    integration = ask("POST", "/conversations/messaging/integrations/open", body)[1]["id"]
    return f"/conversations/messaging/identityresolution/integrations/open/{integration}"


def test_identities_are_not_resolved_until_it_is_wanted(ask: Ask, path: str) -> None:
    assert ask("GET", path) == (200, {"resolveIdentities": False, "selfUri": f"/api/v2{path}"})
    wanted = {"resolveIdentities": True, "division": {"id": "*"}, "externalSource": {"id": "crm"}}
    assert ask("PUT", path, wanted)[0] == 200
    assert ask("GET", path)[1] == {**wanted, "selfUri": f"/api/v2{path}"}


def test_the_division_must_exist(ask: Ask, path: str) -> None:
    home = ask("GET", "/authorization/divisions/home")[1]["id"]
    assert ask("PUT", path, {"resolveIdentities": True, "division": {"id": home}})[0] == 200
    assert ask("PUT", path, {"resolveIdentities": True, "division": {"id": "none"}})[0] == 400
    assert ask("PUT", path, {"division": {"id": home}})[0] == 400
