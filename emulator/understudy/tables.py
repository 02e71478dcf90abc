"""The literal tables that join the interfaces: handlers of commands, actions of operations, lifecycle rules of
resources.

A new interface adds its line here; a name that stands twice is an error at start, never a silent override.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from understudy.architect import run as architect
from understudy.conversations import lifecycle, messaging, receipts, threading, wrapup
from understudy.notifications import behaviour as notifications
from understudy.notifications import channel
from understudy.oauth import behaviour as oauth
from understudy.open_messaging import behaviour as open_messaging
from understudy.platform import authorization, conversation_api, flow_api, people, usage
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle
from understudy.routing import assignment, transfer
from understudy.world.org import Handler

V = TypeVar("V")


def joined(*tables: Mapping[Any, V]) -> dict[Any, V]:
    """All entries of the tables; a key that stands in two of them is a ``ValueError``."""
    found: dict[Any, V] = {}
    for table in tables:
        for key, value in table.items():
            if key in found:
                raise ValueError(f"{key} stands in two tables")
            found[key] = value
    return found


HANDLERS: Mapping[type, Handler] = joined(
    lifecycle.HANDLERS,
    messaging.HANDLERS,
    receipts.HANDLERS,
    threading.HANDLERS,
    wrapup.HANDLERS,
    assignment.HANDLERS,
    transfer.HANDLERS,
    architect.HANDLERS,
    oauth.HANDLERS,
    people.HANDLERS,
    channel.HANDLERS,
    open_messaging.HANDLERS,
)
ACTIONS: Mapping[str, Action] = joined(
    oauth.ACTIONS,
    authorization.ACTIONS,
    people.ACTIONS,
    usage.ACTIONS,
    conversation_api.ACTIONS,
    flow_api.ACTIONS,
    notifications.ACTIONS,
    open_messaging.ACTIONS,
)
RULES: Mapping[str, Lifecycle] = joined(
    oauth.RULES, authorization.RULES, people.RULES, flow_api.RULES, open_messaging.RULES
)
