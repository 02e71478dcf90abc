from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.attachments import store
from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_messaging.frames import ServerFrame
from understudy.web_messaging.messages import DeleteAttachment, GetAttachment, OnAttachment
from understudy.web_messaging.uploads import (
    HANDLERS,
    KEPT,
    PutUpload,
    admit,
    content_of,
    delete,
    offer,
    presented,
    sent,
    uploads,
)
from understudy.world.org import Org

ORIGIN = "https://webmessaging.mypurecloud.de"
DATA = b"the bytes of a picture"
NO_HEADERS: Mapping[str, str] = {}


@dataclass
class Somebody:
    id: str = "g1"
    deployment: str = "d1"


ANN = Somebody()


@pytest.fixture
def org() -> Org:
    return new_org()


def new_org() -> Org:
    clock = OrgClock(ManualClock())
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme", "salt"), limits=load_limits(), commands=HANDLERS)


def wish(data: bytes = DATA, **more: Any) -> OnAttachment:
    asked = {"file_name": "a.png", "file_type": "image/png", "file_size": len(data), "attachment_id": "a1"}
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return OnAttachment(**{"token": "t", "tracing_id": "n1", "file_md5": md5, **asked, **more})


def parts(frame: ServerFrame) -> tuple[str, dict[str, str]]:
    """Media id and query of the URL that a frame tells."""
    url = urlsplit(frame.body["url"])
    return url.path.rpartition("/")[2], dict(parse_qsl(url.query))


def put(org: Org, frame: ServerFrame, data: bytes = DATA, headers: Mapping[str, str] | None = None) -> int:
    media, query = parts(frame)
    status, found = admit(org, "PUT", media, query, frame.body["headers"] if headers is None else headers)
    return int(org.perform(PutUpload(media, data))) if found is not None else status


def effects(org: Org) -> list[tuple[str, str, int | None]]:
    taken = org.take_effects("web_messaging")
    assert all(effect.data["guest"] == "g1" and effect.data["tracing_id"] == "n1" for effect in taken)
    return [(effect.kind, effect.data["attachment"], effect.data.get("code")) for effect in taken]


def got(org: Org, id_: str = "a1", guest: Somebody = ANN) -> ServerFrame:
    return presented(org, guest, GetAttachment(token="t", attachment_id=id_))


def dropped(org: Org, id_: str = "a1", guest: Somebody = ANN) -> ServerFrame:
    return delete(org, guest, DeleteAttachment(token="t", attachment_id=id_))


def test_an_offer_tells_where_and_with_which_headers(org: Org) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    body = frame.body
    assert (frame.class_, frame.code, frame.tracing_id) == ("PresignedUrlResponse", 200, "n1")
    assert (body["attachmentId"], body["fileName"], body["fileSize"]) == ("a1", "a.png", len(DATA))
    assert body["url"].startswith(f"{ORIGIN}/media/guests/acme/")
    digest = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest()).decode()
    assert (body["headers"]["Content-Type"], body["headers"]["Content-MD5"]) == ("image/png", digest)
    assert "x-amz-tagging" in body["headers"]


def test_what_was_put_may_be_sent_and_got(org: Org) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    assert put(org, frame) == 200
    assert effects(org) == [("uploaded", "a1", None)]
    item = content_of(org, ANN, "a1")
    assert isinstance(item, dict)
    assert item["contentType"] == "Attachment"
    attachment = item["attachment"]
    assert (attachment["id"], attachment["mediaType"], attachment["filename"]) == ("a1", "Image", "a.png")
    assert (attachment["mime"], attachment["contentSizeBytes"]) == ("image/png", len(DATA))
    told = got(org)
    media, query = parts(told)
    assert attachment["url"] == f"{ORIGIN}/media/acme/{media}"
    assert admit(org, "GET", media, query, NO_HEADERS)[0] == 200
    assert store.stored(org)[media].data == DATA


def test_a_client_without_a_name_for_its_file_is_given_one(org: Org) -> None:
    frame = offer(org, ANN, wish(attachment_id=None), ORIGIN)
    assert put(org, frame) == 200
    assert isinstance(content_of(org, ANN, frame.body["attachmentId"]), dict)


@pytest.mark.parametrize("name", ["Content-Type", "Content-MD5", "x-amz-tagging"])
@pytest.mark.parametrize("value", [None, "", "wrong"])
def test_a_put_without_the_headers_of_the_offer_is_refused(org: Org, name: str, value: str | None) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    headers = {**frame.body["headers"], name: value}
    assert put(org, frame, headers={key: text for key, text in headers.items() if text is not None}) == 403
    assert effects(org) == []
    assert content_of(org, ANN, "a1") == 4010
    assert put(org, frame) == 200  # and may be tried again


@pytest.mark.parametrize(
    ("data", "code"), [(b"", 4102), (DATA + b"!", 4002), (DATA[:-1], 4003), (DATA[:-1] + b"?", 4003)]
)
def test_other_bytes_than_announced_fail_and_the_guest_hears_why(org: Org, data: bytes, code: int) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    assert put(org, frame, data) == 400
    assert effects(org) == [("upload_failed", "a1", code)]
    assert content_of(org, ANN, "a1") == 4010
    assert store.stored(org) == {}


def test_a_put_that_comes_too_late_has_expired(org: Org) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    org.clock.jump(600)
    assert put(org, frame) == 403
    assert effects(org) == [("upload_failed", "a1", 4008)]
    assert content_of(org, ANN, "a1") == 4008
    assert got(org).body["errorCode"] == 4008
    assert put(org, offer(org, ANN, wish(), ORIGIN)) == 200  # the same file may be announced again


def test_a_signature_is_of_one_method_one_file_and_one_end(org: Org) -> None:
    frame, other = offer(org, ANN, wish(), ORIGIN), offer(org, ANN, wish(attachment_id="a2"), ORIGIN)
    (media, query), headers = parts(frame), frame.body["headers"]
    later = {**query, "expires": str(int(query["expires"]) + 1)}
    assert admit(org, "GET", media, query, headers)[0] == 403
    assert admit(org, "PUT", parts(other)[0], query, other.body["headers"])[0] == 403
    assert admit(org, "PUT", media, later, headers)[0] == 403
    assert admit(org, "PUT", media, {}, headers)[0] == 403
    assert admit(org, "PUT", "none", query, headers)[0] == 404
    assert admit(org, "PUT", media, query, headers)[0] == 200


@given(st.dictionaries(st.sampled_from(["expires", "signature"]), st.text(max_size=20)), st.text(max_size=20))
def test_whatever_query_a_peer_sends_is_refused_and_never_breaks(query: dict[str, str], media: str) -> None:
    org = new_org()
    known = parts(offer(org, ANN, wish(), ORIGIN))[0]
    assert admit(org, "PUT", media, query, NO_HEADERS)[0] == 404
    assert admit(org, "PUT", known, query, NO_HEADERS)[0] == 403


@pytest.mark.parametrize(
    ("fields", "class_"),
    [
        ({"file_md5": "no digest"}, "string"),
        ({"attachment_id": "x" * 300}, "string"),
        ({"file_md5": "no digest", "errors_as_json": True}, "GenerateUrlError"),
    ],
)
def test_an_offer_needs_a_digest_and_a_name_of_sane_length(org: Org, fields: dict[str, Any], class_: str) -> None:
    frame = offer(org, ANN, wish(**fields), ORIGIN)
    assert (frame.class_, frame.code, frame.tracing_id) == (class_, 400, "n1")
    assert uploads(org).by_media == {}


def test_a_digest_may_be_in_base64(org: Org) -> None:
    digest = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest()).decode()
    assert put(org, offer(org, ANN, wish(file_md5=digest), ORIGIN)) == 200


def test_a_name_that_has_its_file_is_not_given_again(org: Org) -> None:
    frame = offer(org, ANN, wish(), ORIGIN)
    again = offer(org, ANN, wish(), ORIGIN)  # the first was never used: it is forgotten
    assert (put(org, frame), put(org, again)) == (404, 200)
    assert offer(org, ANN, wish(), ORIGIN).code == 400
    assert put(org, again, b"other bytes") == 200  # a repeated PUT changes nothing
    assert effects(org) == [("uploaded", "a1", None)]


def test_a_file_is_its_guests_alone(org: Org) -> None:
    put(org, offer(org, ANN, wish(), ORIGIN))
    other = Somebody("g2")
    assert content_of(org, other, "a1") == 4009
    assert got(org, guest=other).code == 4009
    assert dropped(org, guest=other).code == 4009
    assert put(org, offer(org, other, wish(b"mine"), ORIGIN), b"mine") == 200


def test_what_was_taken_back_is_gone_and_what_was_sent_stays(org: Org) -> None:
    put(org, offer(org, ANN, wish(), ORIGIN))
    assert dropped(org).body == {"attachmentId": "a1"}
    assert (content_of(org, ANN, "a1"), got(org).code, dropped(org).code) == (4009, 4009, 4009)
    assert store.stored(org) == {}
    put(org, offer(org, ANN, wish(attachment_id="a2"), ORIGIN))
    assert isinstance(content_of(org, ANN, "a2"), dict)
    sent(org, ANN, ("a2", "unheard of"))
    assert dropped(org, "a2").code == 4009


def test_bytes_that_the_store_let_go_of_are_not_found(org: Org) -> None:
    put(org, offer(org, ANN, wish(), ORIGIN))
    store.stored(org).clear()
    assert content_of(org, ANN, "a1") == 4009


def test_offers_are_bounded_and_the_oldest_go(org: Org) -> None:
    first = offer(org, ANN, wish(attachment_id="first"), ORIGIN)
    for number in range(KEPT):
        offer(org, ANN, wish(attachment_id=f"n{number}"), ORIGIN)
    known = uploads(org)
    assert (len(known.by_media), len(known.by_name)) == (KEPT, KEPT)
    assert put(org, first) == 404
