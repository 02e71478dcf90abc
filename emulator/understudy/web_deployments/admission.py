"""Which deployment a guest's request is about, and whether its page may ask: one rule for every operation of guests.

That allowed domains, and a status that is not active, hold for API requests as they do for the socket is assumed
(facts: messaging §2.1).
"""

from __future__ import annotations

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging.deployment import admits, is_active, own_hosts
from understudy.web_messaging.jwt import FAILED
from understudy.world.entities import Entity

NAMED_MAX = 100  # characters of an Origin that an error repeats


def deployment_for(call: Call, id_: str) -> Entity:
    """The deployment; Refused 401 where the one of a token is gone, 403 where it is not active or does not let in the
    page that asks."""
    found = call.org.entities.get(DEPLOYMENTS, id_)
    if found is None:
        raise Refused(401, "bad.credentials", f"{FAILED}: there is no such deployment any more")
    if not is_active(found):
        raise _forbidden(call, id_, "is not active")
    if not admits(call.org, found, call.page, own_hosts(call.origin)):
        raise _forbidden(call, id_, f"does not allow requests from [{(call.page or '')[:NAMED_MAX]}]")
    return found


def _forbidden(call: Call, id_: str, reason: str) -> Refused:
    """The refusal; the record names the cause as for the socket."""
    operation = call.operation.id
    call.org.note("web_messaging.refused", deployment=id_, operation=operation, reason=f"it {reason}", status=403)
    return Refused(403, "not.authorized", f"The deployment [{id_}] {reason}", params={"id": id_})
