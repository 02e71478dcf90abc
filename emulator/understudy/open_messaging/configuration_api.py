"""Configuration of Open Messaging over the Platform API: lifecycle rules, defaults, threading timeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from understudy.conversations.window import MINUTE, set_timeline, timelines
from understudy.errors import Refused
from understudy.open_messaging.fields import list_of, name_of, object_of, refused, required, text_of
from understudy.open_messaging.integration import (
    HIDDEN,
    NAMESPACE,
    RESOURCE,
    CompleteIntegration,
    abandon,
    adopt,
    creation_key,
)
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.entities import Entity

SETTINGS: Final = "messaging.settings"
CONTENT: Final = "messaging.supportedcontent"
DEFAULTS: Final = "messaging.defaults"  # org.live[DEFAULTS]: dict[resource, id of its default entity]
MESSENGERS: Final = (
    "sms", "facebook", "twitter", "whatsapp", "webmessaging", "instagram", "open", "apple", "linkedin",
)  # fmt: skip
PAGED: Final = frozenset(
    {"pageSize", "pageNumber", "total", "pageCount", "firstUri", "lastUri", "nextUri", "previousUri", "selfUri"}
)
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 §5.6.2: token
URL: Final = "outboundNotificationWebhookUrl"
SECRET: Final = "outboundNotificationWebhookSignatureSecretToken"


def _new_integration(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    body["createStatus"] = "Initiated"
    return dict(HIDDEN)


def _check_integration(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    name_of(after, "name", "")
    least = int(call.org.limits.value(NAMESPACE, "signature.secret.min"))
    if len(text_of(after, SECRET, "")) < least:
        message = f"{SECRET} must be longer than {least - 1} characters"
        raise Refused(400, "invalid.value", message, details=({"errorCode": "invalid.value", "fieldName": SECRET},))
    url = text_of(after, URL, "")
    if _parts(url) is None:
        raise refused(f"{URL} {url!r} is not an absolute http or https URL", "invalid.value")
    for name, value in object_of(after.get("webhookHeaders") or {}, "webhookHeaders").items():
        if not _HEADER_NAME.fullmatch(name) or not isinstance(value, str) or not value.isprintable():
            raise refused(f"webhookHeaders[{name!r}] is not a header name with a printable text", "invalid.value")


def _integration_changed(call: Call, before: Entity | None, after: Entity | None) -> None:
    if after is None:
        if before is not None:
            abandon(call.world, call.org, before)
        return
    _warn_of_url(call, after)
    if before is None:
        adopt(call.world, call.org, after)
        due = call.org.now() + call.org.limits.value(NAMESPACE, "create.seconds")
        call.org.schedule.at(due, creation_key(after.id), CompleteIntegration(after.id))


def _warn_of_url(call: Call, integration: Entity) -> None:
    """The real platform posts to https on port 443 only (help: configure an open messaging integration); we to any."""
    url = str(integration.body[URL])
    parts = _parts(url)
    if parts is not None and parts != ("https", 443):
        why = f"would be refused by Genesys: {parts[0]} on port {parts[1]}; it must be https on port 443"
        call.org.note("genesys.would.refuse", integration=integration.id, url=url, why=why)


def _parts(url: str) -> tuple[str, int] | None:
    """Scheme and port of an absolute URL, or None."""
    try:
        split = urlsplit(url)
        port = split.port or {"https": 443, "http": 80}[split.scheme]
    except (ValueError, KeyError):
        return None
    return (split.scheme, port) if split.hostname and url.isprintable() and " " not in url else None


def _forget_default(call: Call, before: Entity | None, after: Entity | None) -> None:
    if after is None and before is not None:
        defaults = call.org.live.get(DEFAULTS, {})
        if defaults.get(before.type) == before.id:
            del defaults[before.type]


def default_of(call: Call, resource: str) -> Entity:
    """The default entity of a resource: the one that was set, else the oldest; ``Refused`` 404 where there is none."""
    known = call.org.entities.of(resource)
    chosen = known.get(call.org.live.get(DEFAULTS, {}).get(resource, "")) or next(iter(known.values()), None)
    if chosen is None:
        raise Refused(404, "not.found", f"There is no default of {resource}.")
    return chosen


def _set_default(call: Call, resource: str, field: str) -> Answer:
    id_ = name_of(object_of(call.body, ""), field, "")
    found = call.org.entities.get(resource, id_)
    if found is None:
        raise Refused(404, "not.found", f"There is no {resource} with id {id_}.", params={"id": id_})
    call.org.live.setdefault(DEFAULTS, {})[resource] = id_
    return Answer(encoded=found.encoded)


def get_default_setting(call: Call) -> Answer:
    """``GET …/messaging/settings/default``."""
    return Answer(encoded=default_of(call, SETTINGS).encoded)


def put_default_setting(call: Call) -> Answer:
    """``PUT …/messaging/settings/default`` {settingId}."""
    return _set_default(call, SETTINGS, "settingId")


def delete_default_setting(call: Call) -> Answer:
    """``DELETE …/messaging/settings/default``: nothing is the default by choice any more."""
    call.org.live.setdefault(DEFAULTS, {}).pop(SETTINGS, None)
    return Answer(204)


def get_default_content(call: Call) -> Answer:
    """``GET …/messaging/supportedcontent/default``."""
    return Answer(encoded=default_of(call, CONTENT).encoded)


def put_default_content(call: Call) -> Answer:
    """``PUT …/messaging/supportedcontent/default`` {id}."""
    return _set_default(call, CONTENT, "id")


def get_timeline(call: Call) -> Answer:
    """``GET …/messaging/threadingtimeline``: minutes by messenger type."""
    default = int(call.org.limits.value("threading", "timeline.default")) // MINUTE
    configured = timelines(call.org)
    settings = [{"messengerType": name, "timeoutInMinutes": configured.get(name, default)} for name in MESSENGERS]
    return Answer(body={"settings": settings, "defaultTimeoutMinutes": default})


def put_timeline(call: Call) -> Answer:
    """``PUT …/messaging/threadingtimeline``: all settings are checked before the first is changed."""
    wanted: list[tuple[str, int]] = []
    most = int(call.org.limits.value("threading", "timeline.max")) // MINUTE
    for i, item in enumerate(list_of(required(object_of(call.body, ""), "settings", ""), "settings")):
        setting = object_of(item, f"settings[{i}]")
        messenger, minutes = text_of(setting, "messengerType", f"settings[{i}]"), setting.get("timeoutInMinutes")
        if messenger not in MESSENGERS:
            raise refused(
                f"settings[{i}].messengerType {messenger!r} is none of {', '.join(MESSENGERS)}", "invalid.value"
            )
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= most:
            raise refused(f"settings[{i}].timeoutInMinutes must be a whole number from 0 to {most}", "invalid.value")
        wanted.append((messenger, minutes))
    for messenger, minutes in wanted:
        set_timeline(call.org, messenger, minutes)
    return get_timeline(call)


def list_integrations(call: Call) -> Answer:
    """``GET …/messaging/integrations``: those of every channel, of which only Open Messaging is emulated."""
    shared = ("id", "name", "supportedContent", "messagingSetting", "recipient", "dateCreated", "dateModified")
    shown: list[Entity | bytes] = []
    for integration in call.org.entities.of(RESOURCE).values():
        body = {key: integration.body[key] for key in shared if key in integration.body}
        status = "Starting" if integration.body.get("createStatus") == "Initiated" else "Active"
        body |= {"status": status, "messengerType": "open", "openExtensionType": "None", "version": integration.version}
        shown.append(orjson.dumps(body))
    return Answer(encoded=listing(call, shown, PAGED))


RULES: Final[Mapping[str, Lifecycle]] = {
    RESOURCE: Lifecycle(defaults=_new_integration, check=_check_integration, consequence=_integration_changed),
    SETTINGS: Lifecycle(consequence=_forget_default),
    CONTENT: Lifecycle(consequence=_forget_default),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getConversationsMessagingIntegrations": list_integrations,
    "getConversationsMessagingSettingsDefault": get_default_setting,
    "putConversationsMessagingSettingsDefault": put_default_setting,
    "deleteConversationsMessagingSettingsDefault": delete_default_setting,
    "getMessagingSettingsDefault": get_default_setting,
    "putMessagingSettingsDefault": put_default_setting,
    "deleteMessagingSettingsDefault": delete_default_setting,
    "getConversationsMessagingSupportedcontentDefault": get_default_content,
    "putConversationsMessagingSupportedcontentDefault": put_default_content,
    "getConversationsMessagingThreadingtimeline": get_timeline,
    "putConversationsMessagingThreadingtimeline": put_timeline,
}
