from __future__ import annotations

from typing import Any

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.conversations.model import Conversation, Leg, Message, Sender
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.catalogue import load_catalogue
from understudy.platform.schemas import Schemas
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.history import CONTENTS, KEPT, LIVE, count, history
from understudy.web_messaging.terms import GuestRates, terms
from understudy.world.org import Org

SCHEMAS = Schemas(load_catalogue().models)


@pytest.fixture
def org() -> Org:
    clock = OrgClock(ManualClock())
    made = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme", "salt"), limits=load_limits(), commands={})
    made.entities.put(DEPLOYMENTS, "d1", {"id": "d1", "configuration": {"id": "c", "version": "1"}})
    made.entities.put("users", "u1", {"id": "u1", "name": "Bea"})
    return made


@pytest.fixture
def guest(org: Org) -> Guest:
    rates = GuestRates(terms(org.limits))
    made = new_guest("g1", rates)
    for number in ("c1", "c2"):
        org.conversations[number] = Conversation(number, org.now(), Leg("web_messaging", "d1", "g1"))
        made.conversations.append(number)
    return made


def new_guest(id_: str, rates: GuestRates) -> Guest:
    return Guest(id=id_, tokens=["t"], deployment="d1", expires=2e9, duration=60, rates=rates)


def say(org: Org, conversation: str, text: str, *, sender: Sender = Sender.CUSTOMER, **more: Any) -> None:
    direction = "inbound" if sender is Sender.CUSTOMER else "outbound"
    id_ = org.ids.uuid("message")
    fields = {"type": "Text", "at": org.now(), "text": text, **more}
    org.conversations[conversation].messages[id_] = Message(id_, conversation, "comm", direction, sender, **fields)


def shown(org: Org, guest: Guest) -> list[dict[str, Any]]:
    found = history(org, guest)
    judge = SCHEMAS.response("WebMessagingMessage")
    assert [list(judge.problems(one)) for one in found] == [[] for _ in found]
    return found


def test_the_newest_message_comes_first_over_all_conversations(org: Org, guest: Guest) -> None:
    for conversation, text in (("c1", "one"), ("c1", "two"), ("c2", "three")):
        say(org, conversation, text)
        org.clock.jump(1)
    say(org, "c2", "four")
    say(org, "c2", "five")  # within the same moment
    assert [one["text"] for one in shown(org, guest)] == ["five", "four", "three", "two", "one"]


def test_either_side_is_told_apart(org: Org, guest: Guest) -> None:
    say(org, "c1", "hi")
    say(org, "c1", "I am a bot", sender=Sender.BOT)
    say(org, "c1", "I am not", sender=Sender.AGENT, user="u1", status="sent")
    agent, bot, own = shown(org, guest)
    assert (own["direction"], "originatingEntity" in own) == ("Inbound", False)
    assert (bot["direction"], bot["originatingEntity"]) == ("Outbound", "Bot")
    assert (agent["originatingEntity"], agent["status"]) == ("Human", "Sent")
    assert agent["channel"]["from"] == {"nickname": "Bea"}
    assert own["channel"]["messageId"] == own["id"]


@pytest.mark.parametrize("type_", ["Event", "Receipt"])
def test_what_is_no_message_is_no_part_of_it(org: Org, guest: Guest, type_: str) -> None:
    say(org, "c1", "", type=type_)
    assert shown(org, guest) == []


def test_messages_are_gone_after_fifteen_days(org: Org, guest: Guest) -> None:
    say(org, "c1", "old")
    org.clock.jump(15 * 24 * 3600)
    say(org, "c1", "new")
    assert [one["text"] for one in shown(org, guest)] == ["new", "old"]
    org.clock.jump(1)
    assert [one["text"] for one in shown(org, guest)] == ["new"]


def test_another_guests_conversation_is_not_shown(org: Org, guest: Guest) -> None:
    org.conversations["c3"] = Conversation("c3", org.now(), Leg("web_messaging", "d1", "g2"))
    say(org, "c3", "a secret")
    del org.conversations["c2"]  # no longer remembered
    assert shown(org, guest) == []


def test_content_has_the_form_of_its_model(org: Org, guest: Guest) -> None:
    content: tuple[dict[str, Any], ...] = (
        {"contentType": "Attachment", "attachment": {"id": "a1", "mediaType": "Image", "contentSizeBytes": 5}},
        {"contentType": "ButtonResponse", "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "y"}},
        {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y"}},
        {"contentType": "Card", "card": {"title": "T", "actions": [{"type": "Postback", "text": "t", "payload": "p"}]}},
        {"contentType": "Card"},
        {"contentType": "Unheard", "unheard": {}},
        {},
    )
    say(org, "c1", "", type="Structured", content=content)
    attachment, click, reply, card = shown(org, guest)[0]["content"]
    assert attachment["attachment"] == {"id": "a1", "mediaType": "Image", "fileSize": 5}
    assert click["buttonResponse"]["originatingMessageId"] == ""
    assert (reply, card) == (content[2], content[3])


def test_every_content_of_the_model_is_known() -> None:
    fields = load_catalogue().models["WebMessagingContent"]
    assert set(CONTENTS.values()) == set(fields) - {"contentType"}


def test_the_eleventh_look_within_a_minute_is_too_many(org: Org, guest: Guest) -> None:
    for _ in range(10):
        count(org, guest)
        org.clock.jump(1)
    with pytest.raises(Refused, match=r"429.*\[50\] seconds") as refused:
        count(org, guest)
    assert refused.value.headers == {"Retry-After": "50"}
    count(org, new_guest("g2", guest.rates))
    org.clock.jump(50)
    count(org, guest)


def test_rates_are_bounded(org: Org, guest: Guest) -> None:
    for number in range(KEPT + 3):
        count(org, new_guest(f"g{number}", guest.rates))
    assert len(org.live[LIVE]) == KEPT
