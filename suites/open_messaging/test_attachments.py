"""OM-20, OM-21, OM-38: files both ways. The emulator serves what it sends."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import Rehearsal

KINDS = {"Image": "image/png", "File": "application/pdf", "Audio": "audio/mpeg", "Video": "video/mp4"}

FAILURES: dict[str, dict[str, float]] = {"404": {"status": 404}, "slow": {"delay": 30.0}, "large": {"size": 11 << 20}}


def attachment(url: str, media: str, mime: str) -> list[dict[str, Any]]:
    return [
        {"contentType": "Attachment", "attachment": {"mediaType": media, "url": url, "mime": mime, "filename": "f"}}
    ]


@pytest.mark.checks("OM-20")
@pytest.mark.parametrize(("media", "mime"), KINDS.items(), ids=list(KINDS))
def test_an_attachment_is_shown_with_its_type(rehearsal: Rehearsal, media: str, mime: str) -> None:
    ann = rehearsal.known_customer()
    url = rehearsal.media("not really", mime)
    with rehearsal.check("OM-20", customer=ann.id, url=url, mime=mime):
        rehearsal.probe(ann, body={"text": "", "content": attachment(url, media, mime)}, check="OM-20")
        ann.sees(1)


@pytest.mark.checks("OM-21")
@pytest.mark.parametrize("failure", list(FAILURES))
def test_an_attachment_that_fails_is_said(rehearsal: Rehearsal, failure: str) -> None:
    ann = rehearsal.known_customer()
    url = rehearsal.media("", "image/png", **FAILURES[failure])
    with rehearsal.check("OM-21", customer=ann.id, url=url):
        rehearsal.probe(ann, body={"text": "", "content": attachment(url, "Image", "image/png")}, check="OM-21")
        ann.sees(1, timeout=8.0)


@pytest.mark.checks("OM-38")
def test_the_users_file_is_sent_as_an_attachment(rehearsal: Rehearsal) -> None:
    ann, _ = rehearsal.handed_over()
    url = rehearsal.media("not really", "image/png")
    with rehearsal.check("OM-38", customer=ann.id, url=url, mime="image/png"):
        cursor = rehearsal.cursor()
        ann.attaches(url, "image/png", "Image")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
