from __future__ import annotations

import json

import pytest

from understudy.open_messaging.signature import HEADER, HeaderCase, Variant, sign, signed, verify

SECRET = "a-secret-of-16+ch"
BODY = '{"id":"m1","type":"Text","text":"café"}'.encode()
VECTOR = "sha256=Klu+DvitlUAOrhN25M69FOefthDrQqaxD1K8Yg8iFjU="


def test_vector_of_the_facts() -> None:
    assert sign(SECRET, BODY) == VECTOR
    assert verify(SECRET, BODY, VECTOR)


@pytest.mark.parametrize("variant", [v for v in Variant if v is not Variant.GOOD])
def test_every_other_variant_is_refused(variant: Variant) -> None:
    made = signed(SECRET, BODY, variant)
    assert not verify(SECRET, made.body, made.value)


def test_good_variant_is_accepted_and_leaves_the_body() -> None:
    made = signed(SECRET, BODY)
    assert made.body == BODY
    assert made.value == VECTOR


def test_hex_and_no_prefix_differ_from_the_vector_as_they_say() -> None:
    assert (
        signed(SECRET, BODY, Variant.HEX).value
        == "sha256=2a5bbe0ef8ad95400eae1376e4cebd14e79fb610eb42a6b10f52bc620f221635"
    )
    assert signed(SECRET, BODY, Variant.NO_PREFIX).value == VECTOR.removeprefix("sha256=")
    assert signed(SECRET, BODY, Variant.NONE).value is None


@pytest.mark.parametrize(
    "body", [BODY, b'{"a":1}', b'{"text":""}', b'{"text":"\\n\\u00e9"}', b"7", b"[true]", "é".encode()]
)
def test_altered_changes_exactly_one_byte(body: bytes) -> None:
    changed = signed(SECRET, body, Variant.ALTERED).body
    assert len(changed) == len(body)
    assert sum(a != b for a, b in zip(body, changed, strict=True)) == 1


@pytest.mark.parametrize("body", [BODY, b'{"text":"\\nhello"}', b'{"text":"","direction":"Outbound"}'])
def test_altered_json_is_still_json_so_that_only_the_signature_shows_it(body: bytes) -> None:
    assert json.loads(signed(SECRET, body, Variant.ALTERED).body) != json.loads(body)


def test_altered_empty_body_grows() -> None:
    assert signed(SECRET, b"", Variant.ALTERED).body == b" "


@pytest.mark.parametrize("value", [None, "", "sha256=", "sha256", "sha256=é", "\udcff", VECTOR + " "])
def test_malformed_values_are_refused(value: str | None) -> None:
    assert not verify(SECRET, BODY, value)


def test_header_name_is_spelled_as_asked() -> None:
    assert [case.spell(HEADER) for case in HeaderCase] == [
        "X-Hub-Signature-256",
        "x-hub-signature-256",
        "X-HUB-SIGNATURE-256",
    ]
