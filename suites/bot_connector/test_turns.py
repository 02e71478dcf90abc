"""BC-01, BC-02, BC-07 to BC-14, BC-29 to BC-31, BC-37: one turn and its answer. Time: none but the bot's."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.bots import ask, declared_intents

TIMES = 20  # turns of BC-02, after one that warms up
GREETING = "hi"

pytestmark = pytest.mark.profile("v1", "v2")


@pytest.mark.checks("BC-01", "BC-07", "BC-08", "BC-09", "BC-10", "BC-11")
def test_a_valid_turn_is_answered_with_a_valid_answer(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-01"):
        ask(rehearsal, rehearsal.customer(), text=GREETING)


@pytest.mark.checks("BC-02")
def test_twenty_turns_are_answered_well_in_time(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    ask(rehearsal, ann, text=GREETING)
    with rehearsal.check("BC-02"):
        for _ in range(TIMES):
            ask(rehearsal, ann, text=GREETING)


@pytest.mark.checks("BC-12")
def test_a_bot_that_is_done_names_a_declared_intent(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-12", intents=declared_intents(rehearsal)):
        ask(rehearsal, rehearsal.customer(), text=rehearsal.setting("complete_phrase"))


@pytest.mark.checks("BC-13")
def test_a_bot_that_failed_says_why(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-13"):
        ask(rehearsal, rehearsal.customer(), text=rehearsal.setting("fail_phrase"))


@pytest.mark.checks("BC-14")
def test_slots_and_entities_are_as_declared(rehearsal: Rehearsal) -> None:
    ask(rehearsal, rehearsal.customer(), text=rehearsal.setting("types_phrase"))


@pytest.mark.checks("BC-29")
def test_unknown_fields_are_ignored(rehearsal: Rehearsal) -> None:
    more = {"chatBot": {"id": "1", "name": "Bot"}, "reqId": "7f3a", "messageId": rehearsal.new_id(), "x": [{}]}
    with rehearsal.check("BC-29"):
        ask(rehearsal, rehearsal.customer(), text="What else?", extra=more, probe="extra")


@pytest.mark.checks("BC-30")
def test_an_unknown_bot_or_version_is_not_another(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-30"):
        ask(rehearsal, ann, text="Who are you?", bot=rehearsal.new_id(), probe="unknown_bot")
        ask(rehearsal, ann, text="Who are you?", version="no such version", probe="unknown_version")


@pytest.mark.checks("BC-31")
def test_another_language_does_no_harm(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-31"):
        ask(rehearsal, ann, text="nuqneH", language="tlh", probe="language")
        ask(rehearsal, ann, text="Which language?", language="en-US", probe="spelling")


@pytest.mark.checks("BC-37")
def test_structured_messages_can_be_shown(rehearsal: Rehearsal) -> None:
    ask(rehearsal, rehearsal.customer(), text=rehearsal.setting("structured_phrase"))
