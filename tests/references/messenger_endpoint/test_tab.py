"""The socket of a tab, against a tiny Genesys: two scenarios of public testers first, then what may go wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging, Rig

Start = Callable[..., "Rig"]


def test_a_conversation_by_text(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    first, second = (frame for _, frame in fake.frames)
    assert first["action"] == "configureSession"
    assert first["deploymentId"] == "d-1"
    assert first["journeyContext"]["customer"]["id"] == "ann"
    assert str(uuid.UUID(first["token"])) == second["token"] == first["token"]
    assert second["message"] == {"type": "Text", "text": "hello"}
    fake.push(rig.told(id="m1", text="How can I help?", originatingEntity="Bot"))
    rig.until(rig.shown, lambda shown: shown == ["How can I help?"])
    assert rig.guest.screen.listing()["messages"][0]["from"] == "bot"
    assert rig.own() == [("hello", "sent")]


def test_a_reconnect_with_history(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.told(id="m1", text="One", channel={"time": "2026-01-01T00:00:01.000Z"}))
    rig.until(rig.shown, lambda shown: shown == ["One"])
    missed = {"id": "m2", "type": "Text", "text": "Two", "direction": "Outbound"}
    channel = {"time": "2026-01-01T00:00:02.000Z"}
    seen = {"id": "m1", "type": "Text", "text": "One", "direction": "Outbound"}
    fake.history = [{**missed, "channel": channel}, seen]
    fake.drop()
    rig.until(rig.shown, lambda shown: shown == ["One", "Two"])
    again = fake.wait("configureSession", 2)
    assert again[0]["token"] == again[1]["token"]
    assert fake.asked[-1][1]["authorization"] == "bearer a.b.c"
    rig.guest.says("still there")
    rig.sent("still there")


def test_a_new_session_joins_once_where_that_is_switched_on(start: Start, fake: FakeMessaging) -> None:
    fake.auto_start()
    rig = start()
    rig.opened()
    fake.drop()
    fake.wait("configureSession", 2)
    rig.guest.says("again")
    rig.sent("again")
    events = [f["message"]["events"] for f in fake.said("onMessage") if f["message"]["type"] == "Event"]
    assert events == [[{"eventType": "Presence", "presence": {"type": "Join"}}]]


@pytest.mark.parametrize(("fault", "joins"), [("joins_twice", 2), ("never_joins", 0)])
def test_faults_of_joining(start: Start, fake: FakeMessaging, fault: str, joins: int) -> None:
    fake.auto_start()
    rig = start(fault)
    rig.opened()
    assert sum(1 for f in fake.said("onMessage") if f["message"]["type"] == "Event") == joins


def test_a_refused_upgrade_is_not_tried_again_before_the_guest_writes(start: Start, fake: FakeMessaging) -> None:
    fake.refusals.append(403)
    rig = start()
    rig.guest.says("hello")
    rig.until(rig.notices, lambda notices: bool(notices) and "access denied (403)" in notices[0])
    rig.until(lambda: rig.guest.tabs, lambda tabs: not tabs)
    assert len(fake.upgrades) == 1
    rig.guest.says("anybody?")
    rig.sent("hello", "anybody?")
    assert len(fake.upgrades) == 2


def test_a_busy_server_is_tried_again(start: Start, fake: FakeMessaging) -> None:
    fake.refusals.extend([503, 429])
    start().opened()
    one, two, three = fake.upgrades
    assert two - one >= 0.04
    assert three - two >= 0.08


@pytest.mark.parametrize("code", [4006, 4007])
def test_a_session_that_is_over_is_followed_by_one_with_a_new_token(
    start: Start, fake: FakeMessaging, code: int
) -> None:
    rig = start()
    rig.opened()
    fake.meets["onMessage"].append([rig.error(code)])
    rig.guest.says("and this")
    rig.sent("and this")
    old, new = fake.said("configureSession")
    assert old["token"] != new["token"]


def test_a_session_that_expires_is_replaced_when_the_guest_writes(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.message("SessionExpiredEvent"))
    rig.until(rig.notices, lambda notices: notices == ["The session has expired."])
    rig.until(lambda: rig.guest.tabs, lambda tabs: not tabs)
    rig.guest.says("hello again")
    rig.sent("hello again")
    old, new = fake.said("configureSession")
    assert old["token"] != new["token"]


def test_a_closed_connection_does_not_come_back_by_itself(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.message("ConnectionClosedEvent", reason="signedIn"))
    fake.close()
    rig.until(lambda: rig.guest.tabs, lambda tabs: not tabs)
    assert len(fake.upgrades) == 1
    assert rig.notices() == ["The chat goes on elsewhere."]
    rig.guest.says("back")
    rig.sent("back")
    assert len({frame["token"] for frame in fake.said("configureSession")}) == 1


def test_tries_to_come_back_grow_apart(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["configureSession"].extend([[rig.drop], [rig.drop]])
    fake.drop()
    fake.wait("configureSession", 4)
    gaps = [b - a for a, b in zip(fake.upgrades[1:], fake.upgrades[2:], strict=False)]
    assert gaps[0] >= 0.09
    assert gaps[1] >= 0.19


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "message", "class": "Fireworks", "code": 200, "body": {"text": "boom"}},
        {"type": "message", "class": "StructuredMessage", "code": 200, "body": {"type": "Receipt", "text": "boom"}},
        {"type": "message", "class": "StructuredMessage", "code": 200, "body": "boom"},
        {"class": 5, "body": None},
        {},
    ],
)
def test_what_is_not_known_is_ignored(start: Start, fake: FakeMessaging, frame: dict[str, Any]) -> None:
    rig = start()
    rig.opened()
    fake.push(frame, rig.told(id="m1", text="fine"))
    rig.until(rig.shown, lambda shown: shown == ["fine"])


def test_a_read_only_conversation_is_restarted_with_start_new(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    events = [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]
    fake.push(rig.told(type="Event", events=events, metadata={"readOnly": "true"}))
    rig.until(rig.notices, lambda notices: notices == ["The conversation has ended."])
    rig.guest.says("one more")
    rig.sent("one more")
    actions = [frame["action"] for _, frame in fake.frames]
    assert actions == ["configureSession", "onMessage", "configureSession", "onMessage"]
    assert fake.said("configureSession")[1]["startNew"] is True


def test_the_connection_is_checked_and_its_answer_shown_nowhere(start: Start, fake: FakeMessaging) -> None:
    rig = start(first_health=0.0, health=60.0)
    rig.opened()
    (check,) = fake.wait("echo")
    assert check["message"] == {"type": "Text", "text": "ping"}
    assert (rig.shown(), rig.own()) == ([], [("hello", "sent")])


def test_an_error_that_answers_nothing_is_told(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.push(rig.error(5000, "something broke"))
    rig.until(rig.notices, lambda notices: notices == ["Genesys says: something broke (5000)"])
