"""BC-38 to BC-41: the list of bots, given or asked for, and v2's later replies. Time: the bot's own."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.bots import ask, declared_intents, put_bots

LATER = 30.0  # seconds: the platform's Bot Response Timeout
SETTLE = 0.3  # seconds in which a second reply would come


@pytest.mark.checks("BC-38.v2")
@pytest.mark.profile("v2")
def test_the_bots_are_listed(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-38.v2"):
        ask(rehearsal, rehearsal.customer(), kind="bots")


@pytest.mark.checks("BC-39.v2")
@pytest.mark.profile("v2")
def test_a_bot_is_shown_as_in_the_list_and_no_other(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-39.v2"):
        ask(rehearsal, ann, kind="bots")
        ask(rehearsal, ann, kind="bot")
        ask(rehearsal, ann, kind="bot", bot=rehearsal.new_id())


@pytest.mark.checks("BC-40.v1")
@pytest.mark.profile("v1")
@pytest.mark.exclusive
def test_the_bot_list_keeps_the_limits_and_declares_what_is_said(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-40.v1"):
        put_bots(rehearsal, "Administrator")
        rehearsal.expect("BC-40.v1", intents=declared_intents(rehearsal))
        for phrase in ("complete_phrase", "types_phrase", "handoff_phrase", "end_phrase", "structured_phrase"):
            if text := rehearsal.slot.settings.get(phrase):
                ask(rehearsal, ann, session=rehearsal.new_id(), text=text)


@pytest.mark.checks("BC-41.v2")
@pytest.mark.profile("v2")
def test_a_later_reply_belongs_to_its_session(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-41.v2"):
        ann = rehearsal.guest()
        ann.joins()
        ann.says(rehearsal.setting("async_phrase"))
        ann.sees(1, LATER if rehearsal.is_real else 8.0)
        rehearsal.pause(SETTLE)
