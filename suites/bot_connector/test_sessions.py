"""BC-15 to BC-19, BC-33 to BC-36, BC-42: what a session remembers, and turns that come twice, at once or in vain.

Time: the bot's own slowness (setting ``slow_seconds``), and in BC-19 a minute where its clock can't be moved.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from understudy.actors import Customer, Rehearsal
from understudy.actors.bots import age_sessions, ask, declared_intents

MINUTE = 60.0
MARGIN = 5.0  # seconds beyond a session's timeout
BOTH = pytest.mark.profile("v1", "v2")


def told(rehearsal: Rehearsal, customer: Customer, session: str, **more: Any) -> None:
    """The first turn of a session, with a session variable that is the customer's own."""
    variable = {rehearsal.setting("context_variable"): customer.id}
    ask(rehearsal, customer, session=session, text="Good morning", parameters=variable, probe="told", **more)


def asked(rehearsal: Rehearsal, customer: Customer, session: str, probe: str = "asked", **more: Any) -> None:
    """A later turn that has no session variables and asks for them."""
    phrase = rehearsal.setting("context_phrase")
    ask(rehearsal, customer, session=session, text=phrase, probe=probe, **more)


def one_of(*texts: str) -> str:
    """A pattern of a text in which one of these stands."""
    return f"(?s).*({'|'.join(map(re.escape, texts))}).*"


@pytest.mark.checks("BC-15.v1")
@pytest.mark.profile("v1")
def test_the_loop_guard_is_not_met(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-15.v1"):
        ann = rehearsal.guest()
        ann.joins()
        ann.converses(["blah"] * 5)


@BOTH
@pytest.mark.checks("BC-16")
def test_sessions_that_take_turns_are_kept_apart(rehearsal: Rehearsal) -> None:
    people = {customer: rehearsal.new_id() for customer in (rehearsal.customer(), rehearsal.customer())}
    with rehearsal.check("BC-16", told=one_of(*(customer.id for customer in people))):
        for customer, session in people.items():
            told(rehearsal, customer, session)
        for customer, session in people.items():
            asked(rehearsal, customer, session)


@BOTH
@pytest.mark.checks("BC-17")
def test_session_variables_of_the_first_turn_are_kept(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    with rehearsal.check("BC-17"):
        told(rehearsal, ann, session)
        asked(rehearsal, ann, session)


@BOTH
@pytest.mark.checks("BC-18")
def test_a_session_that_is_over_starts_afresh_or_says_so(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    with rehearsal.check("BC-18", told=one_of(ann.id)):
        told(rehearsal, ann, session)
        asked(rehearsal, ann, session)
        ask(rehearsal, ann, session=session, text=rehearsal.setting("complete_phrase"))
        asked(rehearsal, ann, session, "after_end")


@BOTH
@pytest.mark.checks("BC-19")
@pytest.mark.exclusive
def test_a_session_that_was_idle_past_its_timeout_starts_afresh(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    with rehearsal.check("BC-19", told=one_of(ann.id)):
        told(rehearsal, ann, session, timeout=1)
        asked(rehearsal, ann, session, timeout=1)
        age_sessions(rehearsal, MINUTE + MARGIN, "BC-19")
        asked(rehearsal, ann, session, "after_idle", timeout=1)


@BOTH
@pytest.mark.checks("BC-33")
def test_a_turn_that_is_delivered_twice(rehearsal: Rehearsal) -> None:
    ann, session, phrase = rehearsal.customer(), rehearsal.new_id(), rehearsal.setting("slow_phrase")
    twice = f"(?s).*{re.escape(phrase)}.*{re.escape(phrase)}.*"
    turn = {"session": session, "text": phrase, "conversation": rehearsal.new_id(), "probe": "doubled"}
    if rehearsal.slot.profile == "v2":  # v1 has no messageId
        turn["message_id"] = rehearsal.new_id()
    with rehearsal.check("BC-33", once=one_of(phrase), twice=twice, duplicates=rehearsal.setting("duplicate_turn")):
        at_once(rehearsal, ann, [turn, turn])
        ask(rehearsal, ann, session=session, text=rehearsal.setting("handoff_phrase"), probe="after_double")


@BOTH
@pytest.mark.checks("BC-34")
def test_two_turns_at_once_in_one_session(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    texts = [rehearsal.setting("slow_phrase"), "and meanwhile this"]
    both = "(?s)" + "".join(f"(?=.*{re.escape(text)})" for text in texts) + ".*"
    with rehearsal.check("BC-34", both=both, either=one_of(*texts)):
        at_once(rehearsal, ann, [{"session": session, "text": text, "probe": "at_once"} for text in texts])
        ask(rehearsal, ann, session=session, text=rehearsal.setting("handoff_phrase"), probe="after_both")


def at_once(rehearsal: Rehearsal, customer: Customer, turns: list[dict[str, Any]]) -> None:
    """Turns none of which waits for the answer to another."""
    with ThreadPoolExecutor(len(turns)) as pool:
        for job in [pool.submit(ask, rehearsal, customer, **turn) for turn in turns]:
            job.result()


@BOTH
@pytest.mark.checks("BC-35")
def test_the_handoff_phrase_ends_in_the_handoff_intent_with_context(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    expect = {"intent": rehearsal.setting("handoff_intent"), "intents": declared_intents(rehearsal)}
    with rehearsal.check("BC-35", **expect):
        ask(rehearsal, ann, session=session, text="My order has not come")
        ask(rehearsal, ann, session=session, text=rehearsal.setting("handoff_phrase"), probe="handoff")


@BOTH
@pytest.mark.checks("BC-36")
def test_the_end_phrase_ends_in_the_end_intent(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-36", intent=rehearsal.setting("end_intent")):
        ask(rehearsal, rehearsal.customer(), text=rehearsal.setting("end_phrase"), probe="end")


@BOTH
@pytest.mark.checks("BC-42")
def test_a_client_that_hangs_up_leaves_the_bot_well(rehearsal: Rehearsal) -> None:
    ann, session = rehearsal.customer(), rehearsal.new_id()
    seconds = float(rehearsal.setting("slow_seconds"))
    with rehearsal.check("BC-42"):
        ask(
            rehearsal,
            ann,
            session=session,
            text=rehearsal.setting("slow_phrase"),
            close_after=seconds / 3,
            probe="hung_up",
        )
        ask(rehearsal, ann, session=session, text="Are you there?", probe="after_hang_up")
