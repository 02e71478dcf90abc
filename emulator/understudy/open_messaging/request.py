"""The request to an integration's webhook: its URL, and its headers with signature."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from understudy.open_messaging.signature import HEADER, HeaderCase
from understudy.webhooks.messages import Headers, framing, merged, usual
from understudy.world.entities import Entity


def webhook_url(integration: Entity, suffix: str = "") -> str:
    """The integration's webhook, with ``suffix`` behind its path."""
    split = urlsplit(str(integration.body["outboundNotificationWebhookUrl"]))
    return urlunsplit((split.scheme, split.netloc, split.path + suffix, split.query, ""))


def webhook_secret(integration: Entity) -> str:
    """What its deliveries are signed with."""
    return str(integration.body["outboundNotificationWebhookSignatureSecretToken"])


def webhook_headers(
    integration: Entity,
    url: str,
    body: bytes,
    signature: str | None,
    *,
    case: HeaderCase = HeaderCase.DOCUMENTED,
    content_type: str | None = "application/json",
    more: Mapping[str, str | None] | None = None,
) -> Headers:
    """All headers in the order sent: the usual ones, the integration's ``webhookHeaders`` (which replace usual ones of
    the same name, but neither host, length nor signature), and ``more`` (``None`` takes a header away)."""
    own: Mapping[str, str | None] = integration.body.get("webhookHeaders") or {}
    signed: dict[str, str | None] = {case.spell(HEADER): signature}
    return merged(usual(content_type), own, framing(url, body), signed, more or {})
