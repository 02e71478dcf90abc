from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock, iso
from understudy.errors import Refused
from understudy.notifications.behaviour import ACTIONS, connect_uri, forget_gone, subscribe_by_socket
from understudy.notifications.channel import ChannelExpired
from understudy.notifications.channels import channels_of
from understudy.notifications.messages import SubscribeReply
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.messages import Answer
from understudy.platform.schemas import Schemas
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

CALL = Callable[..., Answer]
USER_END = "v2.detail.events.conversation.c1.user.end"
PRESENCE = "v2.users.u1.presence"


@pytest.fixture
def world(org: Org) -> World:
    world = World()
    world.add(org)
    return world


def _role(org: Org, *permissions: str) -> None:
    org.entities.put("authorization.roles", "r1", {"id": "r1", "name": "R", "permissions": list(permissions)})
    org.entities.put("oauth.clients", "client", {"id": "client", "name": "C", "roleIds": ["r1"]})


@pytest.fixture
def call(world: World, org: Org, catalogue: Catalogue, schemas: Schemas) -> CALL:
    """Answers an operation, and holds each 200 to the operation's response model."""
    _role(org, "analytics:conversationDetail:view")
    org.tokens["t1"] = Token("t1", "client", org.id, org.now(), org.now() + 1e6)

    def answer(operation: str, channel: str = "", body: Any = None, token: Token | None = None, **query: str) -> Answer:
        known = catalogue.by_id[operation]
        path = {"channelId": channel} if channel else {}
        found = ACTIONS[operation](
            Call(world, org, token or org.tokens["t1"], known, path, query, body, "http://127.0.0.1:8080")
        )
        if known.response and found.status == 200:
            assert schemas.response(known.response).problems(found.body) == []
            assert schemas.judge(known.response).problems(found.body) == []
        return found

    return answer


def _channel(call: CALL) -> str:
    return str(call("postNotificationsChannels").body["id"])


def _topics(*names: str) -> list[dict[str, str]]:
    return [{"id": name} for name in names]


def _refusal(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.status, refused.value.code


def test_every_notification_operation_of_the_catalogue_has_an_action(catalogue: Catalogue) -> None:
    assert set(ACTIONS) == {o.id for o in catalogue.operations if o.path.startswith("/api/v2/notifications/")}


def test_a_new_channel_is_reachable_at_its_uri(call: CALL, world: World, org: Org) -> None:
    body = call("postNotificationsChannels").body
    assert body["connectUri"] == f"ws://127.0.0.1:8080/channels/{body['id']}"
    assert body["expires"] == iso(org.now() + 86_400)
    assert world.channels[body["id"]] is org


@pytest.mark.parametrize(
    ("origin", "uri"),
    [("http://h:1", "ws://h:1/channels/x"), ("https://h/prefix", "wss://h/prefix/channels/x")],
)
def test_the_connect_uri_follows_the_origin(origin: str, uri: str) -> None:
    assert connect_uri(origin, "x") == uri


def test_channels_are_listed_by_token_or_by_client(call: CALL, org: Org) -> None:
    first = _channel(call)
    other = org.tokens["t2"] = Token("t2", "client", org.id, org.now(), org.now() + 1e6)
    second = call("postNotificationsChannels", token=other).body["id"]
    listed = call("getNotificationsChannels").body["entities"]
    assert [channel["id"] for channel in listed] == [first]
    everything = call("getNotificationsChannels", includechannels="oauthclient").body["entities"]
    assert [channel["id"] for channel in everything] == [first, second]


def test_a_channel_is_there_until_it_dies_and_for_its_owner_only(call: CALL, org: Org) -> None:
    id_ = _channel(call)
    assert call("headNotificationsChannel", id_).status == 200
    stranger = Token("t3", "someone", org.id, 0.0, 1e12)
    assert _refusal(lambda: call("headNotificationsChannel", id_, token=stranger)) == (404, "not.found")
    org.perform(ChannelExpired(id_))
    assert _refusal(lambda: call("headNotificationsChannel", id_)) == (404, "not.found")


def test_topics_are_added_replaced_listed_and_cleared(call: CALL) -> None:
    id_ = _channel(call)
    added = call("postNotificationsChannelSubscriptions", id_, _topics(USER_END, PRESENCE)).body["entities"]
    assert [(topic["id"], topic["state"]) for topic in added] == [(USER_END, "Permitted"), (PRESENCE, "Permitted")]
    call("putNotificationsChannelSubscriptions", id_, _topics(PRESENCE))
    listed = call("getNotificationsChannelSubscriptions", id_).body["entities"]
    assert [topic["id"] for topic in listed] == [PRESENCE]
    assert call("deleteNotificationsChannelSubscriptions", id_).status == 204
    assert call("getNotificationsChannelSubscriptions", id_).body == {"entities": []}


def test_an_unknown_topic_is_refused_and_nothing_is_subscribed(call: CALL) -> None:
    id_ = _channel(call)
    subscribe = "postNotificationsChannelSubscriptions"
    assert _refusal(lambda: call(subscribe, id_, _topics(PRESENCE, "v2.nonsense"))) == (
        400,
        "notification.invalid.topic",
    )
    assert call("getNotificationsChannelSubscriptions", id_).body == {"entities": []}


def test_with_errors_ignored_an_unknown_topic_is_rejected(call: CALL) -> None:
    id_ = _channel(call)
    reply = call("postNotificationsChannelSubscriptions", id_, _topics(PRESENCE, "v2.nonsense"), ignoreErrors="true")
    assert [(topic["id"], topic["state"]) for topic in reply.body["entities"]] == [
        (PRESENCE, "Permitted"),
        ("v2.nonsense", "Rejected"),
    ]


def test_a_topic_without_permission_is_403_or_rejected_with_what_is_missing(call: CALL, org: Org) -> None:
    _role(org, "routing:queue:view")
    id_ = _channel(call)
    subscribe = "postNotificationsChannelSubscriptions"
    assert _refusal(lambda: call(subscribe, id_, _topics(USER_END))) == (403, "missing.any.permissions")
    (topic,) = call(subscribe, id_, _topics(USER_END), ignoreErrors="true").body["entities"]
    assert topic["state"] == "Rejected"
    assert topic["missingPermissions"] == [
        "analytics:conversationDetail:view",
        "analytics:agentConversationDetail:view",
    ]
    denied = [note for note in org.notes if note.name == "permission.denied"]
    assert denied[0].data["missing"] == sorted(topic["missingPermissions"])
    assert channels_of(org).listening == {}


@pytest.mark.parametrize(
    "policy",
    [
        {"domain": "analytics", "entityName": "conversationDetail", "actionSet": ["view"]},
        {"domain": "analytics", "entityName": "conversationDetail", "actionSet": ["*"]},
        {"domain": "analytics", "entityName": "*", "actionSet": ["*"]},
        {"domain": "*", "entityName": "*", "actionSet": ["*"]},
    ],
)
def test_wildcards_of_policies_permit_topics(call: CALL, org: Org, policy: dict[str, Any]) -> None:
    org.entities.put("authorization.roles", "r1", {"id": "r1", "name": "R", "permissionPolicies": [policy]})
    reply = call("postNotificationsChannelSubscriptions", _channel(call), _topics(USER_END))
    assert reply.body["entities"][0]["state"] == "Permitted"
    used = [note.data["permissions"] for note in org.notes if note.name == "permission.used"]
    assert used[0][0].startswith("analytics:")


def test_a_user_hears_of_himself_without_permission(call: CALL, org: Org) -> None:
    ann = org.tokens["ann"] = Token("ann", "client", org.id, 0.0, 1e12, user="u1")
    id_ = str(call("postNotificationsChannels", token=ann).body["id"])
    subscribe = "postNotificationsChannelSubscriptions"
    reply = call(subscribe, id_, _topics("v2.users.u1.conversations"), token=ann)
    assert reply.body["entities"][0]["state"] == "Permitted"
    other = _topics("v2.users.u2.conversations")
    assert _refusal(lambda: call(subscribe, id_, other, token=ann)) == (403, "missing.any.permissions")


@pytest.mark.parametrize("body", [None, {}, "v2", ["v2.users.u1.presence"], [{}], [{"id": 7}], [{"id": ""}], [None]])
@pytest.mark.parametrize("operation", ["postNotificationsChannelSubscriptions", "putNotificationsChannelSubscriptions"])
def test_a_body_that_is_no_list_of_topics_is_refused(call: CALL, operation: str, body: object) -> None:
    id_ = _channel(call)
    assert _refusal(lambda: call(operation, id_, body)) == (400, "bad.request")


def test_a_socket_subscribes_with_the_rights_of_the_token_that_made_its_channel(call: CALL, org: Org) -> None:
    id_ = _channel(call)
    assert subscribe_by_socket(org, id_, [USER_END], "7") == SubscribeReply(200, "7")
    assert subscribe_by_socket(org, id_, ["v2.users.u1.conversations"], "8") == SubscribeReply(400, "8")
    assert subscribe_by_socket(org, id_, ["v2.nonsense"], "") == SubscribeReply(400)
    del org.tokens["t1"]
    assert subscribe_by_socket(org, id_, [PRESENCE], "") == SubscribeReply(200)
    org.perform(ChannelExpired(id_))
    assert subscribe_by_socket(org, id_, [PRESENCE], "9") == SubscribeReply(404, "9")


def test_the_oldest_dead_channels_leave_the_worlds_index(
    call: CALL, world: World, org: Org, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("understudy.notifications.behaviour.GONE_KEPT", 1)
    first, second = _channel(call), _channel(call)
    clock.advance(86_400)
    org.tick()
    newer = _channel(call)
    assert list(world.channels) == [second, newer]  # the newest dead one is still known to be this org's
    org.perform(ChannelExpired(newer))
    forget_gone(world, org)
    assert list(world.channels) == [newer]
    assert first not in channels_of(org).gone


def test_the_topics_that_are_too_many_are_refused_with_the_limit_and_leave_the_channel_as_it_was(call: CALL) -> None:
    id_ = _channel(call)
    whole = _topics(*(f"v2.users.u{number}.presence" for number in range(1_000)))
    call("putNotificationsChannelSubscriptions", id_, whole)
    with pytest.raises(Refused) as refused:
        call("postNotificationsChannelSubscriptions", id_, _topics("v2.users.one-more.presence"))
    assert (refused.value.status, refused.value.code) == (400, "notification.subscription.too.many.subscriptions")
    assert refused.value.limit == {"namespace": "notifications", "key": "topics.per.channel", "value": 1000}
    assert len(call("getNotificationsChannelSubscriptions", id_).body["entities"]) == 1_000
    again = _topics("V2.USERS.U7.PRESENCE")  # known already: no topic more
    assert call("postNotificationsChannelSubscriptions", id_, again).status == 200


def test_the_permission_of_transcription_is_the_documented_one(call: CALL) -> None:
    id_ = _channel(call)
    given = _topics("v2.conversations.c1.transcription")
    (topic,) = call("postNotificationsChannelSubscriptions", id_, given, ignoreErrors="true").body["entities"]
    assert topic["missingPermissions"] == ["conversation:transcription:view"]
