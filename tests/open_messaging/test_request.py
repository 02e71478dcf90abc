from __future__ import annotations

from understudy.open_messaging.request import webhook_headers, webhook_secret, webhook_url
from understudy.open_messaging.signature import HEADER, HeaderCase
from understudy.world.entities import Entity

HOOK = "https://u:p@vendor.example:8443/a/hook?tenant=7"


def integration(**headers: str) -> Entity:
    body = {
        "outboundNotificationWebhookUrl": HOOK,
        "outboundNotificationWebhookSignatureSecretToken": "a-secret-of-16+ch",
        "webhookHeaders": headers,
    }
    return Entity("messaging.integrations.open", "i1", body)


def test_suffix_goes_behind_the_path_and_before_the_query() -> None:
    assert webhook_url(integration(), "/wrong") == "https://u:p@vendor.example:8443/a/hook/wrong?tenant=7"


def test_headers_are_the_usual_ones_the_integrations_own_and_the_signature() -> None:
    headers = dict(webhook_headers(integration(Authorization="Bearer x"), HOOK, b"{}", "sha256=abc"))
    assert headers == {
        "User-Agent": "understudy",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "Authorization": "Bearer x",
        "Host": "vendor.example:8443",
        "Content-Length": "2",
        "X-Hub-Signature-256": "sha256=abc",
    }


def test_own_headers_replace_usual_ones_but_neither_host_nor_signature() -> None:
    own = {"user-agent": "mine", "host": "evil", "x-hub-signature-256": "sha256=forged", "content-length": "0"}
    headers = {name.lower(): value for name, value in webhook_headers(integration(**own), HOOK, b"{}", "sha256=abc")}
    assert headers["user-agent"] == "mine"
    assert (headers["host"], headers["content-length"]) == ("vendor.example:8443", "2")
    assert headers["x-hub-signature-256"] == "sha256=abc"


def test_variants_drop_and_respell_headers() -> None:
    plain = webhook_headers(integration(), HOOK, b"", None, content_type=None, more={"accept": None, "X-More": "1"})
    names = [name for name, _ in plain]
    assert "Content-Type" not in names
    assert "Accept" not in names
    assert HEADER not in names
    assert ("X-More", "1") in plain
    lower = webhook_headers(integration(), HOOK, b"", "sha256=abc", case=HeaderCase.LOWER)
    assert ("x-hub-signature-256", "sha256=abc") in lower


def test_secret_is_the_integrations() -> None:
    assert webhook_secret(integration()) == "a-secret-of-16+ch"
