"""System messages: what a channel hears about itself (model SystemMessageSystemMessage; facts: platform-api §5).

``token_revoked`` and ``no_longer_subscribed`` come unasked. ``subscription_changed`` comes to a channel that subscribed
to it or to ``v2.subscription.updated`` (assumed: no source says who hears it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from understudy.notifications.channels import Channel, channels_of
from understudy.notifications.messages import Notification, SystemTopic, event, system_message
from understudy.world.changes import Change
from understudy.world.org import Org

UPDATED: Final = "v2.subscription.updated"
REVOKED: Final = f"v2.system.{SystemTopic.TOKEN_REVOKED}."  # how the topics begin that a socket hears once


def told(org: Org, changes: Iterable[Change]) -> Iterator[tuple[Channel, Notification]]:
    """Which channels hear of a run of changes as changes of their own, and what."""
    channels = channels_of(org).by_id
    revoked: dict[str, None] = {}
    for change in changes:
        if change.kind == "token.revoked":
            revoked[str(change.data.get("client"))] = None
        elif change.kind == "channel.subscribed":
            changed = channels.get(str(change.data.get("channel")))
            if changed is not None:
                names = changed.names()
                yield from ((changed, one) for one in subscription_changed(org, changed) if one.name in names)
    if revoked:
        for channel in channels.values():
            if channel.client in revoked and not _has_token(org, channel):
                yield channel, token_revoked(org, channel)


def token_revoked(org: Org, channel: Channel) -> Notification:
    """What a channel hears when the token that made it is revoked."""
    return system_message(SystemTopic.TOKEN_REVOKED, _about(org, channel) | {"reason": "user_tokens_revoked"})


def no_longer_subscribed(org: Org, channel: Channel) -> Notification:
    """What a socket hears when another channel takes its place."""
    return system_message(
        SystemTopic.NO_LONGER_SUBSCRIBED, _about(org, channel) | {"reason": "another_channel_subscribed"}
    )


def subscription_changed(org: Org, channel: Channel) -> tuple[Notification, Notification]:
    """The two notifications of a channel whose topics changed: its own system topic, and the common one."""
    own = system_message(SystemTopic.SUBSCRIPTION_CHANGED, _about(org, channel))
    return own, event(UPDATED, own.body, "")


def _has_token(org: Org, channel: Channel) -> bool:
    """Whether its token is known and was not revoked; one that expired is not told of (assumed)."""
    token = org.tokens.get(channel.token)
    return token is not None and not token.revoked


def _about(org: Org, channel: Channel) -> dict[str, str]:
    """Fields that name the channel and its owner."""
    fields = {"channelId": channel.id, "organizationId": org.id, "oauthClientId": channel.client}
    return fields | ({"userId": channel.user} if channel.user else {})
