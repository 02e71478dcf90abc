"""What a guest does and is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging, Rig

Start = Callable[..., "Rig"]
YES = {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y-1"}}


def test_what_is_clicked_goes_back_as_a_button_response(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.told(id="m1", type="Structured", text="Sure?", content=[YES]))
    rig.until(rig.shown, lambda shown: shown == ["Sure?"])
    option = rig.guest.screen.offered("m1", "y-1", "Yes")
    assert option is not None
    rig.guest.clicks(option)
    said = fake.wait("onMessage", 2)[1]["message"]
    response = {"type": "QuickReply", "text": "Yes", "payload": "y-1"}
    content = [{"contentType": "ButtonResponse", "buttonResponse": response}]
    assert said == {"type": "Structured", "text": "Yes", "content": content}


def test_typing_is_told_once_in_five_seconds(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    for _ in range(4):
        rig.guest.types()
    rig.opened()
    kinds = [frame["message"]["type"] for frame in fake.said("onMessage")]
    assert kinds == ["Event", "Text"]


def test_attributes_are_cut_and_sent_once(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.guest.attributes = {"a": "1", "b": "x" * 3000}
    rig.opened()
    rig.guest.says("next")
    rig.sent("next")
    first, second = (frame["message"] for frame in fake.said("onMessage"))
    assert first["channel"] == {"metadata": {"customAttributes": {"a": "1"}}}
    assert "channel" not in second


def test_messages_stand_in_the_order_of_their_time(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    for id_, second in (("a", 1), ("c", 3), ("b", 2)):
        fake.push(rig.told(id=id_, text=id_, channel={"time": f"2026-01-01T00:00:0{second}.000Z"}))
    rig.until(rig.shown, lambda shown: shown == ["a", "b", "c"])


def test_every_tab_has_a_connection_and_what_is_said_is_shown_once(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    rig.guest.opens_tab()
    fake.wait("configureSession", 2)
    for ws in fake.connections.values():
        assert ws is not None
    frame = rig.told(id="m1", text="to both")
    fake.push(frame, frame, rig.told(id="m2", text="end"))
    rig.until(rig.shown, lambda shown: shown == ["to both", "end"])


def test_leaving_ends_the_chat_where_there_is_one(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    assert rig.guest.leaves()
    assert fake.upgrades == []
    rig.opened()
    rig.guest.leaves()
    assert fake.wait("onMessage", 2)[1]["message"]["events"][0]["presence"] == {"type": "Disconnect"}


@pytest.mark.parametrize(("fault", "shown"), [("shows_echo", ["hello"]), ("", [])])
def test_ones_own_message_is_nobody_elses(start: Start, fake: FakeMessaging, fault: str, shown: list[str]) -> None:
    rig = start(*filter(None, [fault]))
    rig.opened()
    rig.until(rig.shown, lambda seen: seen == shown)


@pytest.mark.parametrize(
    "typing", [{"type": "On", "duration": 60_000}, {"type": "On"}, {"type": "On", "duration": "x"}]
)
def test_somebody_who_types_is_shown(start: Start, fake: FakeMessaging, typing: dict[str, object]) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.told(type="Event", events=[{"eventType": "Typing", "typing": typing}]))
    rig.until(rig.guest.screen.listing, lambda listing: listing["typing"])
