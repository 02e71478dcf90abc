"""Settings of which there is one: of the org's authentication, and of a queue that resolves identities; products."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import COUNTED, page
from understudy.platform.messages import Answer

FILE: Final = "contracts/platform_api/organization.toml"


@cache
def organization() -> Mapping[str, Any]:
    """What an organisation has that nobody configures over the API."""
    found: dict[str, Any] = tomllib.loads(material(FILE).read_text("utf-8"))
    return found


def authentication_defaults(call: Call, body: dict[str, Any]) -> None:
    """Nothing is restricted until somebody says so."""
    body.update(domainAllowlist=[], ipAddressAllowlist=[], inactivityTimeoutExclusions=[])
    body["passwordRequirements"] = dict(organization()["password_requirements"])


def queue_defaults(call: Call, body: dict[str, Any]) -> None:
    """A queue resolves nobody until somebody says so."""
    body["callOnBehalfOfQueue"] = {"resolveIdentities": False, "selfUri": _path(call)}


def list_products(call: Call) -> Answer:
    """``GET …/authorization/products``; what an org has bought is not configured: made up, and marked so."""
    answer = page(call, [{"id": product} for product in organization()["products"]], COUNTED)
    return Answer(encoded=answer.encoded, generic=True)


def _path(call: Call) -> str:
    path = call.operation.path
    for name, value in call.path.items():
        path = path.replace("{" + name + "}", value)
    return path


RULES: Final[Mapping[str, Lifecycle]] = {
    "organizations.authentication.settings": Lifecycle(defaults=authentication_defaults),
    "routing.queues.identityresolution": Lifecycle(defaults=queue_defaults),
}
ACTIONS: Final[Mapping[str, Action]] = {"getAuthorizationProducts": list_products}
