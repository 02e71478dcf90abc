"""Notification channels on real sockets: how many, how long, who is dropped, what is missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

if TYPE_CHECKING:
    from tests.integration.conftest import Answer, Serve, Serving

PATIENCE = 10.0
DAY = 86_400.0
TOPICS = 1_000
CHANNELS = 20


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve(limits="real") as running:
        yield running
        running.check_unharmed()


@pytest.fixture
def client(emulator: Serving) -> str:
    """The token of an application of its own, so that the channels of other tests don't count."""
    return emulator.log_in(registered(emulator))


def registered(emulator: Serving) -> tuple[str, str]:
    number = len(emulator.api("GET", "/oauth/clients").json["entities"])
    role = emulator.api("GET", "/authorization/roles").json["entities"][0]["id"]
    body = {"name": f"Listener {number}", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [role]}
    made = emulator.made("/oauth/clients", body)
    return made["id"], made["secret"]


def channel(emulator: Serving, token: str, *topics: str) -> dict[str, Any]:
    answer = emulator.api("POST", "/notifications/channels", token=token)
    assert answer.status == 200, answer.body
    if topics:
        assert subscribed(emulator, token, answer.json["id"], *topics).status == 200
    return dict(answer.json)


def subscribed(emulator: Serving, token: str, id_: str, *topics: str, method: str = "POST") -> Answer:
    body = [{"id": topic} for topic in topics]
    return emulator.api(method, f"/notifications/channels/{id_}/subscriptions", body, token)


def is_there(emulator: Serving, token: str, id_: str) -> bool:
    status = emulator.api("HEAD", f"/notifications/channels/{id_}", token=token).status
    assert status in (200, 404)
    return status == 200


def join(uri: str) -> ClientConnection:
    return connect(uri, open_timeout=PATIENCE, max_size=None)


def heard(listener: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(listener.recv(PATIENCE)))


def closed(listener: ClientConnection) -> tuple[int | None, str | None]:
    """Read to the end; the code and reason with which the server closed."""
    for _ in listener:
        pass
    return listener.close_code, listener.close_reason


def user(emulator: Serving, name: str) -> str:
    known = emulator.api("GET", "/users?pageSize=100").json["entities"]
    found = next((one["id"] for one in known if one["name"] == name), None)
    division = emulator.api("GET", "/authorization/divisions/home").json["id"]
    body = {"name": name, "email": f"{name}@example.org", "divisionId": division}
    return found or str(emulator.made("/users", body)["id"])


def goes(emulator: Serving, id_: str, status: str) -> None:
    assert emulator.api("PUT", f"/users/{id_}/routingstatus", {"status": status}).status == 200


def advance(emulator: Serving, seconds: float) -> None:
    emulator.org.post("advance", seconds=seconds)


def test_a_channel_takes_a_thousand_topics_and_hears_of_each_but_not_one_more(emulator: Serving, client: str) -> None:
    ann = user(emulator, "ann")
    others = [f"v2.users.nobody-{number}.presence" for number in range(TOPICS - 1)]
    made = channel(emulator, client, *others)
    assert subscribed(emulator, client, made["id"], f"v2.users.{ann}.routingStatus").status == 200
    refused = subscribed(emulator, client, made["id"], "v2.users.one-more.presence")
    assert (refused.status, refused.json["code"]) == (400, "notification.subscription.too.many.subscriptions")
    assert refused.json["limit"] == {"namespace": "notifications", "key": "topics.per.channel", "value": TOPICS}
    assert refused.json["contextId"]
    listed = emulator.api("GET", f"/notifications/channels/{made['id']}/subscriptions", token=client).json["entities"]
    assert len(listed) == TOPICS
    with join(made["connectUri"]) as listener:
        goes(emulator, ann, "IDLE")
        event = heard(listener)
    assert event["topicName"] == f"v2.users.{ann}.routingStatus"
    assert event["eventBody"]["routingStatus"]["status"] == "IDLE"
    goes(emulator, ann, "OFF_QUEUE")


def test_the_twenty_first_channel_replaces_the_oldest_without_a_connection(emulator: Serving, client: str) -> None:
    channels = [channel(emulator, client) for _ in range(CHANNELS)]
    with join(channels[0]["connectUri"]) as listener:
        newest = channel(emulator, client)
        listed = emulator.api("GET", "/notifications/channels?includechannels=oauthclient", token=client).json
        kept = [one["id"] for one in listed["entities"]]
        assert kept == [channels[0]["id"], *(one["id"] for one in channels[2:]), newest["id"]]
        assert not is_there(emulator, client, channels[1]["id"])
        listener.send('{"message":"ping"}')
        assert heard(listener)["eventBody"] == {"message": "pong"}


def test_where_all_are_connected_the_oldest_is_told_and_closed(emulator: Serving, client: str) -> None:
    channels = [channel(emulator, client) for _ in range(CHANNELS)]
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(join(one["connectUri"])) for one in channels]
        channel(emulator, client)
        event = heard(first)
        assert event["topicName"] == f"v2.system.no_longer_subscribed.{channels[0]['id']}"
        assert event["eventBody"]["reason"] == "another_channel_subscribed"
        assert closed(first) == (1001, "replaced by a newer channel")


def test_a_second_connection_takes_over_and_what_was_missed_stays_missed(emulator: Serving, client: str) -> None:
    bo = user(emulator, "bo")
    made = channel(emulator, client, f"v2.users.{bo}.routingStatus")
    with join(made["connectUri"]) as first, join(made["connectUri"]) as second:
        assert closed(first) == (1001, "another socket uses the channel")
        goes(emulator, bo, "IDLE")
        assert heard(second)["eventBody"]["routingStatus"]["status"] == "IDLE"
    goes(emulator, bo, "OFF_QUEUE")
    advance(emulator, 0.0)  # nothing is under way any more
    with join(made["connectUri"]) as late:
        goes(emulator, bo, "IDLE")
        assert heard(late)["eventBody"]["routingStatus"]["status"] == "IDLE"  # not the one before
    goes(emulator, bo, "OFF_QUEUE")


def test_a_dropped_connection_frees_its_channel(
    emulator: Serving, client: str, until: Callable[[Callable[[], Any]], Any]
) -> None:
    made = channel(emulator, client)
    listener = join(made["connectUri"])
    listener.socket.close()  # no close frame: the peer is gone
    until(lambda: emulator.entries(name="channel.disconnected") or _is_alone(emulator, made["id"]))
    with join(made["connectUri"]) as again:
        again.send("2026-01-01T00:00:00Z")  # what the gc listener writes every second
        again.send('{"message":"ping"}')
        assert heard(again)["eventBody"] == {"message": "pong"}


def _is_alone(emulator: Serving, id_: str) -> bool:
    """No socket is open: there is none to announce a closing to."""
    return id_ not in emulator.org.post("maintenance")["channels"]


def test_heartbeats_come_on_the_orgs_clock_once_an_advance(emulator: Serving, client: str) -> None:
    made = channel(emulator, client)
    with join(made["connectUri"]) as listener:
        for seconds in (31.0, 30.0, 300.0):
            advance(emulator, seconds)
            event = heard(listener)
            assert (event["topicName"], event["eventBody"]) == (
                "channel.metadata",
                {"message": "WebSocket Heartbeat"},
            )
        listener.send('{"message":"ping"}')
        assert heard(listener)["eventBody"] == {"message": "pong"}  # and no heartbeat more


def test_maintenance_gives_a_minute_to_come_back_to_the_same_address(emulator: Serving, client: str) -> None:
    cy = user(emulator, "cy")
    made = channel(emulator, client, f"v2.users.{cy}.routingStatus")
    with join(made["connectUri"]) as listener:
        assert emulator.org.post("maintenance", channel=made["id"]) == {"channels": [made["id"]]}
        event = heard(listener)
        assert event["topicName"] == "v2.system.socket_closing"
        assert event["eventBody"]["channelId"] == made["id"]
        goes(emulator, cy, "IDLE")
        assert heard(listener)["topicName"].endswith("routingStatus")  # until then it goes on
        advance(emulator, 61.0)
        assert closed(listener)[0] == 1001
    with join(made["connectUri"]) as again:
        goes(emulator, cy, "OFF_QUEUE")
        assert heard(again)["eventBody"]["routingStatus"]["status"] == "OFF_QUEUE"  # its topics are still there


def test_a_revoked_token_is_told_on_its_channels(emulator: Serving) -> None:
    pair = registered(emulator)
    token = emulator.log_in(pair)
    made = channel(emulator, token)
    with join(made["connectUri"]) as listener:
        assert emulator.api("DELETE", "/tokens/me", token=token).status in (200, 204)
        event = heard(listener)
    assert event["topicName"] == f"v2.system.token_revoked.{made['id']}"
    assert event["eventBody"]["reason"] == "user_tokens_revoked"
    assert event["eventBody"]["oauthClientId"] == pair[0]
    assert emulator.api("GET", "/notifications/channels", token=token).status == 401


def test_a_channel_dies_after_a_day_and_its_socket_with_it(emulator: Serving) -> None:
    pair = registered(emulator)
    token = emulator.log_in(pair)
    kept, dying = channel(emulator, token), channel(emulator, token)
    with join(dying["connectUri"]) as listener:
        advance(emulator, DAY - 3_600.0)
        assert subscribed(emulator, token, kept["id"], "v2.users.x.presence", method="PUT").status == 200  # prolongs
        advance(emulator, 3_601.0)
        assert closed(listener) == (1001, "expired")
    emulator.token = emulator.log_in()  # a day is the life of a token too
    token = emulator.log_in(pair)
    assert is_there(emulator, token, kept["id"])
    assert not is_there(emulator, token, dying["id"])
    with pytest.raises(InvalidStatus) as refused:
        join(dying["connectUri"])
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["code"] == "bad.credentials"


def test_topics_may_be_asked_for_over_the_socket(emulator: Serving, client: str) -> None:
    dee = user(emulator, "dee")
    made = channel(emulator, client)
    with join(made["connectUri"]) as listener:
        for topics, expected in (
            ([f"v2.users.{dee}.routingStatus"], {"result": "200", "status": "subscribed", "correlationId": "7"}),
            (["v2.nonsense"], {"result": "400", "status": "failure", "correlationId": "7"}),
        ):
            listener.send(json.dumps({"message": "subscribe", "topics": topics, "correlationId": "7"}))
            assert heard(listener) == expected
        goes(emulator, dee, "IDLE")
        assert heard(listener)["eventBody"]["id"] == dee
