from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.notifications.events import Happening
from understudy.notifications.seam import Seam, frame_name
from understudy.record.recorder import Recorder
from understudy.world.org import Org


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(0, "salt")


def test_an_exchange_is_recorded_from_upgrade_to_close(recorder: Recorder, org: Org, clock: ManualClock) -> None:
    seam = Seam(recorder, clock, org, "127.0.0.1:5")
    seam.request("GET /channels/a", [("Upgrade", "websocket"), ("X", "1"), ("X", "2")])
    seam.response(101, [("Upgrade", "websocket")])
    seam.about("a", 2)
    seam.frame("in", '{"message":"ping"}')
    about = Happening("v2.users.u1.presence", dict, "c1", "ann")
    seam.event(about, b"{}", "corr", org.clock.moment())
    seam.close(1001, "expired")
    entries = recorder.ring.read(0)
    assert [(entry.direction, entry.name) for entry in entries] == [
        ("in", "GET /channels/a"),
        ("out", "101"),
        ("in", "ping"),
        ("out", "v2.users.u1.presence"),
        ("out", "close 1001"),
    ]
    assert {(entry.interface, entry.org, entry.peer, entry.exchange) for entry in entries} == {
        ("notifications", "acme", "127.0.0.1:5", seam.exchange)
    }
    assert entries[0].headers == (("Upgrade", "websocket"), ("X", "1"), ("X", "2"))
    assert entries[2].data == {"channel": "a", "socket": 2}
    assert (entries[3].conversation, entries[3].customer, entries[3].correlation) == ("c1", "ann", "corr")
    assert entries[4].body == b"expired"


def test_entries_carry_the_orgs_time(recorder: Recorder, org: Org, clock: ManualClock) -> None:
    org.clock.jump(100)
    Seam(recorder, clock, org, "").note("notifications.dropped", reason="slow")
    Seam(recorder, clock, None, "").request("GET /channels/x", [])
    note, unknown = recorder.ring.read(0)
    assert (note.kind, note.name, note.data) == ("note", "notifications.dropped", {"reason": "slow"})
    assert note.org_time == note.utc + 100
    assert (unknown.org, unknown.org_time) == ("", unknown.utc)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"topicName":"v2.users.u1.presence","eventBody":{}}', "v2.users.u1.presence"),
        ('{"message":"subscribe"}', "subscribe"),
        ('{"result":"200","status":"subscribed"}', "subscribed"),
        ('{"result":"404"}', "frame"),
        ("[]", "frame"),
        ("\ud800", "frame"),
        ('{"message":7}', "frame"),
        ('{"message":"' + "x" * 300 + '"}', "x" * 200),
    ],
)
def test_frames_are_named_for_what_they_are(
    recorder: Recorder, org: Org, clock: ManualClock, text: str, name: str
) -> None:
    Seam(recorder, clock, org, "").frame("in", text)
    assert recorder.ring.read(0)[0].name == name == frame_name(text)
