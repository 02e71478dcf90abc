"""Messenger configurations: a draft that is edited, and versions "1", "2", … that publishing makes of it.

The configuration itself is what was created; its draft is a settings document below it (the engine), named ``DRAFT``
(Terraform provider), and its versions are entities of ``VERSIONS/{id}``. Everything is Active at once (assumed). A
listing shows the newest published version of each, or the draft where none is (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.engine import SINGLE
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import CURSOR, named
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.platform.refusals import invalid_value
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

CONFIGURATIONS: Final = "webdeployments.configurations"
DRAFTS: Final = "webdeployments.configurations.versions.draft"
VERSIONS: Final = "webdeployments.configurations.versions"
DEPLOYMENTS: Final = "webdeployments.deployments"
DRAFT: Final = "DRAFT"
PATH: Final = "/api/v2/webdeployments/configurations"
SHAPE: Final = CURSOR | {"total"}  # of the listings of this package
KEPT: Final = ("webdeployments", "versions.kept")


def versions_of(org: Org, configuration: str) -> dict[str, Entity]:
    """The published versions by their name ("1", "2", …), oldest first."""
    return org.entities.of(f"{VERSIONS}/{configuration}")


def version_of(org: Org, configuration: str, version: str) -> Entity | None:
    """A published version, or None."""
    return versions_of(org, configuration).get(version)


def _new(call: Call, body: dict[str, Any]) -> None:
    body |= {
        "version": DRAFT,
        "status": "Active",
        "dateCreated": iso(call.org.now()),
        "dateModified": iso(call.org.now()),
    }
    body["selfUri"] = f"{PATH}/{body['id']}/versions/{DRAFT}"
    if call.token.user:
        body["createdUser"] = body["lastModifiedUser"] = _user(call)


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    languages, default = after.get("languages") or [], after.get("defaultLanguage")
    if default and languages and default not in languages:
        raise invalid_value("defaultLanguage", default, f"one of languages: {', '.join(languages)}")
    for i, labels in enumerate(after.get("customI18nLabels") or ()):
        if languages and labels.get("language") not in languages:
            listed = ", ".join(languages)
            raise invalid_value(
                f"customI18nLabels[{i}].language", str(labels.get("language")), f"one of languages: {listed}"
            )


def adopt(org: Org, configuration: str, type_: str, id_: str) -> None:
    """Complete a version or a draft that an org file made."""
    version = id_ if type_.startswith(f"{VERSIONS}/") else DRAFT
    owner, entity = org.entities.of(CONFIGURATIONS)[configuration], org.entities.of(type_)[id_]
    body = {"name": owner.name, "status": "Active", **entity.body, "id": configuration, "version": version}
    org.entities.put(type_, id_, {**body, "selfUri": f"{PATH}/{configuration}/versions/{version}"})


def _first_draft(call: Call, body: dict[str, Any]) -> None:
    body.update(call.org.entities.of(CONFIGURATIONS)[call.path["configurationId"]].body)


def _draft_saved(call: Call, before: Entity | None, after: Entity | None) -> None:
    """The draft's name and text are the configuration's too."""
    if after is None:
        return
    body = {**after.body, "status": "Active", "dateModified": iso(call.org.now())}
    if call.token.user:
        body["lastModifiedUser"] = _user(call)
    call.org.entities.put(after.type, after.id, body)
    call.org.entities.put(CONFIGURATIONS, call.path["configurationId"], body)


def list_configurations(call: Call) -> Answer:
    """``GET …/configurations?showOnlyPublished=``."""
    only_published = call.query.get("showOnlyPublished", "").casefold() == "true"
    shown = [_newest(call.org, one) for one in call.org.entities.of(CONFIGURATIONS).values()]
    found = [one for one in shown if not only_published or one.body["version"] != DRAFT]
    return Answer(encoded=listing(call, [_keyed(one) for one in found], SHAPE))


def list_versions(call: Call) -> Answer:
    """``GET …/configurations/{configurationId}/versions``: the published ones, then the draft."""
    configuration = _configuration(call)
    versions = [*versions_of(call.org, configuration.id).values(), _draft(call.org, configuration)]
    return Answer(encoded=listing(call, versions, SHAPE))


def get_version(call: Call) -> Answer:
    """``GET …/configurations/{configurationId}/versions/{versionId}``."""
    configuration, id_ = _configuration(call), call.path["versionId"]
    if id_.upper() == DRAFT:
        return Answer(encoded=_draft(call.org, configuration).encoded)
    found = version_of(call.org, configuration.id, id_)
    if found is None:
        message = f"Configuration [{configuration.id}] has no version [{id_}]"
        raise Refused(404, "not.found", message, params={"id": id_})
    return Answer(encoded=found.encoded)


def publish(call: Call) -> Answer:
    """``POST …/versions/draft/publish``: the draft as it stands is the next version."""
    configuration = _configuration(call)
    known = versions_of(call.org, configuration.id)
    number = str(max((int(version) for version in known), default=0) + 1)
    body = {**_draft(call.org, configuration).body, "version": number, "datePublished": iso(call.org.now())}
    body["selfUri"] = f"{PATH}/{configuration.id}/versions/{number}"
    if call.token.user:
        body["publishedUser"] = _user(call)
    published = store(call.org, f"{VERSIONS}/{configuration.id}", number, body)
    _forget_old(call.org, configuration.id)
    return Answer(encoded=published.encoded)


def _forget_old(org: Org, configuration: str) -> None:
    """Versions that no deployment uses go when there are too many."""
    known, most = versions_of(org, configuration), int(org.limits.value(*KEPT))
    used = {
        deployment.body["configuration"]["version"]
        for deployment in org.entities.of(DEPLOYMENTS).values()
        if deployment.body["configuration"]["id"] == configuration
    }
    unused = [version for version in known if version not in used]
    for version in unused[: max(len(known) - most, 0)]:
        del known[version]


def _configuration(call: Call) -> Entity:
    return named(call, CONFIGURATIONS, call.path["configurationId"], "Configuration")


def _draft(org: Org, configuration: Entity) -> Entity:
    return org.entities.get(f"{DRAFTS}/{configuration.id}", SINGLE) or configuration


def _newest(org: Org, configuration: Entity) -> Entity:
    return next(reversed(versions_of(org, configuration.id).values()), None) or _draft(org, configuration)


def _keyed(shown: Entity) -> Entity:
    """The same under the configuration's id, which is the listing's cursor."""
    return Entity(shown.type, shown.body["id"], shown.body, shown.version, shown.encoded)


def _user(call: Call) -> dict[str, str]:
    return {"id": str(call.token.user), "selfUri": f"/api/v2/users/{call.token.user}"}


RULES: Final[Mapping[str, Lifecycle]] = {
    CONFIGURATIONS: Lifecycle(defaults=_new, check=_check),
    DRAFTS: Lifecycle(defaults=_first_draft, check=_check, consequence=_draft_saved),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getWebdeploymentsConfigurations": list_configurations,
    "getWebdeploymentsConfigurationVersions": list_versions,
    "getWebdeploymentsConfigurationVersion": get_version,
    "postWebdeploymentsConfigurationVersionsDraftPublish": publish,
}
