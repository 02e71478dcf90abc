"""``/api/v2/oauth/scopes``: the scopes that there are, from ``contracts/platform_api/scopes.toml``.

The texts of the platform are not in the facts: each description is made from the scope's own name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from understudy.errors import ContractError, Refused
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

PATH: Final = "/api/v2/oauth/scopes"
FILE: Final = "contracts/platform_api/scopes.toml"
READONLY: Final = ":readonly"


@cache
def known_scopes() -> Mapping[str, str]:
    """Scope → certainty (documented, observed, assumed), in order of their names."""
    path = material(FILE)
    try:
        lists = tomllib.loads(path.read_text("utf-8"))["list"]
        found = {str(scope): str(one["certainty"]) for one in lists for scope in one["scopes"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContractError(f"{path}: not a list of scopes ({error!r}): see the form at the file's top") from error
    return dict(sorted(found.items()))


def list_scopes(call: Call) -> Answer:
    """``GET …/oauth/scopes``: all of them; ``Accept-Language`` changes nothing."""
    found = [_shown(scope) for scope in known_scopes()]
    return Answer(body={"total": len(found), "entities": found, "selfUri": PATH})


def get_scope(call: Call) -> Answer:
    """``GET …/oauth/scopes/{scopeId}``."""
    id_ = call.path["scopeId"]
    if id_ not in known_scopes():
        raise Refused(404, "not.found", f"Scope [{id_}] was not found", params={"id": id_})
    return Answer(body=_shown(id_))


def _shown(scope: str) -> dict[str, Any]:
    what = scope.removesuffix(READONLY).replace("-", " ")
    description = f"See {what}" if scope.endswith(READONLY) else f"See and change {what}"
    return {"id": scope, "description": description, "selfUri": f"{PATH}/{scope}"}


ACTIONS: Final[Mapping[str, Action]] = {"getOauthScopes": list_scopes, "getOauthScope": get_scope}
