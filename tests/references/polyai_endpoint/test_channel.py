"""The topology channel: bot, hand-off, relay, end, and what breaks them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.polyai_endpoint import channel
from understudy.references.polyai_endpoint.channel import CONNECTING, ENDED, NOT_CONNECTED, NOT_DELIVERED, state_of
from understudy.references.vendor_side.genesys import Answer

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "GRACE_SECONDS", 0.05)


def test_the_bot_answers_locally(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    assert rig.say("ann", "hi") == 202
    (item,) = rig.seen("ann", 1)
    assert (item["type"], item["text"], item["from"]) == ("text", "You said: hi", "bot")
    assert genesys.calls == []


def test_a_hand_off_carries_context_and_is_watched(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.say("ann", "My order is late", language="de")
    rig.handed_off()
    (call,) = genesys.to("/inbound/open/message")
    attributes = call.body["channel"]["metadata"]["customAttributes"]
    assert attributes["summary"] == "My order is late / agent please"
    assert attributes["language"] == "de"
    assert all(isinstance(value, str) for value in attributes.values())
    assert len(json.dumps(attributes)) <= 2048
    assert call.query == "prefetchConversationId=true"
    topics = [topic["id"] for topic in genesys.to("/subscriptions")[0].body]
    assert f"v2.detail.events.conversation.{genesys.conversation}.user.end" in topics
    assert genesys.tokens == 1


def test_texts_are_relayed_in_order_with_unique_ids(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    for number in range(5):
        rig.say("ann", str(number))
    calls = genesys.wait("/inbound/open/message", 6)
    assert [call.body["text"] for call in calls[1:]] == ["0", "1", "2", "3", "4"]
    assert len({call.body["channel"]["messageId"] for call in calls}) == 6
    assert "metadata" not in calls[1].body["channel"]


def test_order_is_kept_and_nothing_lost_when_genesys_says_wait(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    genesys.scripts["/inbound/open/message"].append(rig.scripted(429, headers={"Retry-After": "0.1"}))
    for number in range(3):
        rig.say("ann", str(number))
    genesys.wait("/inbound/open/message", 5)
    assert genesys.texts() == ["agent please", "0", "0", "1", "2"]


def test_a_file_of_the_user_is_sent_as_an_attachment(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    rig.request("POST", "/users/ann/messages", {"attachment": {"url": "http://x/a.pdf", "mime": "application/pdf"}})
    body = genesys.wait("/inbound/open/message", 2)[1].body
    assert body["content"] == [
        {"attachment": {"mediaType": "File", "url": "http://x/a.pdf", "mime": "application/pdf"}}
    ]
    assert "text" not in body


@pytest.mark.parametrize(("faults", "events"), [((), 1), (("typing_flood",), 5)])
def test_typing_is_sent_at_most_once_in_five_seconds(
    genesys: FakeGenesys, start: Callable[..., Rig], faults: tuple[str, ...], events: int
) -> None:
    rig = start(*faults)
    rig.request("POST", "/users/ann/typing")  # to the bot: not sent
    rig.handed_off()
    for _ in range(5):
        assert rig.request("POST", "/users/ann/typing").status == 202
    rig.say("ann", "done")
    genesys.wait("/inbound/open/message", 2)
    assert len(genesys.to("/inbound/open/event")) == events


@pytest.mark.parametrize("how", ["phrase", "call"])
def test_the_user_ends_the_conversation(genesys: FakeGenesys, start: Callable[..., Rig], how: str) -> None:
    rig = start()
    rig.handed_off()
    if how == "phrase":
        rig.say("ann", " Bye ")
    else:
        rig.request("POST", "/users/ann/end")
    rig.mode("ann", "bot")
    last = genesys.to(genesys.conversation)[-1]
    assert (last.method, last.body) == ("PATCH", {"state": "disconnected"})
    assert genesys.texts() == ["agent please"]


@pytest.mark.parametrize("kind", ["user.end", "acw", "customer.end"])
def test_the_end_in_genesys_ends_the_relay(genesys: FakeGenesys, start: Callable[..., Rig], kind: str) -> None:
    rig = start()
    rig.handed_off()
    genesys.participants = [rig.participant("customer"), rig.participant("agent", "disconnected")]
    genesys.notify(kind)
    rig.mode("ann", "bot")
    rig.say("ann", "anybody there?")
    assert [item["text"] for item in rig.seen("ann", 3)] == [CONNECTING, ENDED, "You said: anybody there?"]
    assert genesys.texts() == ["agent please"]


@pytest.mark.parametrize("next_purpose", ["acd", "agent"])
def test_a_transfer_does_not_end_the_relay(genesys: FakeGenesys, start: Callable[..., Rig], next_purpose: str) -> None:
    rig = start()
    rig.handed_off()
    genesys.participants = [
        rig.participant("customer"),
        rig.participant("agent", "disconnected"),
        rig.participant(next_purpose, "alerting"),
    ]
    genesys.notify("user.end")
    genesys.wait(genesys.conversation, 2)
    rig.say("ann", "still here")
    assert genesys.wait("/inbound/open/message", 2)[1].body["text"] == "still here"


def test_an_agent_who_comes_within_the_grace_keeps_the_relay(
    genesys: FakeGenesys, start: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "GRACE_SECONDS", 0.2)
    rig = start()
    rig.handed_off()
    genesys.participants = [rig.participant("customer")]
    genesys.notify("user.end")
    genesys.wait(genesys.conversation, 2)
    genesys.participants = [rig.participant("customer"), rig.participant("agent")]
    genesys.wait(genesys.conversation, 3)
    rig.say("ann", "still here")
    assert genesys.wait("/inbound/open/message", 2)[1].body["text"] == "still here"


def test_a_second_hand_off_follows_the_new_conversation(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    rig.say("ann", "bye")
    rig.mode("ann", "bot")
    genesys.conversation = "c0ffee00-0000-4000-8000-000000000002"
    rig.handed_off()
    rig.request("POST", "/users/ann/end")
    rig.mode("ann", "bot")
    assert genesys.to(genesys.conversation)[-1].method == "PATCH"
    assert len(genesys.to("/channels")) == 1


def test_hands_off_once_leaves_the_user_with_the_bot_the_second_time(
    genesys: FakeGenesys, start: Callable[..., Rig]
) -> None:
    rig = start("hands_off_once")
    rig.handed_off()
    rig.say("ann", "bye")
    rig.mode("ann", "bot")
    rig.say("ann", "agent please")
    assert rig.seen("ann", 1, "text")[0]["text"] == "You said: agent please"
    assert genesys.texts() == ["agent please"]


def test_a_click_is_sent_as_a_structured_response(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    cards = [
        {"title": title, "actions": [{"type": "Postback", "text": "Buy", "payload": f"buy-{title}"}]}
        for title in ("red", "blue")
    ]
    content = [{"contentType": "Carousel", "carousel": {"cards": cards}}]
    rig.deliver(rig.outbound("ann", "Choose", id_="m5", type="Structured", content=content))
    (item,) = rig.seen("ann", 1, "options")
    postback = {**item["options"][0], "originatingMessageId": item["platformId"]}
    assert rig.request("POST", "/users/ann/messages", {"postback": postback}).status == 202
    (call,) = genesys.wait("/structured/response")
    assert call.body["buttonResponse"] == {"type": "Button", "text": "Buy", "payload": "buy-red"}
    assert call.body["originatingMessageId"] == "m5"


@pytest.mark.parametrize("failing", ["/inbound/open/message", "/oauth/token"])
def test_a_hand_off_that_is_refused_leaves_the_user_with_the_bot(
    genesys: FakeGenesys, start: Callable[..., Rig], failing: str
) -> None:
    rig = start()
    genesys.scripts[failing].append(rig.scripted(403, {"code": "missing.permissions", "error": "invalid_client"}))
    rig.say("ann", "agent please")
    assert rig.seen("ann", 2)[1]["text"] == NOT_CONNECTED
    assert rig.say("ann", "hi") == 202
    assert rig.seen("ann", 3)[2]["text"] == "You said: hi"


def test_a_text_that_can_not_be_sent_is_told(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    rig.handed_off()
    genesys.scripts["/inbound/open/message"].append(rig.scripted(400))
    rig.say("ann", "hello")
    assert rig.seen("ann", 2)[1]["text"] == NOT_DELIVERED


def test_no_context_hands_off_with_nothing(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("no_context")
    rig.handed_off()
    assert genesys.to("/inbound/open/message")[0].body["channel"]["metadata"] == {}


def test_relays_after_end_goes_on(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("relays_after_end")
    rig.say("ann", "agent please")
    rig.mode("ann", "agent")
    genesys.wait("/subscriptions")
    genesys.participants = [rig.participant("customer", "disconnected")]
    genesys.notify("customer.end")
    rig.say("ann", "hello?")
    assert genesys.wait("/inbound/open/message", 2)[1].body["text"] == "hello?"


def test_ends_on_transfer_leaves_at_the_first_user_end(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("ends_on_transfer")
    rig.handed_off()
    genesys.notify("user.end")
    rig.mode("ann", "bot")


def answer(*participants: Any, status: int = 200) -> Answer:
    """A conversation as it is answered."""
    return Answer(status, {"participants": list(participants)})


def test_the_state_of_a_conversation_is_read_from_who_is_left() -> None:
    customer, gone = {"purpose": "customer", "state": "connected"}, {"purpose": "agent", "state": "terminated"}
    legs = {"purpose": "agent", "messages": [{"state": "disconnected"}, {"state": "connected"}]}
    assert state_of(answer(customer, gone)) == "deserted"
    assert state_of(answer(customer, gone, {"purpose": "acd", "state": "connected"})) == "alive"
    assert state_of(answer(customer, legs)) == "alive"
    assert state_of(answer({**customer, "endTime": "2026-01-01T00:00:00.000Z"}, legs)) == "over"
    assert state_of(answer(status=404)) == "over"
    assert state_of(answer()) == state_of(answer(customer, status=403)) == state_of(Answer(0)) == "unknown"
    assert state_of(Answer(200, {"participants": "none"})) == "unknown"
