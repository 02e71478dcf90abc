"""One test's view of its slot: windows of checks, waits, time, and how it is left."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from understudy.actors import NeverHappened, NotApplicable, Rehearsal
from understudy.errors import UnderstudyError

Rehearse = Callable[..., Rehearsal]


def notes(rehearsal: Rehearsal, name: str, after: int) -> list[dict[str, Any]]:
    match = json.dumps({"name": name, "org": rehearsal.slot.org})
    found = rehearsal.client.control.call("GET", "entries", query={"after": after, "match": match})["entries"]
    return [entry.get("data", {}) for entry in found]


def test_a_check_opens_a_window_and_closes_it_whatever_happens(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    after = rehearsal.entry_cursor()
    with rehearsal.check("OM-08", texts=["hello"]):
        rehearsal.expect("OM-08", more=1)
    with pytest.raises(ZeroDivisionError), rehearsal.check("OM-09"):
        raise ZeroDivisionError
    test = rehearsal.test
    assert notes(rehearsal, "check.began", after) == [
        {"check": "OM-08", "test": test, "expect": {"texts": ["hello"]}},
        {"check": "OM-09", "test": test, "expect": {}},
    ]
    assert notes(rehearsal, "check.expects", after) == [{"check": "OM-08", "test": test, "expect": {"more": 1}}]
    assert [note["check"] for note in notes(rehearsal, "check.ended", after)] == ["OM-08", "OM-09"]
    assert rehearsal.checks == ["OM-08", "OM-09"]


def test_what_does_not_apply_inside_a_check_skips_that_check_alone(rehearse: Rehearse) -> None:
    rehearsal = rehearse(settings={})
    after = rehearsal.entry_cursor()
    with rehearsal.check("OM-39"):
        rehearsal.setting("handoff_phrase")
    assert notes(rehearsal, "check.skipped", after) == [
        {"check": "OM-39", "test": rehearsal.test, "reason": "setting 'handoff_phrase' is empty"}
    ]


def test_a_wait_finds_what_came_after_the_cursor_only(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, _ = rehearsal.handed_over()
    assert rehearsal.wait("conversation.started", after=0, customer=ann.id)["customer"] == ann.id
    with pytest.raises(NeverHappened) as raised:
        rehearsal.wait("conversation.started", after=rehearsal.cursor(), timeout=0.05, customer=ann.id)
    assert str(raised.value) == f"no conversation.started with {{'customer': '{ann.id}'}} within 0.05 s"


def test_an_entry_of_the_record_is_waited_for_by_what_its_seam_knows(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    after = rehearsal.entry_cursor()
    ann = rehearsal.customer()
    ann.says(rehearsal.setting("handoff_phrase"))
    found = rehearsal.wait_entry(
        after=after, direction="in", data__operation="postConversationsMessageInboundOpenMessage", name="POST /api/v2/*"
    )
    assert json.loads(found["body"])["text"] == "agent please"
    with pytest.raises(NeverHappened, match=r"^no entry with \{'data\.operation': 'none'\} within 0\.05 s$"):
        rehearsal.wait_entry(after=after, timeout=0.05, data__operation="none")


def test_an_interval_is_jumped_for_a_reference(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    before = rehearsal.client.get("")["jumped"]
    rehearsal.after(3600, "the platform's own interval")
    assert rehearsal.client.get("")["jumped"] - before > 3590


def test_an_interval_is_really_waited_for_on_a_real_target(rehearse: Rehearse) -> None:
    rehearsal = rehearse(kind="real", max_wait=1.0)
    before = rehearsal.client.get("")
    rehearsal.after(0.05, "a short one")
    now = rehearsal.client.get("")
    assert now["jumped"] == before["jumped"]
    assert now["now"] - before["now"] >= 0.05
    with pytest.raises(NotApplicable) as raised:
        rehearsal.after(72, "OM-26")
    assert str(raised.value) == "OM-26: needs 72 s of real time, --max-wait is 1"


def test_a_variation_that_needs_another_vendor_is_for_references_only(rehearse: Rehearse) -> None:
    rehearse().only_reference("the vendor would have to be configured anew")
    with pytest.raises(NotApplicable, match=r"^the vendor would have to be configured anew$"):
        rehearse(kind="real").only_reference("the vendor would have to be configured anew")


def test_a_probe_is_one_delivery_made_by_hand(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann = rehearsal.customer()
    id_ = rehearsal.new_id()
    body = {
        "id": id_,
        "channel": rehearsal.envelope(ann, id_),
        "type": "Text",
        "text": "by hand",
        "direction": "Outbound",
    }
    good, bad = rehearsal.probe(ann, body=body), rehearsal.probe(ann, body=body, signature="other_secret")
    assert good["status"] // 100 == 2
    assert bad["status"] in (401, 403)
    assert len(good["entries"]) == 2


def test_an_unknown_entity_an_absent_agent_and_an_empty_setting_are_named(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    with pytest.raises(UnderstudyError, match=r"^the org has no routing\.queues called 'Nowhere'$"):
        rehearsal.entity("routing.queues", "Nowhere")
    with pytest.raises(UnderstudyError, match=r"^the org has 2 agents, not 8: add users to a queue$"):
        rehearsal.agent(7)
    with pytest.raises(NotApplicable, match=r"^setting 'known_user' is empty$"):
        rehearse(user_side=False).known_customer()


def test_activity_says_what_the_client_did_and_what_that_took(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.handed_over()
    told = rehearsal.activity()
    assert told["calls"]["postConversationsMessageInboundOpenMessage"] >= 1
    assert "conversation:message:create" in told["granted"]
    assert set(told["needed"]) <= set(told["granted"])


def test_a_slot_is_left_as_it_was_found(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, agent = rehearsal.handed_over()
    rehearsal.fault(status=503, times=-1)
    rehearsal.close()
    assert all(one["ended"] for one in rehearsal.client.get("conversations", customer=ann.id)["conversations"])
    assert rehearsal.client.get("live/faults")["live"] == {}
    assert rehearsal.client.get("live/routing.status")["live"][agent.user] == "OFF_QUEUE"
    rehearsal.close()


@pytest.fixture
def upstream() -> Iterator[tuple[str, list[tuple[str, bytes]], list[int]]]:
    """A vendor's switch: its address, what it was told, and the statuses it answers."""
    told: list[tuple[str, bytes]] = []
    statuses: list[int] = []

    class Switch(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Switch)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", told, statuses
    server.shutdown()
    server.server_close()


def test_the_vendors_upstream_is_made_to_fail_by_the_switch_it_names(
    rehearse: Rehearse, upstream: tuple[str, list[tuple[str, bytes]], list[int]]
) -> None:
    side, told, statuses = upstream
    rehearsal = rehearse(side=side, settings={"upstream_failures": "/control/upstream"})
    rehearsal.vendor_upstream(failing=2, slow=0.5)
    assert told == [("/control/upstream", b'{"failing": 2, "slow": 0.5}')]
    statuses.append(404)
    with pytest.raises(UnderstudyError) as raised:
        rehearsal.vendor_upstream()
    text = str(raised.value)
    assert text.startswith("upstream_failures: http://127.0.0.1:")
    assert text.endswith("/control/upstream answers 404, not 2xx: see suites/USER_SIDE.md")
