"""A guest in the messenger, with the emulator's real guest socket and a bot behind the flow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.actors import NeverHappened, Rehearsal
from understudy.errors import UnderstudyError

Meet = Callable[..., Rehearsal]


def test_a_guest_joins_writes_and_sees_what_the_bot_says(meet: Meet) -> None:
    ann = meet().guest()
    assert (ann.joins(), ann.is_connected, ann.session["connected"]) == (101, True, True)
    ann.says("hello there")
    assert [(one["from"], one["text"]) for one in ann.sees(1)] == [("bot", "You said: hello there")]
    assert ann.sees(1, timeout=0.05) == [], "what was seen already is not shown again"
    assert [one["text"] for one in ann.history()] == ["hello there", "You said: hello there"]


def test_a_guest_is_known_by_an_id_that_is_not_its_token(meet: Meet) -> None:
    ann = meet().guest()
    assert ann.id == ""
    ann.joins()
    assert ann.id not in ("", ann.token)
    ann.says("hello")
    assert ann.conversation()


def test_a_guest_comes_back_with_the_same_token_into_the_same_conversation(meet: Meet) -> None:
    ann = meet().guest()
    ann.joins()
    assert ann.session["newSession"] is True
    ann.converses(["order", "tea"])
    id_, conversation = ann.id, ann.conversation()
    assert (ann.reconnects(), ann.session["newSession"]) == (101, False)
    ann.converses(["2"])
    assert (ann.id, ann.conversation()) == (id_, conversation)


def test_an_agent_accepts_a_guest_as_any_customer(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    ann.joins()
    ann.says(rehearsal.setting("fail_phrase"))
    agent = rehearsal.picked_up(ann)
    agent.says("How can I help?")
    ann.has_seen(["How can I help?"])
    cursor = rehearsal.cursor()
    ann.types()
    assert rehearsal.wait("typing", after=cursor, customer=ann.id)["data"]["from"] == "customer"
    ann.leaves()
    rehearsal.wait("conversation.ended", after=cursor, customer=ann.id)


def test_having_seen_looks_back_too_and_then_away(meet: Meet) -> None:
    ann = meet().guest()
    ann.joins()
    ann.converses(["hello there"])
    ann.has_seen(["You said: hello there"], timeout=0.05)
    ann.has_seen(["never said"], timeout=0.05)
    assert ann.sees(1, timeout=0.05) == []


def test_a_click_is_a_button_response(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    ann.joins()
    ann.says(rehearsal.setting("fail_phrase"))
    agent = rehearsal.picked_up(ann)
    ann.has_seen(["fail message"])
    content = [{"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y", "action": "Message"}}]
    agent.says("Sure?", type="Structured", content=content)
    (asked,) = ann.sees(1)
    cursor = rehearsal.cursor()
    ann.clicks({"text": "Yes", "payload": "y"}, asked)
    assert rehearsal.wait("message.received", after=cursor, customer=ann.id)["data"]["text"] == "Yes"
    (clicked,) = ann.history()[-1]["content"]
    assert clicked["buttonResponse"]["payload"] == "y"


def test_a_file_that_the_deployment_does_not_take_is_named(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    ann.joins()
    with pytest.raises(UnderstudyError, match="was refused: "):
        ann.attaches(rehearsal.media("<svg/>", "image/svg+xml"), "image/svg+xml", "Image")


def test_a_page_that_is_not_allowed_gets_the_status_of_the_refusal(meet: Meet) -> None:
    eve = meet().guest(origin="https://evil.example")
    assert (eve.joins(), eve.is_connected) == (403, False)
    with pytest.raises(UnderstudyError, match="has no open socket"):
        eve.says("hello")


def test_history_by_jwt_is_for_allowed_pages(meet: Meet) -> None:
    ann = meet().guest()
    ann.joins()
    assert [ann.history_by_jwt(), ann.history_by_jwt("https://evil.example")] == [200, 403]


def test_what_never_comes_is_named(meet: Meet) -> None:
    ann = meet().guest("Ann")
    ann.joins()
    with pytest.raises(NeverHappened, match=r"no LogoutEvent for Ann within 0.05 s"):
        ann.waits_for("LogoutEvent", timeout=0.05)
    assert ann.waits_for("SessionResponse")["body"] == ann.session
    with pytest.raises(NeverHappened):
        ann.waits_for("SessionResponse", timeout=0.05)


def test_the_configuration_and_the_page_are_read_as_a_browser_does(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    assert ann.reads_configuration()["id"] == ann.deployment
    assert ann.deployment in ann.opens_page()
    assert rehearsal.guest(deployment="7f8a3c5e-1d2b-4c6f-8e9a-0b1c2d3e4f50").reads_configuration() == {}


def test_a_rehearsal_hangs_up_for_its_guests(meet: Meet) -> None:
    rehearsal = meet()
    ann = rehearsal.guest()
    ann.joins()
    rehearsal.close()
    assert not ann.is_connected
