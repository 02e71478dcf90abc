"""Notifications joined to the world: the REST operations, and what a socket asks for (facts: platform-api §5).

A channel belongs to one user and application; to anybody else it does not exist (assumed). ``ignoreErrors`` is
documented as preventing errors for failed permission checks; that it does so for unknown topics too is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.gateway import socket_origin
from understudy.notifications import available
from understudy.notifications.channel import ClearSubscriptions, CreateChannel, Subscribe
from understudy.notifications.channels import GONE_KEPT, Channel, Subscription, channel_of, channels_of
from understudy.notifications.divided import out_of_reach
from understudy.notifications.messages import SubscribeReply
from understudy.notifications.topics import permissions_of, topic_table
from understudy.platform.call import Action, Call
from understudy.platform.denial import deny_conversation
from understudy.platform.grants import held_by, policies_of
from understudy.platform.messages import Answer
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

UNKNOWN_TOPIC: Final = "The topic does not exist"  # texts of rejectionReason are not documented (platform-api §9)
NOT_ALLOWED: Final = "Missing permissions"
OPERATION: Final = "postNotificationsChannelSubscriptions"  # under which the permissions of topics are noted


def connect_uri(origin: str, channel: str) -> str:
    """``http://host`` → ``ws://host/channels/{id}``; https → wss; a region's ``api`` → its ``streaming``."""
    return f"{socket_origin(origin)}/channels/{channel}"


def create_channel(call: Call) -> Answer:
    """``POST /notifications/channels`` → Channel. A body (some SDKs send ``null``) means nothing."""
    channel: Channel = call.perform(CreateChannel(call.token.client, call.token.user, call.token.value))
    call.world.channels[channel.id] = call.org
    forget_gone(call.world, call.org)
    return Answer(200, _view(channel, call.origin))


def list_channels(call: Call) -> Answer:
    """``GET /notifications/channels?includechannels=token|oauthclient`` → ChannelEntityListing."""
    own = channels_of(call.org).of(call.token.client, call.token.user)
    if call.query.get("includechannels", "token") == "token":
        own = [channel for channel in own if channel.token == call.token.value]
    return Answer(200, {"entities": [_view(channel, call.origin) for channel in own]})


def head_channel(call: Call) -> Answer:
    """``HEAD /notifications/channels/{channelId}``: 200 while the channel lives, else 404."""
    _own(call)
    return Answer(200)


def list_subscriptions(call: Call) -> Answer:
    """``GET …/subscriptions`` → ChannelTopicEntityListing."""
    return _listing(_own(call).subscriptions.values())


def add_subscriptions(call: Call) -> Answer:
    """``POST …/subscriptions``: add topics; the reply tells what became of those given."""
    return _subscribe(call, replace=False)


def replace_subscriptions(call: Call) -> Answer:
    """``PUT …/subscriptions``: replace all topics."""
    return _subscribe(call, replace=True)


def clear_subscriptions(call: Call) -> Answer:
    """``DELETE …/subscriptions``. Its success status is not documented."""
    call.perform(ClearSubscriptions(_own(call).id))
    return Answer(204)


def subscribe_by_socket(org: Org, channel: str, names: Iterable[str], correlation: str) -> SubscribeReply:
    """What a socket-level subscribe gets: 404 when the channel is dead, 400 when any topic is refused, else 200."""
    found = channels_of(org).by_id.get(channel)
    if found is None:
        return SubscribeReply(404, correlation)
    token = org.tokens.get(found.token) or Token(found.token, found.client, org.id, 0.0, 0.0, user=found.user)
    try:
        org.perform(Subscribe(channel, judge(org, token, names, ignore_errors=False)))
    except Refused:
        return SubscribeReply(400, correlation)
    return SubscribeReply(200, correlation)


def judge(org: Org, token: Token, names: Iterable[str], *, ignore_errors: bool) -> tuple[Subscription, ...]:
    """Each topic as Permitted or Rejected; Refused 400 or 403 at the first that is not permitted, unless errors are
    ignored. What was missing and what was used is noted, as permissions of operations are."""
    policies = policies_of(org, token.user or token.client)
    judged = tuple(_judged(org, token, name, policies) for name in names)
    _note_permissions(org, token, judged)
    for subscription in () if ignore_errors else judged:
        if subscription.missing:
            raise _not_permitted(subscription)
        if not subscription.is_permitted:
            message = f"{subscription.id} is not a topic"
            raise Refused(400, "notification.invalid.topic", message, params={"topic": subscription.id})
    return judged


def forget_gone(world: World, org: Org) -> None:
    """Take the org's oldest dead channels out of the world's index. The newest stay: an upgrade of a dead channel is
    answered as its org's switch says."""
    gone = channels_of(org).gone
    while len(gone) > GONE_KEPT:
        world.channels.pop(gone.popleft(), None)


def _subscribe(call: Call, *, replace: bool) -> Answer:
    channel = _own(call)
    ignore_errors = call.query.get("ignoreErrors", "false").casefold() == "true"
    judged = judge(call.org, call.token, _names(call.body), ignore_errors=ignore_errors)
    call.perform(Subscribe(channel.id, judged, replace))
    return _listing(judged)


def _names(body: Any) -> list[str]:
    if not isinstance(body, list):
        raise Refused(400, "bad.request", "The body is not a list of topics")
    names = [topic.get("id") if isinstance(topic, dict) else None for topic in body]
    if not all(isinstance(name, str) and name for name in names):
        raise Refused(400, "bad.request", "Each topic has an id, which is a string")
    return [str(name) for name in names]


def _own(call: Call) -> Channel:
    channel = channel_of(call.org, call.path["channelId"])
    if (channel.client, channel.user) != (call.token.client, call.token.user):
        raise Refused(404, "not.found", f"Channel {channel.id} was not found", params={"id": channel.id})
    return channel


def _judged(org: Org, token: Token, name: str, policies: list[Mapping[str, Any]]) -> Subscription:
    expanded = topic_table().expand(name)
    if not expanded:
        return Subscription(name, rejection=UNKNOWN_TOPIC)
    missing: dict[str, None] = {}
    used: dict[str, None] = {}
    for full, topic in expanded:
        needed = permissions_of(topic, full, token.user)
        held = [permission for permission in needed if _holds(policies, permission)]
        hidden = out_of_reach(org, token.user or token.client, full, topic, needed) if held else None
        if hidden is not None:
            deny_conversation(org, token, OPERATION, needed, hidden, topic=full)
            held = []
        if needed and not held:
            missing.update(dict.fromkeys(needed))
        used.update(dict.fromkeys(held[:1]))
    if missing:
        return Subscription(name, rejection=NOT_ALLOWED, missing=tuple(missing))
    return Subscription(name, tuple(full for full, _ in expanded), used=tuple(used))


def _note_permissions(org: Org, token: Token, judged: Sequence[Subscription]) -> None:
    missing = sorted({permission for subscription in judged for permission in subscription.missing})
    if missing:
        roles = len(held_by(org, token.user or token.client))
        org.note("permission.denied", operation=OPERATION, client=token.client, missing=missing, roles=roles)
    used = sorted({permission for subscription in judged for permission in subscription.used})
    if used:
        org.note("permission.used", operation=OPERATION, client=token.client, permissions=used)


def _holds(policies: list[Mapping[str, Any]], permission: str) -> bool:
    domain, entity, action = permission.split(":")
    return any(
        policy.get("domain") in (domain, "*")
        and policy.get("entityName") in (entity, "*")
        and not {action, "*"}.isdisjoint(policy.get("actionSet") or ())
        for policy in policies
    )


def _not_permitted(subscription: Subscription) -> Refused:
    names = ", ".join(subscription.missing)
    return Refused(
        403,
        "missing.any.permissions",
        f"Unable to perform the requested action. You must have at least one of the following permissions assigned: "
        f"[{names}]",
        params={"permissions": names, "topic": subscription.id},
    )


def _listing(subscriptions: Iterable[Subscription]) -> Answer:
    return Answer(200, {"entities": [_subscription(subscription) for subscription in subscriptions]})


def _subscription(subscription: Subscription) -> dict[str, Any]:
    view: dict[str, Any] = {"id": subscription.id, "state": "Permitted" if subscription.is_permitted else "Rejected"}
    if subscription.rejection:
        view["rejectionReason"] = subscription.rejection
    if subscription.missing:
        view["missingPermissions"] = list(subscription.missing)
    return view | {"selfUri": f"/api/v2/notifications/availabletopics/{subscription.id}"}


def _view(channel: Channel, origin: str) -> dict[str, Any]:
    return {"connectUri": connect_uri(origin, channel.id), "id": channel.id, "expires": iso(channel.expires)}


ACTIONS: Final[Mapping[str, Action]] = {
    "getNotificationsAvailabletopics": available.list_topics,
    "getNotificationsChannels": list_channels,
    "postNotificationsChannels": create_channel,
    "headNotificationsChannel": head_channel,
    "getNotificationsChannelSubscriptions": list_subscriptions,
    "postNotificationsChannelSubscriptions": add_subscriptions,
    "putNotificationsChannelSubscriptions": replace_subscriptions,
    "deleteNotificationsChannelSubscriptions": clear_subscriptions,
}
