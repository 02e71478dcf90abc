"""What a guest of a deployment asks of the Platform API: sign-in, co-browsing, history.

No identity provider stands behind the emulator and no messenger gives out tokens yet: there is no code, refresh token,
co-browse session or guest's token that could be good, so each is refused as an unknown one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.guests import FAILED
from understudy.platform.messages import Answer
from understudy.platform.refusals import invalid_value, not_implemented
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_deployments.deployments import active_configuration


def exchange_code(call: Call) -> Answer:
    """``POST …/token/oauthcodegrantjwtexchange``: 403 where the configuration has no authentication (assumed)."""
    _require_authentication(call)
    given = call.body.get("oauth") or {}
    if not given.get("code") and not given.get("idToken"):
        raise invalid_value("oauth.code", "", "given, or oauth.idToken")
    raise Refused(401, "bad.credentials", f"{FAILED}: the identity provider does not know this code")


def refresh(call: Call) -> Answer:
    """``POST …/token/refresh``."""
    _require_authentication(call)
    raise Refused(401, "bad.credentials", f"{FAILED}: the refresh token is not known")


def with_guest_token(call: Call) -> Answer:
    """``DELETE …/token/revoke`` and ``GET …/webmessaging/messages``: admission has asked for a guest's token."""
    raise not_implemented(call.operation)


def cobrowse(call: Call) -> Answer:
    """``GET`` and ``DELETE …/deployments/{deploymentId}/cobrowse/{sessionId}``."""
    id_ = call.path["sessionId"]
    raise Refused(404, "not.found", f"Cobrowse session with id [{id_}] was not found", params={"id": id_})


def _require_authentication(call: Call) -> None:
    deployment = call.org.entities.of(DEPLOYMENTS)[call.body["deploymentId"]]
    settings = active_configuration(call.org, deployment).get("authenticationSettings") or {}
    if not settings.get("enabled"):
        message = f"Authentication is not enabled for the deployment [{deployment.id}]"
        raise Refused(403, "not.authorized", message, params={"id": deployment.id})


ACTIONS: Final[Mapping[str, Action]] = {
    "postWebdeploymentsTokenOauthcodegrantjwtexchange": exchange_code,
    "postWebdeploymentsTokenRefresh": refresh,
    "deleteWebdeploymentsTokenRevoke": with_guest_token,
    "getWebdeploymentsDeploymentCobrowseSessionId": cobrowse,
    "deleteWebdeploymentsDeploymentCobrowseSessionId": cobrowse,
    "getWebmessagingMessages": with_guest_token,
}
