from __future__ import annotations

import pytest

from understudy.errors import Refused
from understudy.integrations.bot_sessions import (
    OVER_MAX,
    WAITING,
    BotAsked,
    BotReplied,
    BotSession,
    close,
    ended,
    sessions_of,
)
from understudy.world.org import Org


@pytest.fixture
def session(office: Org) -> BotSession:
    opened = BotSession("s1", "i1", "b1", "1", "c1", "e1")
    sessions_of(office)[opened.id] = opened
    return opened


def refusal(office: Org, command: object) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        office.perform(command)
    return refused.value.status, refused.value.code


def test_a_reply_reaches_the_session_that_waits(office: Org, session: BotSession) -> None:
    assert office.perform(BotReplied("s1", "b1", "1", {"botState": "MoreData"}))
    (effect,) = office.take_effects("bot_connector")
    assert (effect.kind, effect.data["session"], effect.data["body"]) == ("reply", "s1", {"botState": "MoreData"})
    change = list(office.changes.read(office.changes.start))[-1]
    assert (change.kind, change.conversation) == ("bot.replied", "c1")


def test_a_message_reaches_the_session_that_asked_for_it(office: Org, session: BotSession) -> None:
    message = {"languageCode": "en-us", "inputMessage": {"type": "Text", "text": "hi"}}
    id_ = office.perform(BotAsked("s1", "i1", "b1", "1", "e1", message))
    assert session.asked == [{"text": "hi", "content": (), "messageId": id_}]


def test_without_a_session_there_is_nobody_to_give_it_to(office: Org) -> None:
    assert refusal(office, BotReplied("s1", "b1", "1", {})) == (404, "not.found")


@pytest.mark.parametrize(
    "command",
    [
        BotReplied("s1", "other", "1", {}),
        BotReplied("s1", "b1", "2", {}),
        BotAsked("s1", "other", "b1", "1", "e1", {}),
        BotAsked("s1", "i1", "b1", "1", "other", {}),
    ],
)
def test_what_belongs_to_another_session_is_refused(office: Org, session: BotSession, command: object) -> None:
    assert refusal(office, command) == (409, "general.conflict")


def test_a_session_keeps_only_so_many_messages(office: Org, session: BotSession) -> None:
    for _ in range(WAITING):
        office.perform(BotAsked("s1", "i1", "b1", "1", "e1", {}))
    assert refusal(office, BotAsked("s1", "i1", "b1", "1", "e1", {})) == (429, "too.many.requests")
    assert len(session.asked) == WAITING


def test_sessions_that_are_over_are_remembered_for_a_while(office: Org) -> None:
    for number in range(OVER_MAX + 1):
        sessions_of(office)[str(number)] = BotSession(str(number), "i1", "b1", "1", "c1", "e1")
        close(office, str(number))
    assert (ended(office, "0"), sessions_of(office)) == (None, {})
    assert ended(office, str(OVER_MAX)) is not None
    assert close(office, "unknown") is None
