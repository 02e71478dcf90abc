"""The routes that may wait, in a running emulator."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import urllib3
from tests.control.conftest import ask, perform_in, world

from understudy.control.client import OrgClient
from understudy.control.waiting import WAITING, Waiting
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator
from understudy.errors import Lost, UnderstudyError
from understudy.world.ring import Ring


def test_a_wait_is_answered_when_it_happens(inside: Emulator, org: OrgClient) -> None:
    cursor = org.get("cursor")["changes"]
    answers: list[Any] = []
    waiting = threading.Thread(
        target=lambda: answers.append(
            org.get("changes", after=cursor, kind="conversation.started", match={"customer": "ann"}, timeout=5)
        )
    )
    waiting.start()
    conversation, _ = perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    waiting.join(5)
    assert answers[0]["change"]["conversation"] == conversation.id
    assert answers[0]["cursor"] == answers[0]["change"]["number"] + 1


def test_a_wait_in_vain_ends_with_its_time_and_the_cursor_goes_on(inside: Emulator, org: OrgClient) -> None:
    perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    answer = org.get("changes", after=0, kind="no.such.kind", timeout=0.03)
    assert answer == {"change": None, "cursor": org.get("cursor")["changes"]}
    answer = org.get("entries", after=0, match={"name": "no such name"}, timeout=0.03)
    assert answer["entry"] is None


def test_waiting_for_an_org_that_goes_away_ends(inside: Emulator, org: OrgClient) -> None:
    errors: list[str] = []

    def wait() -> None:
        with pytest.raises(UnderstudyError) as raised:
            org.get("changes", after=0, kind="never", timeout=5)
        errors.append(str(raised.value))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not inside.orgs.bells[org.org]._waiting:
        threading.Event().wait(0.002)
    org.delete()
    waiting.join(5)
    assert f"404 no org '{org.org}'" in errors[0]


def test_a_lost_cursor_says_how_many_changes_are_gone(inside: Emulator, org: OrgClient) -> None:
    one = world(inside, org)
    one.changes = Ring(2)
    perform_in(inside, org, CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
    gone = one.changes.start
    assert gone > 0
    with pytest.raises(Lost) as raised:
        org.get("changes", after=0, timeout=0)
    assert raised.value.count == gone
    assert str(raised.value) == (
        f"{gone} entries were dropped before they were read: take the cursor later or read sooner"
    )
    assert ask(inside, "GET", f"orgs/{org.org}/changes?after=0&timeout=0")[0] == 410


def test_time_is_advanced_by_seconds(org: OrgClient) -> None:
    assert org.post("advance", seconds=30)["jumped"] == pytest.approx(30, abs=0.5)
    assert org.get("")["jumped"] == pytest.approx(30, abs=0.5)


def test_an_advance_is_refused_while_the_org_is_busy(inside: Emulator, org: OrgClient) -> None:
    world(inside, org).open_exchanges += 1
    with pytest.raises(UnderstudyError, match=r"400 advance: org .* is not quiet: 1 open exchanges, queued \{\}$"):
        org.post("advance", seconds=30, limit=0.02)
    world(inside, org).open_exchanges -= 1


def test_the_user_side_is_asked_only_where_there_is_one(org: OrgClient) -> None:
    with pytest.raises(UnderstudyError, match=r"400 user_side is '': give \[user_side\] url or command"):
        org.post("users/ann/say", text="hi")
    org.put("user_side", url="http://127.0.0.1:9", command="")
    with pytest.raises(UnderstudyError, match="400 user side: say: "):
        org.post("users/ann/say", text="hi")
    with pytest.raises(UnderstudyError, match=r"400 user side is 'shout': known are end, say, seen, typing"):
        org.post("users/ann/shout")


def test_verdicts_are_given_over_what_the_record_holds(org: OrgClient) -> None:
    verdicts = org.post("judge", test="t", checks=["OM-08"])["verdicts"]
    assert {verdict["result"] for verdict in verdicts if verdict["check"] == "OM-08"} == {"not seen"}


def test_a_slot_is_leased_to_many_or_to_one(org: OrgClient) -> None:
    assert org.post("lease", test="a") == {"leased": True}
    assert org.post("lease", test="b") == {"leased": True}
    held = org.post("lease", test="alone", exclusive=True, timeout=0.03)
    assert held == {"leased": False, "held_by": ["a", "b"]}
    for test in ("a", "b"):
        org.delete("lease", test=test)
    assert org.post("lease", test="alone", exclusive=True) == {"leased": True}
    assert org.post("lease", test="c", timeout=0.03) == {"leased": False, "held_by": ["alone"]}
    org.delete("lease", test="alone")


def test_a_lease_is_waited_for_until_it_is_given_back(org: OrgClient) -> None:
    org.post("lease", test="a", exclusive=True)
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(org.post("lease", test="b", timeout=5)))
    waiting.start()
    org.delete("lease", test="a")
    waiting.join(5)
    assert answers == [{"leased": True}]


def test_an_exclusive_test_that_hangs_up_while_it_waits_keeps_nobody_out(inside: Emulator, org: OrgClient) -> None:
    org.post("lease", test="a")
    url = f"{inside.origin}/understudy/orgs/{org.org}/lease"
    body = json.dumps({"test": "gone", "exclusive": True, "timeout": 30})
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        urllib3.request("POST", url, body=body, timeout=0.1, retries=False)
    assert org.post("lease", test="b", timeout=2) == {"leased": True}


@pytest.mark.parametrize("seed", [-1, True, "7", 2**63, 1.5])
def test_a_seed_that_is_none_is_refused(org: OrgClient, seed: object) -> None:
    with pytest.raises(UnderstudyError, match=r"seed is .*: give a whole number from 0 to"):
        org.post("reset", seed=seed)


def test_an_org_is_taken_restored_and_reset_by_the_control_api(inside: Emulator, org: OrgClient) -> None:
    document = org.post("snapshot")["snapshot"]
    org.put("entities/routing.queues/q", body={"id": "q", "name": "Later"})
    org.control.call("PUT", f"orgs/{org.org}/restore", document)
    assert "q" not in inside.world.orgs[org.org].entities.of("routing.queues")
    org.put("entities/routing.queues/q", body={"id": "q", "name": "Later"})
    assert org.post("reset", seed=5)["seed"] == 5
    assert "q" not in inside.world.orgs[org.org].entities.of("routing.queues")
    assert org.get("export")["text"].startswith("organization:\n  id: ")


def test_every_public_method_is_a_route_of_the_table() -> None:
    named = {route.__name__ for route in WAITING.values()}
    assert named == {name for name in vars(Waiting) if not name.startswith("_")}
