from __future__ import annotations

import orjson
import pytest
from tests.web_messaging.staging import guest_at, make_org

from understudy.clock import ManualClock
from understudy.record.entry import Entry
from understudy.record.recorder import Recorder
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.seam import Seam, received_name, sent_name, token_form


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(0, "salt")


def entries(recorder: Recorder) -> list[Entry]:
    return recorder.ring.read(0)


def test_frames_are_a_guests_and_of_its_conversation_and_hold_no_secret(recorder: Recorder) -> None:
    org, token = make_org(ManualClock()), "a-token-of-a-guest"
    seam = Seam(recorder, ManualClock(), org, "127.0.0.1:9", "d")
    seam.about(7)
    first = seam.received(orjson.dumps({"action": "onMessage", "token": token, "message": {"code": 200}}).decode())
    seam.guest = guest_at(org, token)
    org.perform(GuestSays(seam.guest.id, "Text", "hello"))
    seam.link(first)
    seam.sent('{"type":"response","class":"JwtResponse","code":200,"body":{"jwt":"aaaaaaaa.bbbb.cccc","exp":1}}')
    seam.received(orjson.dumps({"action": "configureAuthenticatedSession", "token": token, "data": {"code": "c" * 20}}))
    seam.sent('{"type":"response","class":"string","code":4011,"body":"too long"}')
    last = seam.received(orjson.dumps({"action": "getJwt", "token": token}))
    seam.link(last)
    found = entries(recorder)
    assert [one.name for one in found] == [
        "onMessage", "link", "JwtResponse", "configureAuthenticatedSession", "string 4011", "getJwt",
    ]  # fmt: skip
    text = b" ".join(one.body for one in found)
    assert token.encode() not in text
    assert b"aaaaaaaa.bbbb" not in text
    assert b"c" * 20 not in text
    assert b'"code":200' in found[0].body
    assert b'"code":4011' in found[4].body
    assert (found[1].conversation, found[1].data) == (seam.guest.conversation, {"entry": first.id})
    assert [(one.customer, one.conversation) for one in found[2:]] == [(seam.guest.id, seam.guest.conversation)] * 4
    assert found[0].data == {"deployment": "d", "socket": 7, "token": "other"}


def test_what_came_before_the_guest_was_known_is_that_guests_too(recorder: Recorder) -> None:
    org = make_org(ManualClock())
    seam = Seam(recorder, ManualClock(), org, "", "d")
    seam.request("GET /v1?deploymentId=d", [])
    seam.response(101, ())
    early = seam.received('{"action":"getConfiguration"}')
    last = seam.received('{"action":"configureSession"}')
    seam.guest = guest_at(org)
    seam.link(last)
    found = entries(recorder)
    links = [(one.customer, one.data["entry"]) for one in found if one.name == "link"]
    assert links == [(seam.guest.id, found[0].id), (seam.guest.id, early.id), (seam.guest.id, last.id)]


def test_a_frame_of_a_tests_own_says_so(recorder: Recorder) -> None:
    seam = Seam(recorder, ManualClock(), make_org(ManualClock()), "", "d")
    seam.sent('{"class":"Fireworks","code":1}', "unknown")
    seam.sent('{"class":"LogoutEvent","code":1}')
    assert [one.data.get("probe") for one in entries(recorder)] == ["unknown", None]


@pytest.mark.parametrize(
    ("token", "form"),
    [("0b8f3c1e-9d52-4c57-8a3e-7f1d2c3b4a59", "uuid"), ("guest-1", "other"), ("", "none"), (None, "none"), (5, "none")],
)
def test_what_form_a_token_has_is_said_in_place_of_it(token: object, form: str) -> None:
    assert token_form(token) == form


def test_an_upgrade_of_nobody_is_recorded_too(recorder: Recorder) -> None:
    seam = Seam(recorder, ManualClock(), None, "", "x")
    seam.request("GET /v1?deploymentId=x", [("Origin", "https://shop.example")])
    seam.note("web_messaging.refused", reason="why", status=403)
    seam.response(403, (), b"{}")
    seam.close(1000, "bye")
    request, note, response, close = entries(recorder)
    assert (request.direction, response.status, response.org) == ("in", 403, "")
    assert note.data == {"deployment": "x", "reason": "why", "status": 403}
    assert close.name == "close 1000"
    assert request.exchange == response.exchange


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b'{"action":"echo"}', "echo"), (b"{", "frame"), (b"[]", "frame"), (b'{"action":5}', "frame"), (b"\xff", "frame")],
)
def test_a_frame_is_named_by_its_action(raw: bytes, name: str) -> None:
    assert received_name(raw) == name


def test_our_own_frame_is_named_by_its_class() -> None:
    assert sent_name('{"type":"message","class":"StructuredMessage","code":200,"body":{}}') == "StructuredMessage"


@pytest.mark.parametrize(
    "raw",
    [
        '{"action":"configure\\u0041uthenticatedSession","token":"t","data":{"code":"%s"}}',
        '{"action":"configureauthenticatedsession","token":"t","data":{"code":"%s"}}',
        '{"token":"t","data":{"code":"%s"}}',
        '{"token":"t","data":{"code":"%s"},"act',
    ],
)
def test_what_was_meant_as_a_sign_in_shows_no_code(recorder: Recorder, raw: str) -> None:
    seam = Seam(recorder, ManualClock(), make_org(ManualClock()), "", "d")
    seam.received(raw % ("c" * 20))
    (entry,) = entries(recorder)
    assert b"c" * 20 not in entry.body
