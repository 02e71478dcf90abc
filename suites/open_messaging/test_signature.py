"""OM-01 to OM-07: what a webhook does with signatures, good and bad. Time: short real waits after refusals."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal

SETTLE = 0.3  # seconds in which a wrongly accepted delivery would reach the user


def refused(rehearsal: Rehearsal, check: str, text: str, **spec: object) -> None:
    """Deliver something that must be refused, and look whether the user saw it all the same."""
    ann = rehearsal.known_customer()
    with rehearsal.check(check, texts=[text]):
        rehearsal.probe(ann, body={"text": text}, check=check, **spec)
        if rehearsal.slot.user_side:
            rehearsal.pause(SETTLE)
            ann.sees(0)


@pytest.mark.checks("OM-01")
def test_a_signed_text_is_accepted(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-01"):
        rehearsal.probe(ann, body={"text": "signed"}, check="OM-01")


@pytest.mark.checks("OM-02")
def test_no_signature_is_refused(rehearsal: Rehearsal) -> None:
    refused(rehearsal, "OM-02", "unsigned", signature="none")


@pytest.mark.checks("OM-03")
def test_another_secret_is_refused(rehearsal: Rehearsal) -> None:
    refused(rehearsal, "OM-03", "signed by a stranger", signature="other_secret")


@pytest.mark.checks("OM-04")
@pytest.mark.parametrize("form", ["hex", "no_prefix"])
def test_another_form_of_the_digest_is_refused(rehearsal: Rehearsal, form: str) -> None:
    refused(rehearsal, "OM-04", f"signed in the form {form}", signature=form)


@pytest.mark.checks("OM-05")
def test_a_body_altered_after_signing_is_refused(rehearsal: Rehearsal) -> None:
    refused(rehearsal, "OM-05", "altered on the way", signature="altered")


@pytest.mark.checks("OM-06")
def test_raw_bytes_are_verified(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    envelope = (
        '{{ "id": "{id}",\n  "channel": {{"id": "{integration}", "platform": "Open", "type": "Private",'
        ' "to": {{"id": "{to}"}}, "from": {{"nickname": "caf\\u00e9 \\/ shop", "id": "{integration}"}},'
        ' "time": "2026-01-01T00:00:00.000Z", "messageId": "{id}"}},  "type": "Text",'
        ' "text": "spaced, \\u00e9scaped \\/ and é", "direction": "Outbound" }}'
    )
    raw = envelope.format(id=rehearsal.new_id(), integration=rehearsal.slot.integration, to=ann.id)
    with rehearsal.check("OM-06"):
        rehearsal.probe(ann, raw=raw, check="OM-06")


@pytest.mark.checks("OM-07")
def test_header_names_in_lower_case_are_found(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-07"):
        rehearsal.probe(ann, body={"text": "lower case"}, header_case="lower", check="OM-07")
