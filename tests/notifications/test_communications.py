from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.conversations.commands import Disconnect, Wrapup
from understudy.conversations.media import Call, Callback, Email
from understudy.conversations.model import Conversation
from understudy.notifications import communications
from understudy.notifications.media import MEDIA
from understudy.platform.catalogue import Catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org

SINGULAR = {"message": "Message", "call": "Call", "callback": "Callback", "email": "Email"}


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("prefix", ["", "Queue"])
def test_an_entry_satisfies_the_model_of_its_array(
    org: Org, converse: Callable[[str], Conversation], schemas: Schemas, media: str, prefix: str
) -> None:
    talk = converse(media)
    org.perform(Disconnect(talk.id, talk.participants[-1].id))
    model = f"{prefix}ConversationEventTopic{SINGULAR[media]}"
    for party in talk.participants:
        body = communications.entry(talk, party, party.communication)
        assert schemas.response(model).problems(body) == []
        assert schemas.judge(model).problems(body) == []


@pytest.mark.parametrize("media", MEDIA)
def test_flat_fields_are_those_of_the_media_participant(
    converse: Callable[[str], Conversation], catalogue: Catalogue, media: str
) -> None:
    name = SINGULAR[media]
    known = set(catalogue.models[f"Conversation{name}EventTopic{name}MediaParticipant"])
    talk = converse(media)
    for party in talk.participants:
        assert set(communications.flat(talk, party, party.communication)) <= known


def test_every_party_of_a_call_sees_who_called_whom_and_itself(converse: Callable[[str], Conversation]) -> None:
    talk = converse("call")
    for party in (talk.customer, talk.participants[-1]):
        flat = communications.flat(talk, party, party.communication)
        assert (flat["ani"], flat["dnis"]) == ("+4917000", "+4930123")
    customer, agent = (
        communications.entry(talk, party, party.communication) for party in (talk.customer, talk.participants[-1])
    )
    assert customer["self"]["addressRaw"] == agent["other"]["addressRaw"] == "+4917000"
    talk.customer.communication.call = Call(muted=True, recording="paused")
    entry = communications.entry(talk, talk.customer, talk.customer.communication)
    assert (entry["muted"], entry["recording"], entry["recordingState"]) == (True, False, "paused")
    assert "self" not in entry


def test_callbacks_and_emails_show_what_is_their_own(converse: Callable[[str], Conversation]) -> None:
    callback, email = converse("callback"), converse("email")
    callback.customer.communication.callback = Callback(("+49",), "Ann", 1_767_225_600.0, script="s1")
    entry = communications.entry(callback, callback.customer, callback.customer.communication)
    assert (entry["callbackNumbers"], entry["callbackUserName"], entry["scriptId"]) == (["+49"], "Ann", "s1")
    assert entry["callbackScheduledTime"] == "2026-01-01T00:00:00.000Z"
    email.customer.communication.email = Email("Hello", sent=2, message="m7")
    entry = communications.entry(email, email.customer, email.customer.communication)
    assert (entry["subject"], entry["messagesSent"], entry["messageId"]) == ("Hello", 2, "m7")


def test_after_call_work_goes_from_pending_to_complete(org: Org, conversation: Conversation) -> None:
    agent = conversation.participants[-1]

    def work() -> dict[str, str]:
        found: dict[str, str] = communications.entry(conversation, agent, agent.communication).get("afterCallWork", {})
        return found

    assert work() == {}
    org.perform(Disconnect("c1", agent.id))
    assert (work()["state"], "endTime" in work()) == ("pending", False)
    org.perform(Wrapup("c1", agent.id, "w1"))
    assert (work()["state"], "endTime" in work()) == ("complete", True)
    agent.wrapup_skipped = True
    assert work()["state"] == "skipped"


def test_the_do_not_disturb_of_rest_has_the_topics_word(conversation: Conversation) -> None:
    agent = conversation.participants[-1]
    agent.communication.disconnect_type = "transfer.donotdisturb"
    assert communications.flat(conversation, agent, agent.communication)["disconnectType"] == "transfer.dnd"
