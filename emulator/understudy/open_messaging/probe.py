"""A hand-made delivery for conformance tests: one request to a webhook, past lanes and retries.

``Probe.parse`` reads the specification that a test sends through the control API:

    integration, customer   whose webhook, and who the message is for
    body                    JSON object; keys it lacks are filled from a valid Text envelope unless ``fill`` is false
    raw                     the body's text instead, as it is to be sent (malformed JSON, blanks, escapes)
    signature               a ``signature.Variant``; ``header_case`` a ``signature.HeaderCase``
    headers                 further headers; null takes one away. ``content_type`` null sends none
    method, path_suffix     POST and "" unless given
    test, check             go into the record
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from understudy.errors import SettingsError, nearest
from understudy.open_messaging.request import webhook_headers, webhook_secret, webhook_url
from understudy.open_messaging.signature import HeaderCase, Variant, signed
from understudy.open_messaging.webhook import Outbound, Party, compact
from understudy.webhooks.messages import WebhookRequest
from understudy.world.entities import Entity
from understudy.world.org import Org

METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a test asks for."""

    integration: str
    customer: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    raw: str | None = None
    fill: bool = True
    signature: Variant = Variant.GOOD
    header_case: HeaderCase = HeaderCase.DOCUMENTED
    headers: Mapping[str, str | None] = field(default_factory=dict)
    content_type: str | None = "application/json"
    method: str = "POST"
    path_suffix: str = ""
    test: str = ""
    check: str = ""

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Probe:
        """From the control API; raises ``SettingsError`` that names the wrong field."""
        known = [f.name for f in fields(cls)]
        for name in spec:
            if name not in known:
                raise SettingsError("probe", name, nearest(name, known))
        values = dict(spec)
        for name, shape in (("signature", Variant), ("header_case", HeaderCase)):
            if name in values:
                values[name] = _word(f"probe.{name}", values[name], shape)
        if str(values.get("method", "POST")) not in METHODS:
            raise SettingsError("probe.method", values["method"], "give one of " + ", ".join(METHODS))
        if not isinstance(values.get("integration"), str):
            raise SettingsError("probe.integration", values.get("integration"), "give the id of an integration")
        return cls(**values)

    def payload(self, org: Org, integration: Entity) -> tuple[bytes, str]:
        """The body before signing, and the message id that it carries ("" where it has none)."""
        if self.raw is not None:
            return self.raw.encode("utf-8", "surrogatepass"), ""
        body = dict(self.body)
        if self.fill:
            sender = Party(id=integration.id, nickname=integration.name)
            id_ = str(body.get("id") or org.ids.uuid("message"))
            envelope = Outbound(
                id=id_,
                integration=integration.id,
                sender=sender,
                to=Party(id=self.customer),
                time=org.now(),
                originating="Bot",
            ).to_json()
            if "text" not in body and body.get("type", "Text") != "Text":
                del envelope["text"]
            body = envelope | body
        return compact({key: value for key, value in body.items() if value is not None}), str(body.get("id") or "")

    def request(self, integration: Entity, body: bytes) -> WebhookRequest:
        """The request as it goes over the wire."""
        made = signed(webhook_secret(integration), body, self.signature)
        url = webhook_url(integration, self.path_suffix)
        headers = webhook_headers(
            integration,
            url,
            made.body,
            made.value,
            case=self.header_case,
            content_type=self.content_type,
            more=self.headers,
        )
        return WebhookRequest(method=self.method, url=url, headers=headers, body=made.body)


def _word(name: str, value: object, shape: Any) -> Any:
    words = [str(member.value) for member in shape]
    if value not in words:
        raise SettingsError(name, value, nearest(str(value), words))
    return shape(value)
