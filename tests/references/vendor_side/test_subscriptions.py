"""Keys and their topics: what is heard, what a refusal does, what a name that is not resolved does."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.vendor_side.genesys import Genesys, Http, Tokens
from understudy.references.vendor_side.subscriptions import PlatformChannels, Subscriptions, read_frame

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig

PATIENCE = 5.0
Heard = queue.SimpleQueue[tuple[str, str, dict[str, Any]]]
Open = Callable[..., Subscriptions]


@pytest.fixture
def heard() -> Heard:
    """What the listener is told."""
    return queue.SimpleQueue()


@pytest.fixture
def opened(genesys: FakeGenesys, heard: Heard) -> Iterator[Open]:
    """Makes subscriptions at the fake."""
    stopping, made = threading.Event(), list[Subscriptions]()
    http = Http(genesys.url, stopping)
    channels = PlatformChannels(Genesys(http, Tokens(http, "c", "s", 0.01), 0.01))

    def make(via: str = "") -> Subscriptions:
        made.append(Subscriptions(channels, lambda *event: heard.put(event), stopping, 0.01, via))
        return made[-1]

    yield make
    stopping.set()
    for one in made:
        one.stop()
    http.close()


def test_an_event_is_heard_under_its_key_with_its_body(genesys: FakeGenesys, opened: Open, heard: Heard) -> None:
    watching = opened()
    assert watching.watch("a", ["v2.Users.u1.x"])
    assert watching.watch("a", ["v2.Users.u1.x", "v2.users.u1.y"])
    assert watching.watch("b", ["v2.users.u2.x"])
    assert [[topic["id"] for topic in call.body] for call in genesys.to("/subscriptions")] == [
        ["v2.Users.u1.x"], ["v2.users.u1.y"], ["v2.users.u2.x"],
    ]  # fmt: skip
    genesys.connected().send('{"topicName": "v2.users.U1.X", "eventBody": {"id": "c"}}')
    genesys.connected().send('{"topicName": "v2.users.u2.x", "eventBody": []}')
    assert heard.get(timeout=PATIENCE) == ("a", "v2.users.u1.x", {"id": "c"})
    assert heard.get(timeout=PATIENCE) == ("b", "v2.users.u2.x", {})


def test_a_topic_that_is_not_allowed_spoils_nothing(
    genesys: FakeGenesys, opened: Open, heard: Heard, start: Callable[..., Rig]
) -> None:
    watching = opened()
    assert watching.watch("a", ["v2.users.u1.x"])
    genesys.connected()
    genesys.scripts["/subscriptions"].append(start().scripted(403))
    assert not watching.watch("a", ["v2.secret"])
    assert watching.watch("b", ["v2.users.u2.x"])
    assert len(genesys.to("/channels")) == 1
    genesys.connected().close()
    assert {heard.get(timeout=PATIENCE)[0] for _ in range(2)} == {"a", "b"}
    genesys.connected(2).send('{"topicName": "v2.secret"}')
    genesys.connected(2).send('{"topicName": "v2.users.u1.x"}')
    assert heard.get(timeout=PATIENCE) == ("a", "v2.users.u1.x", {})


def test_a_channel_that_could_not_be_had_again_is_connected_to_once_it_can(
    genesys: FakeGenesys, opened: Open, heard: Heard, start: Callable[..., Rig]
) -> None:
    watching = opened()
    assert watching.watch("a", ["v2.users.u1.x"])
    genesys.connected()
    genesys.scripts["/subscriptions"].append(start().scripted(404))
    genesys.scripts["/notifications/channels"].append(start().scripted(400))
    assert not watching.watch("b", ["v2.users.u2.x"])
    assert watching.watch("c", ["v2.users.u3.x"])
    genesys.connected(2).send('{"topicName": "v2.users.u3.x"}')
    assert heard.get(timeout=PATIENCE) == ("a", "", {})
    assert heard.get(timeout=PATIENCE)[0] == "c"


def test_a_host_that_is_not_resolved_is_found_where_it_is_said_to_be(
    genesys: FakeGenesys, opened: Open, start: Callable[..., Rig]
) -> None:
    port = genesys.streaming.socket.getsockname()[1]
    named = {"id": "channel", "connectUri": "ws://streaming.mypurecloud.de/channels/channel"}
    genesys.scripts["/notifications/channels"].append(start().scripted(200, named))
    assert opened(f"http://127.0.0.1:{port}").watch("a", ["v2.users.u1.x"])
    request = genesys.connected().request
    assert request is not None
    assert request.headers["Host"] == "streaming.mypurecloud.de"


def test_a_stop_is_for_good(genesys: FakeGenesys, opened: Open) -> None:
    watching = opened()
    assert watching.watch("a", ["v2.users.u1.x"])
    genesys.connected()
    watching.stop()
    assert watching._thread is not None
    watching._thread.join(PATIENCE)
    assert not watching._thread.is_alive()


def test_a_stop_while_the_socket_is_opening_is_for_good_too(genesys: FakeGenesys, opened: Open) -> None:
    watching = opened()
    dialled = watching._dialled
    watching._dialled = lambda: (watching.stop(), dialled())[1]  # type: ignore[method-assign, func-returns-value]
    watching.watch("a", ["v2.users.u1.x"])
    assert watching._thread is not None
    watching._thread.join(PATIENCE)
    assert not watching._thread.is_alive()


@pytest.mark.parametrize("frame", ["", "[]", "5", '{"topicName": 5}', "\ud800", b"\xff", "[" * 100_000])
def test_a_frame_that_says_nothing_is_nothing(frame: str | bytes) -> None:
    assert read_frame(frame) == ("", {})
