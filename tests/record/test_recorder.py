"""The recorder numbers, bounds, redacts and hands on; what a sink drops becomes a gap."""

from __future__ import annotations

import orjson

from understudy.clock import ManualClock, Moment, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.record.entry import Entry
from understudy.record.recorder import EntryRing, Recorder
from understudy.world.changes import Note
from understudy.world.org import Org

NOW = Moment(1.0, 2.0, 3.0)


class ListSink:
    """Keeps what it is given; full while ``room`` is 0."""

    def __init__(self, room: int = 1_000) -> None:
        self.entries: list[Entry] = []
        self.room = room

    def put(self, entry: Entry) -> bool:
        if self.room == 0:
            return False
        self.room -= 1
        self.entries.append(entry)
        return True

    def close(self, *last: Entry) -> None:
        self.entries.extend(last)


def say(recorder: Recorder, body: bytes = b"", **fields: object) -> Entry:
    values: dict[str, object] = {"name": "POST /x", "interface": "platform", "direction": "in", **fields}
    return recorder.message(moment=NOW, body=body, **values)  # type: ignore[arg-type]


def test_numbers_run_without_a_hole_over_messages_and_notes() -> None:
    sink = ListSink()
    recorder = Recorder(2, "salt", sink)
    entries = [say(recorder), recorder.note("fault.injected", moment=NOW, fault="x"), say(recorder)]
    assert [entry.id for entry in entries] == ["2:0", "2:1", "2:2"]
    assert sink.entries == entries == recorder.ring.read(0)


def test_a_note_may_carry_data_of_any_name() -> None:
    recorder = Recorder(0, "salt")
    entry = recorder.note("flow.step", moment=NOW, name="Start", action="say")
    assert entry.name == "flow.step"
    assert entry.data == {"name": "Start", "action": "say"}


def test_flagged_secrets_are_replaced_before_anybody_keeps_them() -> None:
    sink = ListSink()
    recorder = Recorder(0, "salt", sink)
    body = orjson.dumps({"access_token": "t0ken-of-the-client"})
    shown = say(
        recorder, body, name="200", interface="oauth", headers=[("Authorization", "Bearer t0ken-of-the-client")]
    )
    asked = say(recorder, name="GET /x?access_token=t0ken-of-the-client")
    assert b"t0ken" not in shown.body
    assert "t0ken" not in str(shown.headers) + asked.name
    assert orjson.loads(shown.body)["access_token"] == shown.headers[0][1].removeprefix("Bearer ")


def test_the_operation_stands_in_the_data() -> None:
    recorder = Recorder(0, "salt")
    assert say(recorder, operation="getUsersMe").data == {"operation": "getUsersMe"}
    assert say(recorder, operation="getUsersMe", data={"seconds": 1.0}).data["operation"] == "getUsersMe"


def test_exchange_ids_differ() -> None:
    recorder = Recorder(4, "salt")
    assert [recorder.exchange(), recorder.exchange()] == ["4-1", "4-2"]


def test_drain_writes_the_orgs_notes_once_with_its_time() -> None:
    clock = OrgClock(ManualClock())
    org = Org("o1", "Org", clock=clock, ids=Ids(1, "o1"), limits=load_limits(), commands={})
    clock.jump(60.0)
    org.notes.append(Note("flow.step", "c", "u", {"name": "Start", "org": "shadow"}))
    recorder = Recorder(0, "salt")
    assert recorder.drain(org) == 1
    assert recorder.drain(org) == 0
    (entry,) = recorder.ring.read(0)
    assert (entry.org, entry.conversation, entry.customer, entry.org_time) == ("o1", "c", "u", clock.now())
    assert entry.data == {"name": "Start", "org": "shadow"}


def test_drain_tells_of_each_note_before_it_is_written() -> None:
    org = Org("o1", "Org", clock=OrgClock(ManualClock()), ids=Ids(1, "o1"), limits=load_limits(), commands={})
    recorder = Recorder(0, "salt")
    org.notes.extend([Note("first"), Note("second")])
    seen: list[tuple[str, int]] = []
    assert recorder.drain(org, lambda note: seen.append((note.name, recorder.ring.end))) == 2
    assert seen == [("first", 0), ("second", 1)]


def test_a_link_names_the_entry_and_what_it_belongs_to() -> None:
    recorder = Recorder(0, "salt")
    first = say(recorder, org="o1")
    link = recorder.link(first, moment=NOW, conversation="c", customer="u")
    assert (link.kind, link.name, link.data) == ("note", "link", {"entry": "0:0"})
    assert (link.org, link.conversation, link.customer) == ("o1", "c", "u")


def test_the_ring_is_bounded_by_count() -> None:
    recorder = Recorder(0, "salt", ring=EntryRing(capacity=3))
    for _ in range(5):
        say(recorder)
    assert [entry.number for entry in recorder.ring.read(2)] == [2, 3, 4]


def test_the_ring_is_bounded_by_bytes_and_its_weight_adds_up() -> None:
    ring = EntryRing(budget=10_000)
    recorder = Recorder(0, "salt", ring=ring)
    for size in (5_000, 3_000, 4_000, 100_000, 10, 20):
        say(recorder, b"x" * size)
        assert ring.weight <= 10_000 or len(ring.read(ring.start)) == 1
    assert ring.weight == sum(700 + len(entry.body) for entry in ring.read(ring.start))


def test_what_a_sink_drops_is_told_before_the_next_entry() -> None:
    sink = ListSink(room=1)
    recorder = Recorder(0, "salt", sink)
    for _ in range(4):
        say(recorder)
    sink.room = 10
    say(recorder)
    assert [(entry.number, entry.name) for entry in sink.entries] == [(0, "POST /x"), (6, "gap"), (7, "POST /x")]
    gap = sink.entries[1]
    assert gap.data["first"] == 1
    assert gap.data["last"] == 5
    assert gap.data["count"] == 5  # three messages and two tries to tell of them


def test_close_tells_of_the_last_gap() -> None:
    sink = ListSink(room=0)
    recorder = Recorder(0, "salt", sink)
    say(recorder)
    recorder.close(NOW)
    assert [entry.name for entry in sink.entries] == ["gap"]
    assert sink.entries[0].data == {"count": 1, "first": 0, "last": 0}
