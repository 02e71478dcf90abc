"""Signatures: the facts' vector, what is refused, and what each fault lets through."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from understudy.references.polyai_endpoint.signature import HEADER, Verifier

SECRET = "a-secret-of-16+ch"
BODY = '{"id":"m1","type":"Text","text":"café"}'.encode()
RIGHT = "sha256=Klu+DvitlUAOrhN25M69FOefthDrQqaxD1K8Yg8iFjU="  # facts: messaging §1.3
HEX = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
OTHER = "sha256=" + base64.b64encode(hmac.new(b"another-secret-of-", BODY, hashlib.sha256).digest()).decode()
SPACED = b'{ "id": "m1", "text": "caf\\u00e9 \\/ x" }'


def genuine(signature: str | None, *faults: str, body: bytes = BODY, header: str = HEADER) -> bool:
    """Whether a delivery with this signature is taken."""
    headers = [("Content-Type", "application/json")] + ([] if signature is None else [(header, signature)])
    return Verifier(SECRET, frozenset(faults)).is_genuine(headers, body)


def sign(body: bytes) -> str:
    """The right signature of any body."""
    return "sha256=" + base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def test_the_facts_vector_is_genuine_in_any_letter_case_of_the_header() -> None:
    assert genuine(RIGHT)
    assert genuine(RIGHT, header="x-hub-signature-256")
    assert genuine(sign(SPACED), body=SPACED)


@pytest.mark.parametrize("wrong", [None, "", OTHER, "sha256=" + HEX, HEX, RIGHT[7:], RIGHT[:-1], "sha256=é", "ÿ" * 51])
def test_anything_else_is_refused(wrong: str | None) -> None:
    assert not genuine(wrong)


def test_a_body_altered_by_one_byte_is_refused() -> None:
    assert not genuine(RIGHT, body=BODY.replace(b"m1", b"m2"))


def test_accepts_unsigned_takes_no_signature_but_not_a_wrong_one() -> None:
    assert genuine(None, "accepts_unsigned")
    assert not genuine(OTHER, "accepts_unsigned")


def test_accepts_any_signature_looks_at_the_form_only() -> None:
    assert genuine(OTHER, "accepts_any_signature")
    assert genuine(RIGHT, "accepts_any_signature", body=b"{}")
    assert not any(genuine(value, "accepts_any_signature") for value in (None, "sha256=" + HEX, RIGHT[7:], "sha256=é"))


def test_accepts_hex_signature_takes_hex_and_no_prefix() -> None:
    assert all(genuine(value, "accepts_hex_signature") for value in ("sha256=" + HEX, HEX, RIGHT[7:], RIGHT))
    assert not genuine(OTHER, "accepts_hex_signature")


def test_verifies_parsed_body_fails_for_spaced_json_only() -> None:
    assert genuine(RIGHT, "verifies_parsed_body")
    assert not genuine(sign(SPACED), "verifies_parsed_body", body=SPACED)
    assert json.loads(SPACED)["text"] == "café / x"
    assert genuine(sign(b"{"), "verifies_parsed_body", body=b"{")


def test_case_sensitive_header_misses_the_lower_case_name() -> None:
    assert genuine(RIGHT, "case_sensitive_header")
    assert not genuine(RIGHT, "case_sensitive_header", header="x-hub-signature-256")
