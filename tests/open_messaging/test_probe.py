from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.errors import SettingsError
from understudy.open_messaging.probe import Probe
from understudy.open_messaging.signature import verify
from understudy.world.entities import Entity
from understudy.world.org import Org

SECRET = "a-secret-of-16+ch"


def made(org: Org, integration: Entity, **spec: Any) -> tuple[bytes, str, dict[str, str]]:
    probe = Probe.parse({"integration": "i1", "customer": "u-1", **spec})
    body, message = probe.payload(org, integration)
    request = probe.request(integration, body)
    return request.body, message, dict(request.headers)


def test_what_is_missing_comes_from_a_valid_envelope(org: Org, integration: Entity) -> None:
    body, message, headers = made(org, integration, body={"text": "hello"})
    data = orjson.loads(body)
    assert (data["text"], data["id"], data["type"], data["channel"]["to"]["id"]) == ("hello", message, "Text", "u-1")
    assert verify(SECRET, body, headers["X-Hub-Signature-256"])


def test_null_takes_a_field_away_and_another_type_has_no_text(org: Org, integration: Entity) -> None:
    body, _, _ = made(org, integration, body={"type": "Event", "events": [], "originatingEntity": None})
    data = orjson.loads(body)
    assert "text" not in data
    assert "originatingEntity" not in data


def test_without_fill_the_body_is_sent_as_it_is(org: Org, integration: Entity) -> None:
    assert made(org, integration, body={"id": "m7"}, fill=False)[:2] == (b'{"id":"m7"}', "m7")


def test_raw_text_is_signed_and_sent_byte_for_byte(org: Org, integration: Entity) -> None:
    body, message, headers = made(org, integration, raw='{ "text" : "caf\\u00e9 \\/" ')
    assert (body, message) == (b'{ "text" : "caf\\u00e9 \\/" ', "")
    assert verify(SECRET, body, headers["X-Hub-Signature-256"])


@pytest.mark.parametrize("variant", ["none", "other_secret", "hex", "no_prefix", "altered"])
def test_defective_signatures_do_not_verify(org: Org, integration: Entity, variant: str) -> None:
    body, _, headers = made(org, integration, body={"text": "hello"}, signature=variant)
    assert not verify(SECRET, body, headers.get("X-Hub-Signature-256"))


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"sinature": "good"}, "probe is 'sinature': did you mean 'signature'?"),
        ({"signature": "goud"}, "probe.signature is 'goud': did you mean 'good'?"),
        ({"header_case": "lowr"}, "probe.header_case is 'lowr': did you mean 'lower'?"),
        ({"method": "BREW"}, "probe.method is 'BREW': give one of POST, GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ({"integration": None}, "probe.integration is None: give the id of an integration"),
    ],
)
def test_a_wrong_specification_is_named(spec: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Probe.parse({"integration": "i1", **spec})
    assert str(caught.value) == text
