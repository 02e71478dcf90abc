"""A guest's socket as a script of both directions, on a manual clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import LocalProtocolError
from understudy.limits import load_limits
from understudy.web_messaging import frames
from understudy.web_messaging.asked import (
    Asked,
    ClearAsked,
    ConfigureAsked,
    DisconnectAsked,
    Expired,
    Faulted,
    Joined,
    Left,
    PeerClosed,
    Said,
    Signalled,
    Typed,
    UploadAsked,
)
from understudy.web_messaging.frames import AllowedMedia, SessionFacts
from understudy.web_messaging.intentions import (
    Cleared,
    Close,
    ClosedElsewhere,
    Configured,
    Disconnected,
    Extended,
    RefuseSession,
    Reopened,
)
from understudy.web_messaging.session import GuestSession
from understudy.web_messaging.states import TRANSITIONS, Input, State
from understudy.web_messaging.terms import GuestRates, Terms, terms

MEDIA = AllowedMedia(file_types=("image/png",), max_file_size_kb=100)
TERMS = terms(load_limits(), media=MEDIA, clear_enabled=True)
NOW, LIFE = 1000.0, 259_200
ANY: dict[str, Any] = {"deploymentId": "d", "message": {"type": "Text", "text": "x"}, "attachmentId": "a"}
UPLOAD = {"fileName": "a.png", "fileType": "image/png", "fileSize": 5, "fileMd5": "m"}


def frame(action: str, **fields: Any) -> str:
    return orjson.dumps({"action": action, "token": "t", **fields}).decode()


def say(text: str = "Hello", **fields: Any) -> str:
    return frame("onMessage", message={"type": "Text", "text": text}, **fields)


def event(kind: str, **fields: Any) -> str:
    return frame("onMessage", message={"type": "Event", "events": [{"eventType": kind, **fields}]})


def presence(kind: str) -> str:
    return event("Presence", presence={"type": kind})


CONFIGURE = frame("configureSession", deploymentId="d", tracingId="c-1")


def facts(**fields: Any) -> SessionFacts:
    given = {"new": True, "duration": LIFE, "expires_at": NOW + LIFE, "media": MEDIA, "attributes_max": 2048}
    return SessionFacts(**{**given, **fields})


def fresh(given: Terms = TERMS) -> GuestSession:
    return GuestSession("d", given, now=NOW)


def ready(given: Terms = TERMS, rates: GuestRates | None = None, **fields: Any) -> GuestSession:
    session = fresh(given)
    session.receive(CONFIGURE, NOW)
    session.send(Configured(facts(**fields), rates or GuestRates(given)))
    session.events(), session.data_to_send()
    return session


def said(session: GuestSession) -> list[dict[str, Any]]:
    """The frames that were queued."""
    return [orjson.loads(one) for one in session.data_to_send() if isinstance(one, str)]


def codes(session: GuestSession) -> list[int]:
    return [one["code"] for one in said(session)]


def in_state(state: State) -> GuestSession:
    session = ready(read_only=state is State.READ_ONLY) if state is not State.UNCONFIGURED else fresh()
    if state is State.CONFIGURING:
        session.receive(CONFIGURE, NOW)
    if state is State.CLOSED:
        session.send(Close())
    assert session.state is state
    session.events(), session.data_to_send()
    return session


INPUTS: dict[Input, Any] = {
    Input.CONFIGURE: lambda s: s.receive(CONFIGURE, NOW),
    Input.CONFIGURED: lambda s: s.send(Configured(facts(), GuestRates(TERMS))),
    Input.CONFIGURED_READ_ONLY: lambda s: s.send(Configured(facts(read_only=True), GuestRates(TERMS))),
    Input.REFUSED: lambda s: s.send(RefuseSession(4007)),
    Input.SAY: lambda s: s.send(frames.logout()),
    Input.END: lambda s: s.send(Disconnected(NOW, "m", True)),
    Input.REOPEN: lambda s: s.send(Reopened(facts(new=False))),
    Input.LEAVE: lambda s: s.send(Cleared()),
    Input.CLOSE: lambda s: s.send(Close()),
    Input.PEER_CLOSED: lambda s: s.peer_closed(1006),
}
OURS = {Input.CONFIGURED, Input.CONFIGURED_READ_ONLY, Input.REFUSED, Input.SAY, Input.LEAVE, Input.CLOSE}


def test_every_state_has_a_row_and_every_row_is_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {State.UNCONFIGURED} | {state for row in TRANSITIONS.values() for state in row.values()}
    assert reached == set(State)
    assert {given for row in TRANSITIONS.values() for given in row} == set(Input) == set(INPUTS)


@pytest.mark.parametrize("given", Input)
@pytest.mark.parametrize("state", State)
def test_every_input_in_every_state(state: State, given: Input) -> None:
    session, following = in_state(state), TRANSITIONS[state].get(given)
    if following is None and given in OURS:
        with pytest.raises(LocalProtocolError, match=f"guest socket: {given.name} is not allowed in {state.name}"):
            INPUTS[given](session)
        assert session.data_to_send() == []
        return
    INPUTS[given](session)  # what a client does where it may not never raises
    assert session.state is (following or state)


def test_a_client_configures_and_is_told_its_session() -> None:
    session = fresh()
    session.receive(CONFIGURE, NOW)
    (asked,) = session.events()
    assert isinstance(asked, ConfigureAsked)
    assert (asked.request.token, asked.request.tracing_id) == ("t", "c-1")
    assert session.data_to_send() == []
    session.send(Configured(facts(), GuestRates(TERMS), "c-1"))
    (answer,) = said(session)
    assert (answer["class"], answer["tracingId"], answer["body"]["newSession"]) == ("SessionResponse", "c-1", True)


def test_the_same_token_may_configure_again_and_another_may_not() -> None:
    session = ready()
    session.receive(frame("configureSession", deploymentId="d", startNew=True), NOW)
    (asked,) = session.events()
    assert isinstance(asked, ConfigureAsked)
    assert asked.starts_new
    session.send(Configured(facts(cleared_existing=True), GuestRates(TERMS)))
    assert said(session)[0]["body"]["clearedExistingSession"] is True
    session.receive(CONFIGURE.replace('"t"', '"u"'), NOW)
    assert codes(session) == [400]
    assert session.state is State.READY


def test_a_sign_in_is_asked_like_a_session() -> None:
    session = fresh()
    session.receive(frame("configureAuthenticatedSession", deploymentId="d", data={"code": "j"}), NOW)
    assert isinstance(session.events()[0], ConfigureAsked)
    session.send(RefuseSession(401, tracing_id="x"))
    (answer,) = said(session)
    assert (answer["code"], answer["class"]) == (401, "string")
    assert answer["body"].startswith("Session authentication failed")
    assert session.token == ""


def test_a_session_that_is_asked_for_too_often_is_refused_with_a_wait() -> None:
    session = fresh()
    session.receive(CONFIGURE, NOW)
    session.send(RefuseSession(4029, retry_after=7))
    (answer,) = said(session)
    assert (answer["class"], answer["body"]["retryAfter"]) == ("TooManyRequestsErrorMessage", 7)


def test_another_deployments_frame_is_refused() -> None:
    session = fresh()
    session.receive(frame("configureSession", deploymentId="e"), NOW)
    session.receive(frame("getConfiguration", deploymentId="e"), NOW)
    assert codes(session) == [400, 400]
    assert session.state is State.UNCONFIGURED
    session.receive(frame("getConfiguration", deploymentId="d"), NOW)
    assert [type(one) for one in session.events()] == [Faulted, Faulted, Asked]


@pytest.mark.parametrize("action", ["onMessage", "echo", "getJwt", "getAttachment", "deleteAttachment"])
def test_nothing_is_served_before_a_session_or_with_another_token(action: str) -> None:
    for session, text in ((fresh(), frame(action, **ANY)), (ready(), frame(action, **ANY | {"token": "u"}))):
        session.receive(text, NOW)
        assert codes(session) == [4007]
        assert [type(one) for one in session.events()] == [Faulted]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (say(), Said),
        (presence("Join"), Joined),
        (presence("Disconnect"), DisconnectAsked),
        (presence("Clear"), ClearAsked),
        (presence("SignIn"), Signalled),
        (event("CoBrowse"), Signalled),
        (event("Typing", typing={"type": "On"}), Typed),
        (frame("disconnectCustomer"), DisconnectAsked),
        (frame("onAttachment", **UPLOAD), UploadAsked),
        (frame("getAttachment", attachmentId="a"), Asked),
        (frame("deleteAttachment", attachmentId="a"), Asked),
        (frame("getJwt"), Asked),
        (frame("resumeToken"), Asked),
    ],
)
def test_what_a_guest_does_is_an_event_for_the_world(text: str, kind: type) -> None:
    session = ready()
    session.receive(text, NOW)
    assert [type(one) for one in session.events()] == [kind]
    assert session.data_to_send() == []


def test_an_echo_comes_back_here_with_its_tracing_id() -> None:
    session = ready()
    session.receive(frame("echo", message={"type": "Text", "text": "ping"}, tracingId="h"), NOW)
    (answer,) = said(session)
    assert (answer["type"], answer["class"], answer["tracingId"]) == ("response", "StructuredMessage", "h")
    assert (answer["body"]["text"], answer["body"]["direction"]) == ("ping", "Inbound")
    assert session.events() == []


def test_a_third_echo_in_a_minute_is_too_many() -> None:
    session = ready()
    for _ in range(3):
        session.receive(frame("echo", **ANY, tracingId="h"), NOW)
    assert codes(session) == [200, 200, 429]
    session.receive(frame("echo", **ANY), NOW + 60)
    assert codes(session) == [200]


def test_six_messages_in_a_second_are_one_too_many_over_all_connections_of_a_session() -> None:
    rates = GuestRates(TERMS)
    one, other = ready(rates=rates), ready(rates=rates)
    for i in range(6):
        (one, other)[i % 2].receive(say(tracingId=f"m-{i}"), NOW)
    assert [type(event) for event in one.events()] == [Said] * 3
    assert [type(event) for event in other.events()] == [Said, Said, Faulted]
    (answer,) = said(other)
    assert (answer["code"], answer["tracingId"], answer["body"]["errorCode"]) == (429, "m-5", 4029)
    assert answer["body"]["retryAfter"] == 1
    other.receive(say(), NOW + 1)
    assert [type(event) for event in other.events()] == [Said]


def test_a_connection_may_ask_sixty_times_a_minute_whatever_it_asks() -> None:
    session = ready()  # has asked once
    for i in range(60):
        session.receive("nonsense" if i % 2 else frame("getJwt"), NOW + i / 2)
    assert codes(session) == [400] * 29 + [429]
    assert session.events()[-1] == Faulted("web_messaging.rate", 4029, "again in 31 s")


def test_configuring_again_is_counted_by_session() -> None:
    given = replace(TERMS, configures_per_minute=1)
    session = ready(given, GuestRates(given))
    session.receive(CONFIGURE, NOW)
    session.send(Configured(facts(new=False), session._rates or GuestRates(given)))
    session.receive(CONFIGURE, NOW)
    assert codes(session) == [200, 429]
    assert session.state is State.READY


@pytest.mark.parametrize(("text", "code"), [("ö" * 2048, None), ("ö" * 2049, 4011), ("x" * 4096, None)])
def test_a_text_is_measured_in_bytes(text: str, code: int | None) -> None:
    session = ready()
    session.receive(say(text), NOW)
    assert codes(session) == ([code] if code else [])
    assert session.state is State.READY


def test_custom_attributes_that_are_too_large_are_refused() -> None:
    session = ready()
    session.receive(say(channel={"metadata": {"customAttributes": {"a": "x" * 2048}}}), NOW)
    assert codes(session) == [4013]


def test_clear_is_forbidden_where_it_is_off() -> None:
    session = ready(replace(TERMS, clear_enabled=False))
    session.receive(presence("Clear"), NOW)
    assert codes(session) == [403]
    assert session.events() == [Faulted("web_messaging.feature", 403, "conversation clear")]


def test_a_refused_upload_is_an_object_where_the_client_wants_one() -> None:
    session = ready()
    for wanted in (True, False):
        session.receive(
            frame("onAttachment", **UPLOAD | {"fileType": "x/y", "attachmentId": "a", "errorsAsJson": wanted}), NOW
        )
    assert [(one["class"], one["code"]) for one in said(session)] == [("GenerateUrlError", 4001), ("string", 4001)]
    assert session.events() == [Faulted("web_messaging.upload", 4001, "a.png")] * 2


def test_a_conversation_that_ended_read_only_takes_no_more_messages() -> None:
    session = ready()
    session.send(Disconnected(NOW, "m-1", True))
    assert said(session)[0]["body"]["metadata"] == {"readOnly": "true"}
    for text in (say(), presence("Join"), frame("onAttachment", **UPLOAD), frame("disconnectCustomer")):
        session.receive(text, NOW)
    assert codes(session) == [400] * 4
    session.events()
    session.receive(frame("getJwt"), NOW)
    session.receive(frame("configureSession", deploymentId="d", startNew=True), NOW)
    assert [type(one) for one in session.events()] == [Asked, ConfigureAsked]


def test_who_configures_again_has_the_terms_of_now() -> None:
    session = ready(replace(TERMS, clear_enabled=False))
    session.receive(CONFIGURE, NOW)
    session.send(Configured(facts(), GuestRates(TERMS), None, TERMS))
    session.events()
    session.receive(presence("Clear"), NOW)
    assert [type(one).__name__ for one in session.events()] == ["ClearAsked"]


def test_an_end_that_leaves_the_conversation_open_is_told() -> None:
    session = ready()
    session.send(Disconnected(NOW, "m-1", False))
    assert said(session)[0]["body"]["metadata"] == {"readOnly": "false"}
    assert session.state is State.READY


@pytest.mark.parametrize("everywhere", [True, False])
def test_who_leaves_is_not_connected_any_more(everywhere: bool) -> None:
    session = ready()
    session.receive(frame("closeSession", closeAllConnections=everywhere, tracingId="x"), NOW)
    (answer,) = said(session)
    assert (answer["class"], answer["body"], answer["tracingId"]) == ("SessionResponse", {"connected": False}, "x")
    assert session.events() == [Left(everywhere)]
    assert session.state is State.UNCONFIGURED


def test_a_displaced_connection_is_told_and_closed() -> None:
    session = ready()
    session.send(ClosedElsewhere("signedIn"))
    text, close = session.data_to_send()
    assert isinstance(text, str)
    assert orjson.loads(text)["body"] == {"reason": "signedIn", "reasonCode": "signedIn"}
    assert close == Close(1000, "signedIn")
    session.receive(say(), NOW)
    assert session.events() == []


def test_a_session_expires_on_the_orgs_clock_and_a_new_one_may_begin() -> None:
    session = ready()
    assert session.next_deadline() == (NOW + LIFE, "expiry")
    session.send(Extended(NOW + LIFE + 10))
    session.tick(NOW + LIFE)
    assert session.data_to_send() == []
    session.tick(NOW + LIFE + 10)
    assert [one["class"] for one in said(session)] == ["SessionExpiredEvent"]
    assert session.events() == [Expired()]
    assert session.next_deadline() is None
    session.receive(CONFIGURE.replace('"t"', '"u"'), NOW + LIFE + 11)
    assert isinstance(session.events()[0], ConfigureAsked)


def test_a_silent_socket_stays_unless_the_limits_say_otherwise() -> None:
    assert fresh().next_deadline() is None
    session = fresh(replace(TERMS, idle_seconds=600.0))
    assert session.next_deadline() == (NOW + 600, "idle")
    session.heard(NOW + 15)
    session.receive("x", NOW + 20)
    session.data_to_send()
    session.tick(NOW + 619)
    assert session.is_open
    session.tick(NOW + 620)
    assert session.data_to_send() == [Close(1001, "idle")]
    session.tick(NOW + 10_000)
    assert session.next_deadline() is None


def test_a_jump_of_the_clock_fires_what_was_due_in_its_order() -> None:
    session = ready(replace(TERMS, idle_seconds=600.0), expires_at=NOW + 300)
    session.tick(NOW + 10_000)
    text, close = session.data_to_send()
    assert isinstance(text, str)
    assert "SessionExpiredEvent" in text
    assert close == Close(1001, "idle")


def test_a_client_that_closes_is_told_once() -> None:
    session = ready()
    session.peer_closed(1006)
    session.peer_closed(1006)
    assert session.events() == [PeerClosed(1006)]


@given(st.sampled_from([State.UNCONFIGURED, State.CONFIGURING, State.READY, State.READ_ONLY]), st.data())
def test_nothing_a_client_says_raises_and_it_always_has_an_answer_or_an_event(
    state: State, data: st.DataObject
) -> None:
    session = in_state(state)
    actions = ["configureSession", "onMessage", "echo", "onAttachment", "closeSession", "getJwt", "sing"]
    for _ in range(5):
        action = data.draw(st.sampled_from(actions))
        text = data.draw(st.sampled_from([frame(action, **ANY, **UPLOAD, closeAllConnections=True)]) | st.text())
        session.receive(text, NOW)
        assert session.events() or session.data_to_send()
        session.data_to_send()


def test_a_read_only_socket_is_told_that_another_one_started_anew_and_no_other_is() -> None:
    session = ready(read_only=True)
    session.send(Reopened(facts(new=False)))
    (told,) = said(session)
    assert (told["class"], told["body"]["connected"], told["body"]["newSession"]) == ("SessionResponse", True, False)
    session.send(Reopened(facts(new=False)))
    assert said(session) == []
    session.receive(frame("onMessage", message={"type": "Text", "text": "again"}), NOW)
    assert [type(one).__name__ for one in session.events()] == ["Said"]
