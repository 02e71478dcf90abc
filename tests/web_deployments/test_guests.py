from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
EXCHANGE = "/webdeployments/token/oauthcodegrantjwtexchange"
REFRESH = "/webdeployments/token/refresh"
AUTHENTICATED = {"authenticationSettings": {"enabled": True, "integrationId": "idp"}}


def exchanged(ask: Ask, deployment: str, **oauth: str) -> tuple[int, str]:
    body = {"deploymentId": deployment, "oauth": {"redirectUri": "https://shop.example/", **oauth}}
    status, answer = ask("POST", EXCHANGE, body, bearer="")
    return status, answer["code"]


def test_a_code_of_no_identity_provider_is_refused(ask: Ask, deployment: Make) -> None:
    id_ = deployment(AUTHENTICATED)
    assert exchanged(ask, id_, code="c") == (401, "bad.credentials")
    assert exchanged(ask, id_) == (400, "invalid.value")
    assert ask("POST", EXCHANGE, {"deploymentId": id_}, bearer="")[0] == 400


def test_an_unknown_refresh_token_is_refused(ask: Ask, deployment: Make) -> None:
    body = {"deploymentId": deployment(AUTHENTICATED), "refreshToken": "r"}
    status, answer = ask("POST", REFRESH, body, bearer="")
    assert (status, answer["message"].startswith("Session authentication failed")) == (401, True)


@pytest.mark.parametrize("path", [EXCHANGE, REFRESH])
def test_signing_in_is_off_unless_the_configuration_turns_it_on(ask: Ask, deployment: Make, path: str) -> None:
    body = {"deploymentId": deployment(), "refreshToken": "r", "oauth": {"redirectUri": "u", "code": "c"}}
    status, answer = ask("POST", path, body, bearer="")
    assert (status, answer["code"]) == (403, "not.authorized")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_cobrowse_session(ask: Ask, deployment: Make, method: str) -> None:
    status, answer = ask(method, f"/webdeployments/deployments/{deployment()}/cobrowse/none", bearer="")
    assert (status, "Cobrowse" in answer["message"]) == (404, True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/webmessaging/messages"), ("DELETE", "/webdeployments/token/revoke")]
)
def test_history_and_revocation_need_a_guests_token(ask: Ask, method: str, path: str) -> None:
    assert ask(method, path, bearer="")[0] == 401
    assert ask(method, path, bearer="unknown")[0] == 401
    assert ask(method, path)[0] == 401  # the administrator is no guest
