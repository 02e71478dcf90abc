"""Intervals of the platform under ``advance``: they fire on the org's clock, in little real time, and in order."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

from understudy.errors import UnderstudyError

if TYPE_CHECKING:
    from tests.integration.conftest import Answer, Hook, Office, Serve, Serving

HOUR = 3600.0
REAL = 10.0  # seconds that any of these may really take on a busy machine


@pytest.fixture
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve(limits="real") as running:
        began = time.monotonic()
        yield running
        assert time.monotonic() - began < REAL
        assert running.mistakes() == []


def advance(emulator: Serving, seconds: float) -> dict[str, Any]:
    return dict(emulator.org.post("advance", seconds=seconds))


def news(emulator: Serving, integration: str, text: str) -> str:
    """An agentless message; returns its id."""
    body = {"fromAddress": integration, "toAddress": "ann", "toAddressMessengerType": "open", "textBody": text}
    return str(emulator.made("/conversations/messages/agentless", body)["id"])


def status_of(emulator: Serving, message: str) -> str:
    return str(emulator.api("GET", f"/conversations/messages/{message}/details").json["status"])


def deliveries(emulator: Serving, message: str) -> list[dict[str, Any]]:
    """The attempts to deliver a message, in order."""
    return [
        entry
        for entry in emulator.entries(interface="open_messaging", direction="out")
        if entry["data"].get("message") == message
    ]


def test_a_token_expires_and_another_one_lives(emulator: Serving) -> None:
    short = {"name": "Short", "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 300}
    client = emulator.made("/oauth/clients", short)
    pair = (client["id"], client["secret"])

    def asked(token: str) -> Answer:
        return emulator.api("GET", "/tokens/me", token=token)

    first = emulator.log_in(pair)
    advance(emulator, 290.0)
    assert asked(first).status == 200
    advance(emulator, 11.0)
    refused = asked(first)
    assert (refused.status, refused.json["code"]) == (401, "bad.credentials")
    second = emulator.log_in(pair)
    assert asked(second).status == 200
    assert asked(emulator.token).status == 200  # of 86,400 s


def test_an_integration_is_created_when_its_time_has_come(emulator: Serving) -> None:
    body = {
        "name": "Open", "outboundNotificationWebhookUrl": "http://127.0.0.1:9/",
        "outboundNotificationWebhookSignatureSecretToken": "a-secret-of-more-than-15",
        "supportedContent": {"id": emulator.content()},
    }  # fmt: skip
    made = emulator.made("/conversations/messaging/integrations/open", body)
    path = f"/conversations/messaging/integrations/open/{made['id']}"
    assert emulator.api("GET", path).json["createStatus"] == "Initiated"
    assert emulator.says(made["id"], "ann", "too early").status == 404
    advance(emulator, 1.0)
    assert emulator.api("GET", path).json["createStatus"] == "Completed"
    assert emulator.says(made["id"], "ann", "in time").status == 200


def test_a_webhook_that_fails_twice_gets_the_message_at_the_third_attempt(emulator: Serving, hook: Hook) -> None:
    integration = emulator.integration(hook.url)
    hook.answers = [503, 429]
    message = news(emulator, integration, "hello")
    hook.until(lambda got: len(got) == 1)
    advance(emulator, 5.0)
    hook.until(lambda got: len(got) == 2)
    assert status_of(emulator, message) == "queued"
    advance(emulator, 5.0)
    got = hook.until(lambda got: len(got) == 3)
    assert len({(one.body, one.headers["x-hub-signature-256"]) for one in got}) == 1
    assert status_of(emulator, message) == "sent"
    advance(emulator, 100.0)
    assert len(hook.got) == 3
    times = [entry["org_time"] for entry in deliveries(emulator, message)]
    assert [round(later - earlier) for earlier, later in pairwise(times)] == [5, 5]


def test_five_retries_five_seconds_apart_and_the_message_has_failed(emulator: Serving, hook: Hook) -> None:
    integration = emulator.integration(hook.url)
    hook.answers = [500] * 7
    message = news(emulator, integration, "hello")
    hook.until(lambda got: len(got) == 1)
    assert advance(emulator, 60.0)["jumped"] == pytest.approx(60.0, abs=1.0)
    times = [entry["org_time"] for entry in deliveries(emulator, message)]
    assert [round(later - earlier) for earlier, later in pairwise(times)] == [5] * 5
    assert status_of(emulator, message) == "failed"
    [final] = emulator.entries(name="delivery.final")
    assert (final["data"]["outcome"], final["data"]["attempts"], final["data"]["status"]) == ("refused", 6, 500)


def test_a_reply_joins_the_ended_conversation_for_72_hours_and_no_longer(emulator: Serving, hook: Hook) -> None:
    integration = emulator.integration(hook.url)

    def said(text: str) -> str:
        conversation = str(emulator.says(integration, "ann", text).json["conversationId"])
        assert emulator.api("POST", f"/conversations/{conversation}/disconnect").status == 202
        return conversation

    first = said("first")
    advance(emulator, 71 * HOUR)
    emulator.token = emulator.log_in()
    assert said("within") == first
    advance(emulator, 71 * HOUR)
    emulator.token = emulator.log_in()
    assert said("within again, counted from the last end") == first
    advance(emulator, 73 * HOUR)
    emulator.token = emulator.log_in()
    assert said("too late") != first


def test_a_heartbeat_comes_once_an_advance(emulator: Serving) -> None:
    channel = emulator.made("/notifications/channels", None)
    with connect(channel["connectUri"], open_timeout=REAL) as listener:
        advance(emulator, 29.0)
        listener.send('{"message":"ping"}')
        assert json.loads(listener.recv(REAL))["eventBody"] == {"message": "pong"}  # and no heartbeat before it
        for seconds in (2.0, 30.0, 300.0):
            advance(emulator, seconds)
            assert json.loads(listener.recv(REAL))["eventBody"] == {"message": "WebSocket Heartbeat"}
        listener.send('{"message":"ping"}')
        assert json.loads(listener.recv(REAL))["eventBody"] == {"message": "pong"}


def test_an_agent_who_does_not_answer_is_not_responding(emulator: Serving, hook: Hook, furnish: type[Office]) -> None:
    office = furnish(emulator, hook.url)
    said = emulator.says(office.ids["integration"], "ann", "hello").json
    assert office.agent(said["conversationId"])["messages"][0]["state"] == "alerting"
    advance(emulator, 29.0)
    status = f"/users/{office.ids['user']}/routingstatus"
    assert emulator.api("GET", status).json["status"] == "IDLE"
    advance(emulator, 2.0)
    assert emulator.api("GET", status).json["status"] == "NOT_RESPONDING"


def test_advance_names_what_held_it(emulator: Serving, until: Callable[[Callable[[], Any]], Any]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # takes connections and never answers
        integration = emulator.integration(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        message = news(emulator, integration, "hello")
        until(lambda: deliveries(emulator, message))
        with pytest.raises(UnderstudyError, match=r"is not quiet: 1 open exchanges"):
            emulator.org.post("advance", seconds=10.0, limit=0.2)
        assert emulator.org.get("")["jumped"] == pytest.approx(5.0, abs=1.0)  # of the creation, and nothing more
        peer, _ = silent.accept()
        peer.close()
    advance(emulator, 10.0)
    assert status_of(emulator, message) == "failed"
