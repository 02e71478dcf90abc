"""The org that ``understudy serve`` has without a file: a home division, an administrator role and client, defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.ids import IdStream
from understudy.orgfile.plan import Item, OrgPlan

NAME: Final = "Understudy"
ADMIN_ROLE: Final = "admin"
EVERYTHING: Final = {"domain": "*", "entityName": "*", "actionSet": ["*"]}


def default_org(
    client_id: str, client_secret: str, *, region: str = "mypurecloud.com", desktop: Mapping[str, Any] | None = None
) -> OrgPlan:
    """A plan with one OAuth client that may do everything; ``region`` is a domain. ``desktop``: the body of the client
    that people sign in with at the agent's desktop."""
    role = {"name": ADMIN_ROLE, "description": "May do everything", "permissionPolicies": [EVERYTHING]}
    client = {
        "name": "Administrator",
        "description": "Printed by understudy serve",
        "secret": client_secret,
        "authorizedGrantType": "CLIENT-CREDENTIALS",
    }
    return OrgPlan(
        IdStream(f"org/{NAME}/{client_id}").uuid(),
        NAME,
        "the default org",
        region=region,
        items=(
            Item("authorization.roles", "the default org: admin", role),
            Item("messaging.supportedcontent", "the default org: content profile", DEFAULT_CONTENT),
            Item("oauth.clients", "the default org: client", client, client_id, {"roles": [ADMIN_ROLE]}),
            *([Item("oauth.clients", "the default org: desktop", dict(desktop))] if desktop else ()),
        ),
    )


# The profile that every org comes with; that it allows all media is assumed.
DEFAULT_CONTENT: Final = {
    "name": "Default",
    "mediaTypes": {"allow": {"inbound": [{"type": "*/*"}], "outbound": [{"type": "*/*"}]}},
}
