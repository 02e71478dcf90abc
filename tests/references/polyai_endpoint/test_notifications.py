"""One channel and one socket for all conversations; gaps are reported; dead channels are replaced."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from understudy.references.polyai_endpoint.notifications import KINDS, Notifications
from understudy.references.polyai_endpoint.operations import Operations
from understudy.references.vendor_side.genesys import Genesys, Http, Tokens

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig

PATIENCE = 5.0
Heard = queue.SimpleQueue[tuple[str, str]]


@pytest.fixture
def heard() -> Heard:
    """What the listener is told."""
    return queue.SimpleQueue()


@pytest.fixture
def notifications(genesys: FakeGenesys, heard: Heard) -> Iterator[Notifications]:
    """Notifications from the fake."""
    stopping = threading.Event()
    http = Http(genesys.url, stopping)
    operations = Operations(Genesys(http, Tokens(http, "c", "s", 0.01), 0.01), "i-1")
    made = Notifications(operations, lambda *event: heard.put(event), stopping, 0.01)
    yield made
    stopping.set()
    made.stop()
    http.close()


def test_what_happens_to_a_watched_conversation_is_heard(
    genesys: FakeGenesys, notifications: Notifications, heard: Heard
) -> None:
    assert notifications.watch("C-1")
    genesys.connected().send("not JSON")
    genesys.connected().send('{"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}}')
    genesys.notify("user.end", "somebody-elses")
    genesys.notify("wrapup", "c-1")
    genesys.notify("user.end", "c-1")  # topics come in any letter case
    assert heard.get(timeout=PATIENCE) == ("C-1", "user.end")


def test_a_second_conversation_uses_the_same_channel_and_socket(
    genesys: FakeGenesys, notifications: Notifications, heard: Heard
) -> None:
    assert notifications.watch("c1")
    assert notifications.watch("c2")
    assert len(genesys.to("/channels")) == 1
    genesys.connected()
    assert genesys.opened == 1
    first, second = (call.body for call in genesys.to("/subscriptions"))
    assert [topic["id"] for topic in second] == [f"v2.detail.events.conversation.c2.{kind}" for kind in KINDS]
    assert len(first) == len(KINDS)
    notifications.forget("c1")
    genesys.notify("acw", "c1")
    genesys.notify("acw", "c2")
    assert heard.get(timeout=PATIENCE) == ("c2", "acw")


def test_a_dropped_socket_is_opened_again_and_the_gap_reported(
    genesys: FakeGenesys, notifications: Notifications, heard: Heard
) -> None:
    assert notifications.watch("c1")
    genesys.connected().close()
    assert heard.get(timeout=PATIENCE) == ("c1", "gap")
    assert len(genesys.to("/channels")) == 1


def test_socket_closing_means_connect_again(genesys: FakeGenesys, notifications: Notifications, heard: Heard) -> None:
    assert notifications.watch("c1")
    genesys.connected().send('{"topicName": "v2.system.socket_closing", "eventBody": {}}')
    assert heard.get(timeout=PATIENCE) == ("c1", "gap")
    genesys.connected(2)


def test_a_dead_channel_is_replaced_with_all_its_topics(
    genesys: FakeGenesys, notifications: Notifications, heard: Heard, start: Callable[..., Rig]
) -> None:
    dead = {"id": "dead", "connectUri": genesys.url.replace("http", "ws") + "/channels/dead"}  # answers no upgrade
    genesys.scripts["/notifications/channels"].append(start().scripted(200, dead))
    assert notifications.watch("c1")
    assert [call.path.split("/")[-2] for call in genesys.to("/subscriptions")] == ["dead", "streaming-0-x"]
    assert genesys.to("/subscriptions")[0].body == genesys.to("/subscriptions")[1].body


def test_a_refused_channel_or_subscription_is_said(
    genesys: FakeGenesys, notifications: Notifications, start: Callable[..., Rig]
) -> None:
    genesys.scripts["/notifications/channels"].append(start().scripted(403))
    genesys.scripts["/subscriptions"].append(start().scripted(400))
    assert not notifications.watch("c1")
    assert not notifications.watch("c1")
    assert notifications.watch("c1")


def test_an_expired_channel_is_replaced_when_the_next_conversation_begins(
    genesys: FakeGenesys, notifications: Notifications, heard: Heard, start: Callable[..., Rig]
) -> None:
    assert notifications.watch("c1")
    genesys.scripts["/subscriptions"].append(start().scripted(404))
    assert notifications.watch("c2")
    genesys.connected(2)
    assert len(genesys.to("/channels")) == 2
    assert len(genesys.to("/subscriptions")[-1].body) == 2 * len(KINDS)
    assert heard.get(timeout=PATIENCE) == ("c1", "gap")


def test_a_full_channel_is_written_anew_without_what_is_over(
    genesys: FakeGenesys, notifications: Notifications
) -> None:
    for number in range(333):
        notifications.watch(f"c{number}")
        if number:
            notifications.forget(f"c{number}")
    notifications.watch("last")
    assert genesys.to("/subscriptions")[-1].method == "PUT"
    topics = {topic["id"] for topic in genesys.to("/subscriptions")[-1].body}
    assert topics == {f"v2.detail.events.conversation.{id_}.{kind}" for id_ in ("c0", "last") for kind in KINDS}
