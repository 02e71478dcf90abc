"""Guests at the messenger's socket, with a client that is not ours (``websockets``) and the emulator as a process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from understudy.checker.contract import Contracts
from understudy.clock import RealClock

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Office, Serve, Serving

PATIENCE = 10.0
GROWTH = 60 << 20
ORIGIN = "https://shop.example"
SERVER = Contracts().judge("web_messaging/server", strict=True)  # every frame that we send has its form
SILENT = """
inboundShortMessage:
  name: Silent
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {en-us: {defaultLanguageSkill: {noValue: true}}}
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - sendResponse:
              name: Repeat
              messageBody: {exp: 'Append("you said ", Message.Message.body)'}
          - disconnect:
              name: End
"""
FULL = {
    "autoStart": {"enabled": True},
    "conversationDisconnect": {"enabled": True, "type": "ReadOnly"},
    "conversationClear": {"enabled": True},
}


class Guest:
    """One connection of a client written from the facts; ``token`` is the guest's, made here."""

    def __init__(self, serving: Serving, deployment: str, token: str = "", path: str = "/v1", **given: Any) -> None:
        url = f"ws{serving.url.removeprefix('http')}{path}?deploymentId={deployment}"
        self.stack = ExitStack()
        self.deployment, self.token = deployment, token or str(uuid.uuid4())
        headers = {"Accept-Language": "de-AT, en;q=0.5"}
        self.open = partial(connect, url, additional_headers=headers, compression=None, **{"origin": ORIGIN, **given})
        self.seen: list[dict[str, Any]] = []

    def __enter__(self) -> Guest:
        self.ws: ClientConnection = self.stack.enter_context(self.open())
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def send(self, action: str, **fields: Any) -> None:
        self.ws.send(json.dumps({"action": action, "token": self.token, **fields}))

    def frame(self) -> dict[str, Any]:
        got = dict(json.loads(self.ws.recv(timeout=PATIENCE)))
        assert SERVER.problems(got) == [], got
        self.seen.append(got)
        return got

    def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not fits(got := self.frame()):
            pass
        return got

    def hears(self, text: str) -> dict[str, Any]:
        """The message of the other side with this text."""
        return self.until(lambda f: _is_out(f) and f["body"].get("text") == text)["body"]  # type: ignore[no-any-return]

    def configures(self, **fields: Any) -> dict[str, Any]:
        self.send("configureSession", deploymentId=self.deployment, tracingId="c", **fields)
        return self.until(lambda f: f.get("tracingId") == "c")

    def says(self, text: str, **fields: Any) -> None:
        self.send("onMessage", message={"type": "Text", "text": text}, **fields)

    def event(self, kind: str, **fields: Any) -> None:
        self.send("onMessage", message={"type": "Event", "events": [{"eventType": kind, **fields}]}, tracingId="e")

    def presence(self, kind: str) -> None:
        self.event("Presence", presence={"type": kind})

    def closing(self) -> tuple[int, list[dict[str, Any]]]:
        """The close code, and what was said before."""
        said: list[dict[str, Any]] = []
        try:
            while True:
                said.append(self.frame())
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006, said


def _is_out(frame: dict[str, Any]) -> bool:
    return bool(frame["class"] == "StructuredMessage" and frame["body"]["direction"] == "Outbound")


def _is_presence(frame: dict[str, Any], kind: str) -> bool:
    events = frame["body"].get("events") or [{}] if frame["class"] == "StructuredMessage" else [{}]
    return bool(events[0].get("presence", {}).get("type") == kind)


Deploy = Callable[..., str]


def deployer(office: Office) -> Deploy:
    """``deploy(app={…}, flow=id, **deployment)`` → a deployment's id."""

    def deploy(app: dict[str, Any] | None = None, flow: str = "", **more: Any) -> str:
        made = office.serving.made
        conversations = {"enabled": True, **(FULL if app is None else app)}
        messenger = {"enabled": True, "apps": {"conversations": conversations}}
        body = {"name": "Web", "languages": ["en-us", "de"], "defaultLanguage": "en-us", "messenger": messenger}
        configuration = made("/webdeployments/configurations", body)["id"]
        made(f"/webdeployments/configurations/{configuration}/versions/draft/publish", None)
        given = {"configuration": {"id": configuration, "version": "1"}, "flow": {"id": flow or office.ids["flow"]}}
        shown = {"name": "Shop", "allowAllDomains": "allowedDomains" not in more, **given, **more}
        return str(made("/webdeployments/deployments", shown)["id"])

    return deploy


@pytest.fixture(scope="module")
def office(serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]) -> Iterator[Office]:
    with serve() as serving:
        made = furnish(serving, hooks().url)
        before = serving.memory()
        yield made
        assert serving.memory() - before < GROWTH
        serving.check_unharmed()


@pytest.fixture(scope="module")
def deploy(office: Office) -> Deploy:
    return deployer(office)


@pytest.fixture(scope="module")
def deployment(deploy: Deploy) -> str:
    return deploy()


@pytest.fixture(scope="module")
def repeating(office: Office, deploy: Deploy) -> str:
    """A deployment whose flow repeats what was said and ends the conversation."""
    return deploy(flow=office.deployed(SILENT.encode())["flow"]["id"])


def known(office: Office, guest: Guest) -> dict[str, Any]:
    """Who the guest is to the org."""
    return dict(office.serving.org.post("guests", token=guest.token))


def join_agent(office: Office, conversation: str) -> str:
    """The agent answers; returns the path of what it sends."""
    serving = office.serving
    assert serving.api("PUT", f"/users/{office.ids['user']}/routingstatus", {"status": "IDLE"}).status == 200
    agent = office.agent(conversation)
    body = {"state": "connected"}
    assert serving.api("PATCH", f"/conversations/{conversation}/participants/{agent['id']}", body).status < 300
    return f"/conversations/messages/{conversation}/communications/{agent['messages'][0]['id']}"


def test_a_guest_configures_and_health_checks(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        answer = guest.configures()
        assert (answer["type"], answer["class"], answer["code"]) == ("response", "SessionResponse", 200)
        assert answer["body"]["connected"] is True
        assert answer["body"]["newSession"] is True
        assert answer["body"]["durationSeconds"] == 259_200
        guest.send("echo", message={"type": "Text", "text": "ping"}, tracingId="h")
        echo = guest.frame()
        assert (echo["type"], echo["tracingId"], echo["body"]["text"]) == ("response", "h", "ping")


def test_a_text_comes_back_and_the_flow_answers_then_an_agent_chats(office: Office, deployment: str) -> None:
    serving = office.serving
    with Guest(serving, deployment) as guest:
        guest.configures()
        guest.says("hello", tracingId="m-1", channel={"metadata": {"customAttributes": {"order": "7"}}})
        echo = guest.frame()
        assert (echo["type"], echo["class"], echo["tracingId"]) == ("message", "StructuredMessage", "m-1")
        assert (echo["body"]["direction"], echo["body"]["text"]) == ("Inbound", "hello")
        assert echo["body"]["id"]
        greeting = guest.hears("One moment please.")
        assert greeting["originatingEntity"] == "Bot"
        who = known(office, guest)
        assert who["connections"] == 1
        path = join_agent(office, who["conversation"])
        sent = serving.made(f"{path}/messages", {"textBody": "Hi, Alex here"})
        said = guest.hears("Hi, Alex here")
        assert (said["originatingEntity"], said["id"]) == ("Human", sent["id"])
        assert said["channel"]["from"] == {"nickname": "Alex"}
        detail = serving.api("GET", f"/conversations/messages/{who['conversation']}/messages/{sent['id']}").json
        assert detail["status"] == "sent"
        assert detail["messengerType"] == "webmessaging"
        assert guest.token not in json.dumps(serving.api("GET", f"/conversations/{who['conversation']}").json)
        customer = serving.api("GET", f"/conversations/{who['conversation']}").json["participants"][0]
        assert customer["attributes"] == {"order": "7"}
        assert customer["messages"][0]["type"] == "webmessaging"


def test_both_sides_see_each_other_type(office: Office, deployment: str) -> None:
    serving = office.serving
    with Guest(serving, deployment) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("One moment please.")
        who = known(office, guest)
        path = join_agent(office, who["conversation"])
        after = serving.org.get("cursor")["changes"]
        guest.event("Typing", typing={"type": "On"})
        assert guest.until(lambda f: f.get("tracingId") == "e")["body"]["direction"] == "Inbound"
        match = {"conversation": who["conversation"], "from": "customer"}
        serving.org.wait("changes", PATIENCE, after=after, kind="typing", match=match)
        assert serving.api("POST", f"{path}/typing", {"typing": {"type": "On", "duration": 5000}}).status < 300
        typing = guest.until(_is_out)["body"]
        assert typing["type"] == "Event"
        assert typing["events"][0]["eventType"] == "Typing"


def test_quick_replies_come_as_content_and_a_click_goes_back(office: Office, deployment: str) -> None:
    serving = office.serving
    with Guest(serving, deployment) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("One moment please.")
        id_ = known(office, guest)["conversation"]
        join_agent(office, id_)
        replies = [{"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y", "action": "Message"}}]
        serving.org.perform(
            "SendMessage", conversation=id_, communication=office.agent(id_)["messages"][0]["id"], sender="agent",
            type="Structured", text="Sure?", content=replies,
        )  # fmt: skip
        assert guest.hears("Sure?")["content"] == replies
        click = {
            "contentType": "ButtonResponse",
            "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "y"},
        }
        guest.send("onMessage", message={"type": "Structured", "text": "Yes", "content": [click]}, tracingId="q")
        echo = guest.until(lambda f: f.get("tracingId") == "q")["body"]
        assert (echo["type"], echo["content"]) == ("Structured", [click])
        got = serving.api("GET", f"/conversations/messages/{id_}/messages/{echo['id']}").json["normalizedMessage"]
        assert (got["type"], got["text"], got["content"]) == ("Structured", "Yes", [click])


def test_the_same_token_keeps_the_conversation(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("One moment please.")
        before = known(office, guest)
    with Guest(office.serving, deployment, guest.token) as again:
        answer = again.configures()["body"]
        assert (answer["connected"], answer["newSession"]) == (True, False)
        again.says("me again", tracingId="m")
        assert again.frame()["tracingId"] == "m"
        now = known(office, again)
        assert (now["customer"], now["conversation"]) == (before["customer"], before["conversation"])


def test_what_is_said_goes_to_every_connection_and_the_fourth_closes_the_oldest(
    office: Office, deployment: str
) -> None:
    with Guest(office.serving, deployment) as first:
        first.configures()
        with (
            Guest(office.serving, deployment, first.token) as second,
            Guest(office.serving, deployment, first.token) as third,
        ):
            second.configures()
            third.configures()
            third.says("hello", tracingId="m")
            for one in (first, second, third):
                assert one.until(lambda f: f.get("tracingId") == "m")["body"]["text"] == "hello"
            with Guest(office.serving, deployment, first.token) as fourth:
                fourth.configures()
                code, said = first.closing()
                assert code == 1000
                assert said[-1]["class"] == "ConnectionClosedEvent"
                assert known(office, fourth)["connections"] == 3


@pytest.mark.parametrize(
    ("more", "origin", "admitted"),
    [
        ({"allowedDomains": ["shop.example"]}, ORIGIN, True),
        ({"allowedDomains": ["other.example"]}, ORIGIN, False),
        ({"allowedDomains": ["other.example"]}, None, True),
    ],
)
def test_only_pages_of_allowed_domains_are_let_in(
    office: Office, deploy: Deploy, more: dict[str, Any], origin: str | None, admitted: bool
) -> None:
    guest = Guest(office.serving, deploy(**more), origin=origin)
    if admitted:
        with guest:
            assert guest.configures()["code"] == 200
        return
    with pytest.raises(InvalidStatus) as refused, guest:
        pass
    assert refused.value.response.status_code == 403


def test_an_unknown_deployment_a_plain_get_and_another_path_are_refused(office: Office, deployment: str) -> None:
    with pytest.raises(InvalidStatus) as refused, Guest(office.serving, "nobody"):
        pass
    assert refused.value.response.status_code == 403
    assert office.serving.send("GET", f"/v1?deploymentId={deployment}").status == 400
    assert office.serving.send("GET", f"/v1/more?deploymentId={deployment}").status == 404
    assert office.serving.entries(name="web_messaging.refused", **{"data.reason": "the deployment is unknown"})


def test_what_is_too_long_is_refused_and_the_session_goes_on(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.says("x" * 4097, tracingId="t")
        assert guest.frame()["code"] == 4011
        guest.says("x", tracingId="t", channel={"metadata": {"customAttributes": {"a": "x" * 2048}}})
        assert guest.frame()["code"] == 4013
        guest.says("fine", tracingId="t")
        assert guest.frame()["body"]["text"] == "fine"
    faults = office.serving.entries(name="web_messaging.fault", **{"data.code": 4011})
    assert faults[-1]["data"]["rule"] == "web_messaging.message-size"


def test_rates_are_those_of_the_limits(serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]) -> None:
    with serve(limits="real") as serving:
        deployment = deployer(furnish(serving, hooks().url))()
        with Guest(serving, deployment) as guest:
            guest.configures()
            for i in range(8):
                guest.says(f"{i}", tracingId=f"m-{i}")
            slow = guest.until(lambda f: f["class"] == "TooManyRequestsErrorMessage")
            assert (slow["code"], slow["body"]["errorCode"], slow["body"]["retryAfter"]) == (429, 4029, 1)
        serving.check_unharmed()


def test_a_conversation_that_ended_is_read_only_until_a_new_one_is_wanted(office: Office, repeating: str) -> None:
    with Guest(office.serving, repeating) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("you said hello")
        end = guest.until(lambda f: _is_presence(f, "Disconnect"))
        assert (end["body"]["direction"], end["body"]["metadata"]) == ("Outbound", {"readOnly": "true"})
        guest.says("more", tracingId="m")
        assert guest.frame()["code"] == 400
        first = known(office, guest)["conversation"]
        with Guest(office.serving, repeating, guest.token) as other:
            body = other.configures()["body"]
            assert (body["connected"], body["readOnly"], body["newSession"]) == (False, True, False)
            body = other.configures(startNew=True)["body"]
            assert (body["connected"], body["readOnly"], body["newSession"]) == (True, False, True)
            other.says("again")
            other.hears("you said again")
            assert known(office, other)["conversation"] != first


def test_without_conversation_disconnect_the_end_is_not_told_and_a_text_opens_it_again(
    office: Office, deploy: Deploy, repeating: str
) -> None:
    flow = office.serving.api("GET", f"/webdeployments/deployments/{repeating}").json["flow"]["id"]
    with Guest(office.serving, deploy(app={}, flow=flow)) as guest:
        guest.configures()
        guest.says("one")
        guest.hears("you said one")
        first = known(office, guest)["conversation"]
        guest.says("two")
        guest.hears("you said two")
        assert known(office, guest)["conversation"] == first
        assert not [one for one in guest.seen if _is_presence(one, "Disconnect")]


def test_clear_ends_the_conversation_and_forgets_it(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("One moment please.")
        before = known(office, guest)
        guest.presence("Clear")
        guest.until(lambda f: f["class"] == "SessionClearedEvent")
        view = office.serving.api("GET", f"/conversations/{before['conversation']}").json
        assert view["endTime"]
        assert guest.configures()["body"]["newSession"] is True
        assert known(office, guest)["customer"] != before["customer"]


def test_a_guest_ends_the_conversation(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.says("hello")
        guest.hears("One moment please.")
        guest.presence("Disconnect")
        guest.until(lambda f: _is_out(f) and _is_presence(f, "Disconnect"))
        view = office.serving.api("GET", f"/conversations/{known(office, guest)['conversation']}").json
        assert view["participants"][0]["messages"][0]["disconnectType"] == "client"


def test_a_session_expires_on_the_orgs_clock(office: Office, deploy: Deploy) -> None:
    deployment = deploy(app={**FULL, "sessionDurationSeconds": 3600})
    with Guest(office.serving, deployment) as guest:
        assert guest.configures()["body"]["durationSeconds"] == 3600
        office.serving.org.post("advance", seconds=1800.0)
        guest.says("hello")
        guest.hears("One moment please.")
        who = known(office, guest)
        office.serving.org.post("advance", seconds=3000.0)
        assert known(office, guest) == who
        office.serving.org.post("advance", seconds=700.0)
        guest.until(lambda f: f["class"] == "SessionExpiredEvent")
        assert guest.configures()["code"] == 4006
        view = office.serving.api("GET", f"/conversations/{who['conversation']}").json
        assert view["participants"][0]["messages"][0]["disconnectType"] == "session.expired"


def test_a_join_begins_the_conversation_without_a_text(office: Office, repeating: str) -> None:
    with Guest(office.serving, repeating) as guest:
        assert guest.configures()["body"]["newSession"] is True
        guest.presence("Join")
        echo = guest.until(lambda f: f.get("tracingId") == "e")["body"]
        assert (echo["type"], echo["direction"]) == ("Event", "Inbound")
        assert guest.until(_is_out)["body"]["text"] == "you said "


def test_close_session_leaves_here_and_everywhere(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest, Guest(office.serving, deployment, guest.token) as other:
        guest.configures()
        other.configures()
        guest.send("closeSession", closeAllConnections=True)
        assert guest.frame()["body"] == {"connected": False}
        assert other.closing()[1][-1]["class"] == "ConnectionClosedEvent"
        guest.says("x")
        assert guest.frame()["code"] == 4007


def test_a_resume_token_lets_another_client_go_on(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest, Guest(office.serving, deployment) as other:
        guest.configures()
        guest.send("resumeToken", tracingId="r")
        token = guest.frame()["body"]["resumeToken"]
        assert other.configures(resumeToken=token)["body"]["newSession"] is False
        assert known(office, other)["customer"] == known(office, guest)["customer"]
    with Guest(office.serving, deployment) as third:
        assert third.configures(resumeToken="nonsense")["code"] == 4007


def test_no_secret_of_a_guest_is_in_the_record(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.send("getJwt", tracingId="j")
        token = guest.frame()["body"]["jwt"]
        guest.ws.send('{"action":"onMessage","token":"' + guest.token + '","broken')
        assert guest.frame()["code"] == 400
        who = known(office, guest)
    entries = office.serving.entries(interface="web_messaging", customer=who["customer"])
    text = json.dumps(entries)
    assert len(entries) > 3
    assert guest.token not in text
    assert token not in text


def test_frames_of_a_guest_are_in_the_record_with_customer_and_conversation(office: Office, deployment: str) -> None:
    with Guest(office.serving, deployment) as guest:
        guest.configures()
        guest.says("hello", tracingId="m")
        guest.hears("One moment please.")
        who = known(office, guest)
    entries = office.serving.entries(interface="web_messaging", conversation=who["conversation"])
    out = [entry for entry in entries if entry.get("direction") == "out"]
    assert [entry["customer"] for entry in out] == [who["customer"]] * len(out)
    assert {entry["name"] for entry in out} == {"StructuredMessage"}
    links = office.serving.entries(name="link", conversation=who["conversation"])
    assert any("entry" in link["data"] for link in links)


def test_a_reset_of_the_org_closes_its_sockets(serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]) -> None:
    with serve() as serving:
        deployment = deployer(furnish(serving, hooks().url))()
        with Guest(serving, deployment) as guest:
            guest.configures()
            guest.says("hello")
            guest.hears("One moment please.")
            assert serving.api("GET", f"/webdeployments/deployments/{deployment}").status == 200
            serving.org.post("reset")
            assert guest.closing()[0] == 1001


def test_behind_a_gateway_every_address_leads_through_it(
    serve: Serve, furnish: type[Office], hooks: Callable[[], Hook]
) -> None:
    with serve(prefixes={"webmessaging": "/guests", "api": "/api", "api-cdn": "/cdn"}) as serving:
        deployment = deployer(furnish(serving, hooks().url))()
        path = f"/webdeployments/v1/deployments/{deployment}/config.json"
        config = serving.send("GET", f"/cdn{path}").json
        assert config["apiEndpoint"] == f"{serving.url}/api"
        endpoint = config["messenger"]["apps"]["conversations"]["messagingEndpoint"]
        assert endpoint == f"ws{serving.url.removeprefix('http')}/guests"
        assert serving.send("GET", path).json["apiEndpoint"] == serving.url
        with Guest(serving, deployment, path="/guests/v1") as guest:
            assert guest.configures()["code"] == 200
            guest.send("getJwt", tracingId="j")
            jwt = guest.frame()["body"]["jwt"]
        history = serving.send("GET", "/api/api/v2/webmessaging/messages", None, {"Authorization": f"Bearer {jwt}"})
        assert history.status == 200
        serving.check_unharmed()


ACTIONS = ("configureSession", "onMessage", "echo", "onAttachment", "getJwt", "closeSession", "getAttachment", "x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(
    st.sampled_from(["deploymentId", "message", "tracingId", "channel", "time", "startNew", "data", "attachmentId"]),
    JSON,
    max_size=5,
)


def test_two_hundred_hostile_frames_harm_nothing(office: Office, deployment: str) -> None:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def hostile(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(["text", "bytes", "json", "frame"]))
        if kind == "text":
            guest.ws.send(data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=50)))
        elif kind == "bytes":
            guest.ws.send(data.draw(st.binary(max_size=50)))
        elif kind == "json":
            guest.ws.send(json.dumps(data.draw(JSON)))
        else:
            fields = data.draw(FIELDS)
            action = data.draw(st.sampled_from(ACTIONS))
            guest.ws.send(json.dumps({"action": action, "token": guest.token, "deploymentId": deployment, **fields}))
        assert json.loads(guest.ws.recv(timeout=PATIENCE))["type"] in ("message", "response")

    with Guest(office.serving, deployment) as guest:
        guest.configures()
        hostile()
        guest.says("still here", tracingId="end")
        guest.send("configureSession", deploymentId=deployment, tracingId="c")
        guest.until(lambda f: f.get("tracingId") == "c")
    assert office.serving.mistakes() == []


def test_a_client_that_never_reads_is_dropped(office: Office, deploy: Deploy) -> None:
    clock = RealClock()
    end = clock.mono() + PATIENCE
    with Guest(office.serving, deploy(), max_queue=1, close_timeout=0.1) as guest:
        guest.configures()
        text = "x" * 4000
        while not office.serving.entries(name="web_messaging.dropped"):
            assert clock.mono() < end
            for _ in range(100):
                try:
                    guest.says(text)
                except ConnectionClosed:
                    break
