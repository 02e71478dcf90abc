"""WM-01 to WM-03, WM-08 to WM-10, WM-17, WM-20, WM-22: the socket and the session. Time: waits of the client itself."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.variations import varied
from understudy.actors.visitor import Visitor

DEPLOYMENTS = "webdeployments.deployments"
QUIET = 2.5  # seconds in which a client that tries again blindly does so several times
SETTLE = 0.5
SESSION = 73 * 3600.0  # seconds: a session lives 72 h after the last message
CLOSED = {"type": "message", "class": "ConnectionClosedEvent", "code": 200, "body": {"reason": "x", "reasonCode": "x"}}


@pytest.mark.checks("WM-01", "WC-01", "WC-02", "WS-01", "WS-02", "WS-04")
def test_the_session_is_configured_first(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-01"):
        ann.meets(rehearsal.agent()).says("Welcome")
        ann.has_seen(["Welcome"])


@pytest.mark.checks("WM-02")
@pytest.mark.exclusive
def test_a_refused_upgrade_is_not_tried_again_blindly(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with (
        rehearsal.check("WM-02"),
        varied(rehearsal, DEPLOYMENTS, rehearsal.slot.ids["UNDERSTUDY_DEPLOYMENT_ID"], {"status": "Inactive"}),
    ):
        ann.says("Is anybody there?")
        ann.sees(1, QUIET)
        rehearsal.pause(QUIET)


@pytest.mark.checks("WM-03", "WS-06")
def test_a_session_that_goes_on_keeps_what_was_said(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-03", texts=["Welcome", "Still there?"]):
        agent = ann.meets(rehearsal.agent())
        agent.says("Welcome")
        ann.has_seen(["Welcome"])
        cursor = rehearsal.entry_cursor()
        ann.is_cut_off()
        rehearsal.client.wait("entries", 3.0, after=cursor, match={"name": "SessionResponse", "customer": ann.guest()})
        agent.says("Still there?")
        ann.has_seen(["Still there?"])
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("WM-17")
def test_what_was_said_meanwhile_is_read_from_the_history(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    agent.says("Welcome")
    ann.has_seen(["Welcome"])
    with rehearsal.check("WM-17", texts=["Did you get lost?"]):
        ann.is_cut_off(tries=1)
        agent.says("Did you get lost?")
        ann.has_seen(["Did you get lost?"])
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("WM-08")
def test_a_message_that_finds_no_session_begins_a_new_one(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-08"):
        ann.meets(rehearsal.agent())
        ann.meets_next("onMessage", code=4007)
        cursor = rehearsal.entry_cursor()
        ann.says("And another thing")
        configured_again(rehearsal, ann, cursor)


@pytest.mark.checks("WM-08")
def test_a_session_that_expired_while_away_is_dropped(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-08"):
        cursor = rehearsal.entry_cursor()
        ann.hears(drop=True, probe="cut", prepare=[{"on": "configureSession", "code": 4006}])
        rehearsal.wait_entry(after=cursor, name="string 4006")
        ann.says("Where were we?")
        configured_again(rehearsal, ann, cursor)


@pytest.mark.checks("WM-08")
@pytest.mark.exclusive
def test_a_session_that_expires_is_dropped(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-08"):
        ann.meets(rehearsal.agent())
        cursor = rehearsal.entry_cursor()
        rehearsal.after(SESSION, "WM-08")
        rehearsal.wait_entry(after=cursor, name="SessionExpiredEvent")
        ann.sees(1)
        ann.says("Where were we?")
        configured_again(rehearsal, ann, cursor)


def configured_again(rehearsal: Rehearsal, ann: Visitor, cursor: int) -> None:
    """Wait for a session that is there behind the cursor, if it comes."""
    match = {"name": "SessionResponse", "org": rehearsal.slot.org}
    rehearsal.client.wait("entries", 2.0, after=cursor, match=match)
    rehearsal.pause(SETTLE)
    ann.guest()


@pytest.mark.checks("WM-09")
def test_a_connection_that_was_closed_stays_closed(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-09"):
        for _ in range(3):
            ann.hears(CLOSED, close=1000, probe="closed")
            rehearsal.pause(0.6)


@pytest.mark.checks("WM-10")
def test_a_connection_that_broke_comes_back(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    agent = ann.meets(rehearsal.agent())
    with rehearsal.check("WM-10", texts=["Here you are"]):
        cursor = rehearsal.entry_cursor()
        ann.is_cut_off(tries=2)
        rehearsal.client.wait("entries", 5.0, after=cursor, match={"name": "SessionResponse", "customer": ann.guest()})
        agent.says("Here you are")
        ann.has_seen(["Here you are"])


@pytest.mark.checks("WM-20")
def test_the_connection_is_checked_now_and_then(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-20"):
        ann.meets(rehearsal.agent())
        rehearsal.pause(1.5)


@pytest.mark.checks("WM-22", "WS-05")
def test_of_four_tabs_the_oldest_closes(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    with rehearsal.check("WM-22", tabs=4):
        ann.meets(rehearsal.agent())
        for number in (2, 3):
            opens_tab(rehearsal, ann)
            assert rehearsal.client.post("guests", journey=ann.id)["connections"] == number
        with rehearsal.check("WS-05", text="Hello from all tabs", connections=3):
            ann.says("Hello from all tabs")
            rehearsal.pause(SETTLE)
        opens_tab(rehearsal, ann)
        rehearsal.pause(1.5)


def opens_tab(rehearsal: Rehearsal, ann: Visitor) -> None:
    """One more tab, whose session is there."""
    cursor = rehearsal.entry_cursor()
    ann.opens_tab()
    rehearsal.wait_entry(after=cursor, name="SessionResponse", customer=ann.guest())
