"""The user side: what a user may do, and how nonsense is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.polyai_endpoint.userside import attachment_of

if TYPE_CHECKING:
    from tests.references.conftest import Rig


CLICKS = [{"postback": {"payload": "never offered"}}, {"postback": {"text": "no payload"}}]


NONSENSE = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    {},
    {"text": 7},
    {"text": ""},
    {"attachment": {"url": "http://x"}},
    {"postback": 1},
]


@pytest.mark.parametrize("body", [*NONSENSE, *CLICKS])
def test_nonsense_is_400(start: Callable[..., Rig], body: Any) -> None:
    reply = start().request("POST", "/users/ann/messages", body)
    assert reply.status == 400
    assert reply.body["error"]


def test_ids_are_decoded_and_bounded(start: Callable[..., Rig]) -> None:
    rig: Any = start()
    assert rig.say("a%2Fb%40c", "hi") == 202
    assert rig.seen("a%2Fb%40c", 1)[0]["text"] == "You said: hi"
    assert rig.say("x" * 256, "hi") == 400


def test_nobody_has_seen_nothing(start: Callable[..., Rig]) -> None:
    reply = start().request("GET", "/users/nobody/messages")
    assert (reply.status, reply.body) == (200, {"mode": "bot", "messages": []})


def test_in_the_forward_topology_users_write_to_genesys(start: Callable[..., Rig]) -> None:
    rig: Any = start(topology="forward")
    assert rig.say("ann", "hi") == 409
    assert rig.request("GET", "/users/ann/messages").status == 200


@pytest.mark.parametrize(
    ("mime", "media"),
    [
        ("image/png", "Image"),
        ("video/mp4", "Video"),
        ("audio/ogg", "Audio"),
        ("application/pdf", "File"),
        ("x", "File"),
    ],
)
def test_the_media_type_follows_from_the_mime(mime: str, media: str) -> None:
    assert attachment_of({"url": "http://x", "mime": mime}) == {"mediaType": media, "url": "http://x", "mime": mime}


def test_what_the_file_says_of_itself_counts() -> None:
    body = {"url": "http://x", "mime": "text/plain", "mediaType": "Link", "filename": "a.txt", "else": "x"}
    assert attachment_of(body) == {"url": "http://x", "mime": "text/plain", "mediaType": "Link", "filename": "a.txt"}
    assert attachment_of({"mime": "text/plain"}) is None
