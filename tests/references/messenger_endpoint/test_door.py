from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.messenger_endpoint.door import GUESTS_MAX, Door
from understudy.references.vendor_side.server import Request

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging, Rig

Start = Callable[..., "Rig"]


@pytest.fixture
def rig(start: Start) -> Rig:
    return start()


@pytest.fixture
def door(rig: Rig) -> Door:
    return Door(rig.settings, rig.files, rig.stopping)


def ask(door: Door, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    reply = door.answer(Request(method, path, [], raw), path)
    return reply.status, reply.body


def test_users_are_guests_of_their_own(door: Door, rig: Rig, fake: FakeMessaging) -> None:
    for user in ("bob", "eve%20x"):
        assert ask(door, "POST", f"/users/{user}/messages", {"text": "hi"})[0] == 202
    sessions = fake.wait("configureSession", 2)
    assert len({frame["token"] for frame in sessions}) == 2
    assert {frame["journeyContext"]["customer"]["id"] for frame in sessions} == {"bob", "eve x"}
    rig.until(lambda: ask(door, "GET", "/users/bob/messages")[1]["own"], lambda own: own[0]["state"] == "sent")
    assert ask(door, "POST", "/tabs", {"user": "bob"})[0] == 202
    fake.wait("configureSession", 3)
    assert ask(door, "POST", "/attributes", {"user": "bob", "attributes": {"a": "b"}})[0] == 202
    assert ask(door, "POST", "/users/bob/typing", {})[0] == 202
    assert ask(door, "POST", "/users/bob/end", {})[0] == 202
    door.stop()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/users/bob/messages", b"{", 400),
        ("POST", "/users/bob/messages", {}, 400),
        ("POST", "/users/bob/messages", {"text": 5}, 400),
        ("POST", "/users/bob/messages", {"attachment": {"url": "file:///etc/passwd", "mime": "a/b"}}, 400),
        ("POST", "/users/bob/messages", {"postback": {"payload": "x"}}, 400),
        ("POST", f"/users/{'x' * 201}/typing", {}, 400),
        ("POST", "/tabs", {}, 400),
        ("GET", "/tabs", None, 405),
        ("DELETE", "/users/bob/messages", None, 405),
        ("GET", "/nowhere", None, 404),
        ("POST", "/ready", None, 405),
        ("GET", "/ready", None, 200),
        ("GET", "/users/nobody/messages", None, 200),
    ],
)
def test_what_the_door_answers(door: Door, method: str, path: str, body: Any, status: int) -> None:
    assert ask(door, method, path, body)[0] == status
    door.stop()


def test_the_oldest_guest_makes_room(door: Door) -> None:
    for number in range(GUESTS_MAX + 1):
        ask(door, "POST", "/attributes", {"user": f"u{number}", "attributes": {}})
    assert len(door._guests) == GUESTS_MAX
    assert "u0" not in door._guests
    door.stop()
