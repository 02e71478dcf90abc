"""What a deployment tells and allows its clients: ``config.json``, languages, labels, domains, the socket's terms.

The shape of ``config.json`` is that of the facts (messaging §2.1: models of a mobile client), and ``customI18nLabels``
beside it (assumed). What a configuration leaves out gets the least: nothing is switched on (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from understudy.regions import hosts_of, region_of_host
from understudy.web_deployments.deployments import active_configuration
from understudy.web_messaging.blocked import blocked_extensions
from understudy.web_messaging.frames import AllowedMedia
from understudy.web_messaging.terms import NAMESPACE, Terms, terms
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch

LANGUAGE: Final = "en-us"  # of a configuration that names none; assumed
COLOR: Final = "#75A8FF"  # assumed
ACTIVE: Final = "Active"
READ_ONLY, SEND = "ReadOnly", "Send"  # types of conversationDisconnect; Send where none is named (assumed)


def config(org: Org, deployment: Entity, *, api: str, socket: str) -> dict[str, Any]:
    """``config.json``: the published version that the deployment shows now, so that a saved change reaches a page that
    already carries the snippet. ``api`` and ``socket`` are the addresses that clients are to use."""
    shown = active_configuration(org, deployment)
    authentication = _part(shown, "authenticationSettings")
    return {
        "id": deployment.id,
        "version": str(shown.get("version") or ""),
        "languages": languages_of(shown),
        "defaultLanguage": default_language(shown),
        "customI18nLabels": list(shown.get("customI18nLabels") or ()),
        "apiEndpoint": api,
        "status": deployment.body.get("status") or ACTIVE,
        "auth": {
            "enabled": _flag(authentication, "enabled"),
            "allowSessionUpgrade": _flag(authentication, "allowSessionUpgrade"),
        },
        "journeyEvents": {"enabled": _flag(_part(shown, "journeyEvents"), "enabled")},
        "messenger": _messenger(_part(shown, "messenger"), socket),
    }


def _messenger(messenger: Mapping[str, Any], socket: str) -> dict[str, Any]:
    return {
        "enabled": _flag(messenger, "enabled"),
        "styles": {"primaryColor": COLOR, **_part(messenger, "styles")},
        "launcherButton": {"visibility": "On", **_part(messenger, "launcherButton")},
        "fileUpload": {
            "enableAttachments": _flag(_part(messenger, "fileUpload"), "enableAttachments"),
            "modes": [
                {"fileTypes": list(mode.get("fileTypes") or ()), "maxFileSizeKB": int(mode.get("maxFileSizeKB") or 0)}
                for mode in _part(messenger, "fileUpload").get("modes") or ()
            ],
        },
        "apps": {"conversations": _conversations(_conversation_app(messenger), socket)},
    }


def _conversations(app: Mapping[str, Any], socket: str) -> dict[str, Any]:
    disconnect = _part(app, "conversationDisconnect")
    switched = {
        name: {**_part(app, name), "enabled": _flag(_part(app, name), "enabled")}
        for name in ("autoStart", "conversationClear", "notifications", "markdown", "humanize")
    }
    return {
        "messagingEndpoint": socket,
        "showAgentTypingIndicator": _flag(app, "showAgentTypingIndicator"),
        "showUserTypingIndicator": _flag(app, "showUserTypingIndicator"),
        "conversationDisconnect": {"enabled": _flag(disconnect, "enabled"), "type": disconnect.get("type") or SEND},
        **switched,
    }


def languages_of(configuration: Mapping[str, Any]) -> list[str]:
    """The languages of a configuration version, its default among them."""
    languages = [str(one) for one in configuration.get("languages") or ()]
    default = default_language(configuration)
    return languages if default in languages else [*languages, default]


def default_language(configuration: Mapping[str, Any]) -> str:
    """Its default language: what it names, else the first that it has."""
    return str(configuration.get("defaultLanguage") or next(iter(configuration.get("languages") or ()), LANGUAGE))


def language_for(configuration: Mapping[str, Any], wanted: Sequence[str]) -> str:
    """The language of a guest whose browser wants these, best first: one of the configuration's, else its default.
    That ``de-AT`` is served with ``de`` or ``de-DE`` is assumed."""
    known = languages_of(configuration)
    exact = {one.casefold(): one for one in known}
    family: dict[str, str] = {}
    for one in known:
        family.setdefault(_family(one), one)
    for one in wanted:
        if found := exact.get(one.casefold()) or family.get(_family(one)):
            return found
    return default_language(configuration)


def labels_for(configuration: Mapping[str, Any], language: str) -> dict[str, str]:
    """The configuration's own labels in a language, by key (``MessengerHomeHeaderTitle``, …)."""
    return {
        str(label["key"]): str(label.get("value") or "")
        for labels in configuration.get("customI18nLabels") or ()
        if str(labels.get("language") or "").casefold() == language.casefold()
        for label in labels.get("localizedLabels") or ()
        if label.get("key")
    }


def admits(org: Org, deployment: Entity, origin: str | None, own_hosts: Sequence[str] = ()) -> bool:
    """Whether a page of ``origin`` may open a socket or ask the API; False becomes HTTP 403 on the upgrade (facts:
    messaging §2.1). ``own_hosts`` are the emulator's names, which a mobile client gives as its origin. That a port
    counts only where it is listed, and that ``*.`` means any subdomain, is assumed."""
    if deployment.body.get("allowAllDomains"):
        return True
    if not origin:
        return switch(org, "web_messaging.no_origin") == "accept"
    host, port = _host(origin)
    if not host:
        return False
    if host in {one.casefold() for one in own_hosts}:
        return True
    return any(_fits(str(one).casefold(), host, port) for one in deployment.body.get("allowedDomains") or ())


def own_hosts(origin: str) -> tuple[str, ...]:
    """The platform's own names beside the one by which somebody reached it: a region's hosts, or that name alone."""
    name, _ = _host(origin)
    domain = region_of_host(name)
    return hosts_of(domain) if domain else (name,)


def is_active(deployment: Entity) -> bool:
    """Guests may come: the deployment's status (assumed: nothing else refuses them)."""
    return (deployment.body.get("status") or ACTIVE) == ACTIVE


def session_seconds(org: Org, deployment: Entity) -> int:
    """How long a session lives after the last message: the configuration's wish within the platform's bounds."""
    wanted = conversations_of(org, deployment).get("sessionDurationSeconds")
    least, default, most = (org.limits.value(NAMESPACE, f"session.seconds.{one}") for one in ("min", "default", "max"))
    return int(min(max(wanted or default, least), most))


def terms_of(org: Org, deployment: Entity) -> Terms:
    """What the deployment's sockets allow now."""
    messenger = _part(active_configuration(org, deployment), "messenger")
    app = _conversation_app(messenger)
    return terms(
        org.limits,
        media=_media(_part(messenger, "fileUpload")),
        clear_enabled=_flag(_part(app, "conversationClear"), "enabled"),
        closed_reason=switch(org, "web_messaging.closed_reason"),
    )


def end_shown(org: Org, deployment: Entity) -> str:
    """How guests are shown a conversation's end: ``ReadOnly``, ``Send``, or "" where Conversation Disconnect is off
    (facts: messaging §2.1, §2.3)."""
    disconnect = _part(conversations_of(org, deployment), "conversationDisconnect")
    return str(disconnect.get("type") or SEND) if _flag(disconnect, "enabled") else ""


def conversations_of(org: Org, deployment: Entity) -> Mapping[str, Any]:
    """What the shown configuration says of conversations (``messenger.apps.conversations``)."""
    return _conversation_app(_part(active_configuration(org, deployment), "messenger"))


def _media(upload: Mapping[str, Any]) -> AllowedMedia:
    """All modes in one: the socket knows no more than one list and one size (facts: messaging §2.3)."""
    modes = upload.get("modes") or () if _flag(upload, "enableAttachments") else ()
    types = dict.fromkeys(str(type_) for mode in modes for type_ in mode.get("fileTypes") or ())
    return AllowedMedia(
        file_types=tuple(types),
        max_file_size_kb=max((int(mode.get("maxFileSizeKB") or 0) for mode in modes), default=0),
        blocked_extensions=blocked_extensions() if types else (),
    )


def _conversation_app(messenger: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(_part(messenger, "apps"), "conversations")


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return of.get(name) or {}


def _flag(of: Mapping[str, Any], name: str) -> bool:
    return bool(of.get(name))


def _family(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]


def _host(origin: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(origin)
        return (parts.hostname or "").casefold(), parts.port
    except ValueError:  # a peer's Origin that is none
        return "", None


def _fits(listed: str, host: str, port: int | None) -> bool:
    name, colon, number = listed.partition(":")
    if colon and number != str(port):
        return False
    return host.endswith(name[1:]) and host != name[2:] if name.startswith("*.") else host == name
