"""What a guest of a deployment asks of the Platform API: sign-in, co-browsing, history (facts: messaging §2.5).

Whatever a page asks must come from a domain that the deployment lets in. No guest offers a co-browse session, so there
is none that could be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import COUNTED, page
from understudy.platform.messages import Answer
from understudy.web_deployments.admission import deployment_for
from understudy.web_messaging import identity, jwt
from understudy.web_messaging.guests import Guest, guest_by_id
from understudy.web_messaging.history import count, history
from understudy.web_messaging.jwt import FAILED


def exchange_code(call: Call) -> Answer:
    """``POST …/token/oauthcodegrantjwtexchange``: a one-time code of the identity provider becomes a JWT."""
    deployment = deployment_for(call, call.body["deploymentId"])
    token, refresh = identity.exchange(call.org, deployment, call.body.get("oauth") or {})
    return Answer(body={"jwt": token, "refreshToken": refresh})


def refresh(call: Call) -> Answer:
    """``POST …/token/refresh``: a new JWT."""
    deployment = deployment_for(call, call.body["deploymentId"])
    return Answer(body={"jwt": identity.refreshed(call.org, deployment, call.body["refreshToken"])})


def revoke(call: Call) -> Answer:
    """``DELETE …/token/revoke``: the sign-in of the bearer ends; its guests hear of it. Refused 401 for the token of an
    anonymous guest, which no sign-in stands behind (assumed)."""
    claims = jwt.read(call.org, call.token.value)
    deployment_for(call, claims.deployment)
    found = identity.signed_in(call.org, claims, claims.deployment)
    call.perform(identity.SignOutGuest(found.identity.sign_in))
    return Answer(204)


def messages(call: Call) -> Answer:
    """``GET …/webmessaging/messages``: the bearer's conversations, a page at a time."""
    claims = jwt.read(call.org, call.token.value)
    deployment_for(call, claims.deployment)
    guest = _guest(call, claims)
    count(call.org, guest)
    return page(call, history(call.org, guest), COUNTED)


def cobrowse(call: Call) -> Answer:
    """``GET`` and ``DELETE …/deployments/{deploymentId}/cobrowse/{sessionId}``."""
    deployment_for(call, call.path["deploymentId"])
    id_ = call.path["sessionId"]
    raise Refused(404, "not.found", f"Cobrowse session with id [{id_}] was not found", params={"id": id_})


def _guest(call: Call, claims: jwt.Claims) -> Guest:
    guest = guest_by_id(call.org, claims.subject) if claims.kind == jwt.GUEST else None
    if guest is None:
        raise Refused(401, "bad.credentials", f"{FAILED}: the session is over")
    return guest


ACTIONS: Final[Mapping[str, Action]] = {
    "postWebdeploymentsTokenOauthcodegrantjwtexchange": exchange_code,
    "postWebdeploymentsTokenRefresh": refresh,
    "deleteWebdeploymentsTokenRevoke": revoke,
    "getWebdeploymentsDeploymentCobrowseSessionId": cobrowse,
    "deleteWebdeploymentsDeploymentCobrowseSessionId": cobrowse,
    "getWebmessagingMessages": messages,
}
