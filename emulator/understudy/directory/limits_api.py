"""Limits of the org over the API: those of the limits file, in the namespaces of the model Limit.

``…/namespaces/{name}`` tells what is in force here, ``…/defaults`` what the platform has. Which of our namespaces is
which of the platform's stands in ``contracts/platform_api/limit_namespaces.toml``; keys are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson

from understudy.errors import Refused
from understudy.limits import Limit, Limits, load_limits
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing

FILE: Final = "contracts/platform_api/limit_namespaces.toml"
DOCS: Final = "https://developer.genesys.cloud/organization/organization/limits"  # where the platform's page is


@cache
def namespaces() -> Mapping[str, str]:
    """Our namespace → the platform's."""
    found: dict[str, str] = tomllib.loads(material(FILE).read_text("utf-8"))["namespaces"]
    return found


@cache
def _real() -> Limits:
    return load_limits("real")


def list_namespaces(call: Call) -> Answer:
    """``GET …/organizations/limits/namespaces``: names, in numbered pages (the model is free-form; assumed)."""
    return Answer(encoded=listing(call, [orjson.dumps(name) for name in _known(call)], NUMBERED))


def get_namespace(call: Call) -> Answer:
    """``GET …/limits/namespaces/{namespaceName}``: what is in force."""
    return Answer(body={"entities": _limits(call, call.org.limits)})


def get_defaults(call: Call) -> Answer:
    """``GET …/limits/namespaces/{namespaceName}/defaults``."""
    return Answer(body={"entities": _limits(call, _real())})


def get_docs(call: Call) -> Answer:
    """``GET …/organizations/limits/docs``: every limit with its source."""
    told: dict[str, list[dict[str, Any]]] = {}
    for limit in _real().all():
        if limit.namespace in namespaces():
            told.setdefault(namespaces()[limit.namespace], []).append(_documented(limit))
    found = [{"name": name, "friendlyName": name.replace(".", " "), "limits": told[name]} for name in sorted(told)]
    return Answer(body={"url": DOCS, "namespaces": found})


def _known(call: Call) -> list[str]:
    catalogue = call.catalogue or load_catalogue()
    return sorted(catalogue.models["Limit"]["namespace"]["enum"])


def _limits(call: Call, limits: Limits) -> list[dict[str, Any]]:
    name = call.path["namespaceName"]
    if name not in _known(call):
        raise Refused(404, "not.found", f"There is no limit namespace {name}", params={"namespaceName": name})
    return [
        {"key": limit.key, "namespace": name, "value": int(limit.value)}
        for limit in limits.all()
        if namespaces().get(limit.namespace) == name
    ]


def _documented(limit: Limit) -> dict[str, Any]:
    description = f"{limit.unit}; {limit.source} ({limit.certainty})"
    return {"key": limit.key, "defaultValue": int(limit.value), "description": description, "configurable": False}


ACTIONS: Final[Mapping[str, Action]] = {
    "getOrganizationsLimitsNamespaces": list_namespaces,
    "getOrganizationsLimitsNamespace": get_namespace,
    "getOrganizationsLimitsNamespaceDefaults": get_defaults,
    "getOrganizationsLimitsDocs": get_docs,
}
