from __future__ import annotations

import pytest

from understudy.attachments.store import (
    BYTES_MAX,
    COUNT_MAX,
    HANDLERS,
    AddMedia,
    Media,
    attachments,
    get,
    keep,
    stored,
    upload,
)
from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org


@pytest.fixture
def org() -> Org:
    clock = OrgClock(ManualClock())
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands=HANDLERS)


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", "Image"),
        ("audio/mpeg", "Audio"),
        ("video/mp4", "Video"),
        ("application/pdf", "File"),
        ("", "File"),
    ],
)
def test_media_type_follows_the_mime_type(mime: str, kind: str) -> None:
    item = Media("m1", "acme", "a", mime, b"123").attachment("http://o")
    assert item["contentType"] == "Attachment"
    assert item["attachment"]["mediaType"] == kind
    assert (item["attachment"]["url"], item["attachment"]["contentSizeBytes"]) == ("http://o/media/acme/m1", 3)


def test_only_finished_uploads_can_be_attached(org: Org) -> None:
    media = keep(org, Media("m1", "acme", "a.png", "image/png"))
    with pytest.raises(Refused, match="Media m1 is uploading, not valid"):
        attachments(org, ["m1"], "http://o")
    assert upload(org, media, b"bytes")
    assert [item["attachment"]["id"] for item in attachments(org, ["m1"], "http://o")] == ["m1"]
    with pytest.raises(Refused) as caught:
        attachments(org, ["m1", "nope"], "http://o")
    assert caught.value.status == 404


def test_an_upload_over_the_limit_is_invalid_and_not_kept(org: Org) -> None:
    media = keep(org, Media("m1", "acme", "a", "image/png"))
    most = int(org.limits.value("open-messaging", "media.bytes.max"))
    assert not upload(org, media, bytes(most + 1))
    assert (media.status, media.data) == ("invalid", b"")
    assert upload(org, media, bytes(most))


def test_the_oldest_goes_when_there_are_too_many_or_too_much(org: Org) -> None:
    for number in range(COUNT_MAX + 2):
        keep(org, Media(str(number), "acme", "a", "b"))
    assert next(iter(stored(org))) == "2"
    for number in range(9):
        keep(org, Media(f"big{number}", "acme", "a", "b", bytes(BYTES_MAX // 8)))
    assert list(stored(org)) == [f"big{number}" for number in range(1, 9)]


def test_laboratory_media_is_served_at_its_path(org: Org) -> None:
    made = org.perform(AddMedia("a.txt", "text/plain", text="hello", delay=1.5, status=200))
    media = get(org, made["id"])
    assert (media.data, media.delay, media.status) == (b"hello", 1.5, "valid")
    assert made["path"] == f"/media/acme/{media.id}"


@pytest.mark.parametrize("bad", [{"delay": 999.0}, {"size": BYTES_MAX + 1}, {"status": 99}, {"delay": -1.0}])
def test_laboratory_media_has_bounds(org: Org, bad: dict[str, float]) -> None:
    with pytest.raises(Refused):
        org.perform(AddMedia("a", "b", **bad))  # type: ignore[arg-type]
    assert stored(org) == {}
