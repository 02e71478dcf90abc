from __future__ import annotations

import hashlib
from typing import Any

import orjson
import pytest
from tests.web_messaging.staging import deploy, jwt, make_org, said

from understudy.clock import ManualClock
from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging import asked, dialogue
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.deployment import terms_of
from understudy.web_messaging.dialogue import Answer, Connection, answer
from understudy.web_messaging.frames import ServerFrame
from understudy.web_messaging.guests import guest_of
from understudy.web_messaging.intentions import Cleared, Configured, Extended
from understudy.web_messaging.messages import (
    ConfigureAuthenticatedSession,
    ConfigureSession,
    DeleteAttachment,
    DisconnectCustomer,
    GetAttachment,
    GetConfiguration,
    GetJwt,
    OnAttachment,
    OnMessage,
    ResumeToken,
)
from understudy.web_messaging.uploads import PutUpload, uploads
from understudy.world.org import Org

ATTACHMENT = {"contentType": "Attachment", "attachment": {"id": "a"}}


@pytest.fixture
def org() -> Org:
    return make_org(ManualClock())


def connection(org: Org, number: int = 1) -> Connection:
    deployment = org.entities.of(DEPLOYMENTS)["d"]
    return Connection(number=number, deployment="d", origin="http://o", terms=terms_of(org, deployment))


@pytest.fixture
def one(org: Org) -> Connection:
    """A connection that has configured its session."""
    found = connection(org)
    answer(org, found, CONFIGURE)
    return found


CONFIGURE = asked.ConfigureAsked(ConfigureSession(token="t", deployment_id="d", tracing_id="c"))


def message(type_: str = "Text", **fields: Any) -> OnMessage:
    return OnMessage(token="t", tracing_id="m", message={"type": type_, **fields})


def presence(kind: str) -> OnMessage:
    return message("Event", events=[{"eventType": "Presence", "presence": {"type": kind}}])


def bodies(intentions: list[Any]) -> list[Any]:
    return [orjson.loads(one.to_text())["body"] for one in intentions if isinstance(one, ServerFrame)]


def code(told: Answer) -> int:
    (frame,) = told.own
    assert isinstance(frame, ServerFrame)
    return frame.code


def conversation_of(org: Org) -> Conversation:
    (found,) = org.conversations.values()
    return found


def test_who_configures_has_a_guest_and_who_is_refused_has_none(org: Org, one: Connection) -> None:
    guest = one.guest
    assert guest is guest_of(org, "t")
    deploy(org, sign_in=True)
    wrong = ConfigureAuthenticatedSession(token="t", deployment_id="d", data={"code": "x"})
    answer(org, one, asked.ConfigureAsked(wrong))
    assert one.guest is None
    assert guest is not None
    assert guest.sockets == []
    right = ConfigureAuthenticatedSession(token="t", deployment_id="d", data={"code": jwt(org, "ann")})
    (intention,) = answer(org, one, asked.ConfigureAsked(right)).own
    assert isinstance(intention, Configured)


def test_a_text_goes_to_every_connection_with_its_tracing_id(org: Org, one: Connection) -> None:
    other = connection(org, 2)
    answer(org, other, CONFIGURE)
    told = answer(org, one, asked.Said(message(text="hello")))
    assert told.sockets == (1, 2)
    assert told.own == []
    frame, extended = told.everyone
    assert isinstance(frame, ServerFrame)
    assert (frame.tracing_id, frame.body["text"], frame.body["direction"]) == ("m", "hello", "Inbound")
    assert one.guest is not None
    assert extended == Extended(one.guest.expires)


def test_a_click_is_kept_as_what_was_clicked(org: Org, one: Connection) -> None:
    button = {"text": "Yes", "payload": "y", "junk": 1}
    content = [{"contentType": "ButtonResponse", "buttonResponse": button, "junk": [1]}]
    told = answer(org, one, asked.Said(message("Structured", content=content)))
    kept = [{"contentType": "ButtonResponse", "buttonResponse": {"type": "Button", "text": "Yes", "payload": "y"}}]
    assert [(body["text"], body["content"]) for body in bodies(told.everyone)] == [("Yes", kept)]


def test_a_message_with_a_file_that_is_not_there_is_refused(org: Org, one: Connection) -> None:
    assert code(answer(org, one, asked.Said(message(text="see", content=[ATTACHMENT])))) == 4009
    assert org.conversations == {}


def test_a_join_begins_the_conversation_once(org: Org, one: Connection) -> None:
    for _ in range(2):
        (body,) = bodies(answer(org, one, asked.Joined(presence("Join"))).everyone)
        assert body["events"] == [{"eventType": "Presence", "presence": {"type": "Join"}}]
    assert len(conversation_of(org).messages) == 2
    assert len(said(org, "deliver")) == 1


def test_events_are_repeated_to_every_connection(org: Org, one: Connection) -> None:
    answer(org, one, asked.Said(message(text="hello")))
    typing = message("Event", events=[{"eventType": "Typing", "typing": {"type": "On", "duration": {}}}])
    (body,) = bodies(answer(org, one, asked.Typed(typing)).everyone)
    assert body["events"][0]["eventType"] == "Typing"
    assert org.changes.read(org.changes.end - 1)[0].data["duration"] is None
    (body,) = bodies(answer(org, one, asked.Signalled(presence("SignIn"))).everyone)
    assert body["events"][0]["presence"] == {"type": "SignIn"}


def test_clear_is_told_to_every_connection(org: Org, one: Connection) -> None:
    told = answer(org, one, asked.ClearAsked(presence("Clear")))
    assert told.everyone[-1] == Cleared()
    assert guest_of(org, "t") is None
    assert code(answer(org, one, asked.Said(message(text="x")))) == 4007


@pytest.mark.parametrize("request_", [presence("Disconnect"), DisconnectCustomer(token="t")])
def test_a_guest_ends_the_conversation(org: Org, one: Connection, request_: OnMessage | DisconnectCustomer) -> None:
    answer(org, one, asked.Said(message(text="hello")))
    told = answer(org, one, asked.DisconnectAsked(request_))
    assert len(told.everyone) == isinstance(request_, OnMessage)
    assert conversation_of(org).ended is not None


def test_a_text_that_meets_the_end_half_way_does_not_open_the_conversation_again(org: Org, one: Connection) -> None:
    answer(org, one, asked.Said(message(text="hello")))
    org.perform(Disconnect(conversation_of(org).id))
    assert code(answer(org, one, asked.Said(message(text="more")))) == 400
    assert conversation_of(org).ended is not None


def test_what_the_org_refuses_is_5000(org: Org, one: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Refused(503, "service.unavailable", "no room")

    monkeypatch.setattr(dialogue, "_said", full)
    assert code(answer(org, one, asked.Said(message(text="x")))) == 5000


def test_tokens_files_and_configuration_are_given_out(org: Org, one: Connection) -> None:
    def frame(request: Any) -> ServerFrame:
        (found,) = answer(org, one, asked.Asked(request)).own
        assert isinstance(found, ServerFrame)
        return found

    assert frame(GetJwt(token="t")).body["jwt"].count(".") == 2
    first, second = frame(ResumeToken(token="t")), frame(ResumeToken(token="t"))
    assert first.body == second.body
    assert frame(GetAttachment(token="t", attachment_id="a")).code == 4009
    assert frame(DeleteAttachment(token="t", attachment_id="a")).code == 4009
    assert frame(GetConfiguration(token="t", deployment_id="d")).body["sessionDurationSeconds"] == 3600
    upload = OnAttachment(token="t", file_name="a.png", file_type="image/png", file_size=1, file_md5="0" * 32)
    (offer,) = answer(org, one, asked.UploadAsked(upload)).own
    assert isinstance(offer, ServerFrame)
    assert offer.body["url"].startswith("http://o/")
    org.entities.remove(DEPLOYMENTS, "d")
    assert frame(GetConfiguration(token="t", deployment_id="d")).code == 400


def test_who_leaves_or_is_gone_has_no_guest_any_more(org: Org, one: Connection) -> None:
    for event in (asked.Left(False), asked.PeerClosed(1006), asked.Expired()):
        answer(org, one, CONFIGURE)
        guest = one.guest
        assert guest is not None
        assert guest.sockets == [1]
        assert answer(org, one, event) == Answer()
        assert one.guest is None
        assert guest.sockets == []


def uploaded(org: Org, one: Connection, id_: str) -> None:
    assert one.guest is not None
    digest = hashlib.md5(b"x", usedforsecurity=False).hexdigest()
    wish = OnAttachment(
        token="t", file_name="a.png", file_type="image/png", file_size=1, file_md5=digest, attachment_id=id_
    )
    answer(org, one, asked.UploadAsked(wish))
    org.perform(PutUpload(uploads(org).by_name[one.guest.id, id_].media, b"x"))


def test_a_file_is_the_messages_that_was_accepted_and_no_others(
    org: Org, one: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refused(503, "service.unavailable", "no room")

    uploaded(org, one, "a")
    missing = {"contentType": "Attachment", "attachment": {"id": "unheard of"}}
    assert code(answer(org, one, asked.Said(message(text="see", content=[ATTACHMENT, missing])))) == 4009
    with monkeypatch.context() as patched:
        patched.setitem(org._commands, GuestSays, full)
        assert code(answer(org, one, asked.Said(message(text="see", content=[ATTACHMENT])))) == 5000
    delete = asked.Asked(DeleteAttachment(token="t", attachment_id="a"))
    (gone,) = answer(org, one, delete).own
    assert isinstance(gone, ServerFrame)
    assert gone.class_ == "AttachmentDeletedResponse"
    uploaded(org, one, "a")
    assert answer(org, one, asked.Said(message(text="see", content=[ATTACHMENT]))).everyone
    assert code(answer(org, one, delete)) == 4009


def test_a_join_that_meets_the_end_half_way_does_not_open_the_conversation_again(org: Org, one: Connection) -> None:
    answer(org, one, asked.Said(message(text="hello")))
    org.perform(Disconnect(conversation_of(org).id))
    assert code(answer(org, one, asked.Joined(presence("Join")))) == 400
    assert conversation_of(org).ended is not None
