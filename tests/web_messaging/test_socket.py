"""What a socket does without a peer: nothing raises, whatever the order of events (the driver's tests have peers)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.web_messaging.staging import make_org

from understudy.clock import ManualClock
from understudy.record.recorder import Recorder
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging import frames
from understudy.web_messaging.deployment import terms_of
from understudy.web_messaging.dialogue import Connection
from understudy.web_messaging.guests import guest_of
from understudy.web_messaging.intentions import Cleared, Close, Disconnected
from understudy.web_messaging.seam import Seam
from understudy.web_messaging.socket import BUFFER_MAX, Socket
from understudy.web_messaging.states import State
from understudy.world.org import Org


class Wire:
    """A transport that keeps what it is given, and whose peer reads only where ``reads``."""

    def __init__(self, *, reads: bool = True) -> None:
        self.written, self.reads, self.aborted = b"", reads, False

    def is_closing(self) -> bool:
        return self.aborted

    def write(self, data: bytes) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return 0 if self.reads else len(self.written)

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def org() -> Org:
    return make_org(ManualClock(), "relaxed")


def opened(org: Org, wire: Wire, recorder: Recorder) -> Socket:
    terms = terms_of(org, org.entities.of(DEPLOYMENTS)["d"])
    connection = Connection(number=1, deployment="d", origin="http://o", terms=terms)
    seam = Seam(recorder, ManualClock(), org, "", "d")
    socket = Socket(org, connection, wire, seam, lambda numbers, told: socket.say(told))  # type: ignore[arg-type]
    socket._early = None  # as after the answer to the upgrade
    return socket


def text(action: str, **fields: Any) -> str:
    return orjson.dumps({"action": action, "token": "t", "deploymentId": "d", **fields}).decode()


def test_a_frame_is_answered_at_once(org: Org) -> None:
    wire = Wire()
    socket = opened(org, wire, Recorder(0, "salt"))
    socket.receive(text("configureSession"))
    socket.receive(text("onMessage", message={"type": "Text", "text": "hello"}))
    assert b"SessionResponse" in wire.written
    assert wire.written.count(b'"text":"hello"') == 1


def test_what_the_state_does_not_allow_is_not_said(org: Org) -> None:
    wire = Wire()
    socket = opened(org, wire, Recorder(0, "salt"))
    socket.say([Cleared(), Disconnected(0.0, "m", True)])
    assert wire.written == b""
    socket.gone()
    socket.say([frames.logout()])
    socket.due()
    socket.expire(0.0)
    assert wire.written == b""


def test_a_client_that_does_not_read_is_dropped_and_its_session_has_a_connection_less(org: Org) -> None:
    wire, recorder = Wire(reads=False), Recorder(0, "salt")
    socket = opened(org, wire, recorder)
    socket.receive(text("configureSession"))
    guest = guest_of(org, "t")
    while not wire.aborted:
        socket.receive(text("onMessage", message={"type": "Text", "text": "x" * 4000}))
        assert len(wire.written) < 2 * BUFFER_MAX
    assert socket.session.state is State.CLOSED
    assert guest is not None
    socket.gone()
    assert guest.sockets == []
    (note,) = [entry for entry in recorder.ring.read(0) if entry.name == "web_messaging.dropped"]
    assert note.data["bound"] == BUFFER_MAX


def test_a_close_before_the_upgrade_was_answered_comes_after_it(org: Org) -> None:
    socket = opened(org, Wire(), Recorder(0, "salt"))
    early: list[Any] = []
    socket._early = early
    socket.say([Close(1001, "the org is renewed")])  # no loop runs, no closing handshake begins
    assert early == [Close(1001, "the org is renewed")]
