"""What the control API means, without I/O: commands by name, matching of changes and entries, views of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from understudy.conversations import commands as c
from understudy.conversations.media_commands import CallProgress
from understudy.conversations.model import Conversation, Leg, Sender
from understudy.errors import SettingsError, nearest
from understudy.oauth.authorized import Authorize, ForgetAuthorization
from understudy.open_messaging.forward import CustomerSays
from understudy.platform.catalogue import Catalogue, Operation
from understudy.platform.grants import granted_names, pairs_of
from understudy.platform.permissions import Permissions
from understudy.record.entry import Entry
from understudy.world.changes import Change
from understudy.world.org import Org

COMMANDS: Mapping[str, type[Any]] = {
    "AgentAccept": c.AgentAccept,
    "Authorize": Authorize,
    "CallProgress": CallProgress,
    "CustomerSays": CustomerSays,
    "Disconnect": c.Disconnect,
    "ForgetAuthorization": ForgetAuthorization,
    "RoutingStatus": c.RoutingStatus,
    "SendMessage": c.SendMessage,
    "SetAttributes": c.SetAttributes,
    "Transfer": c.Transfer,
    "Wrapup": c.Wrapup,
}
_CONVERT: Mapping[str, Any] = {
    "sender": Sender,
    "leg": lambda v: Leg(**v),
    "content": tuple,
    "events": tuple,
    "scopes": tuple,
}


def build_command(name: str, arguments: Mapping[str, Any]) -> object:
    """The command of that name; unknown names and arguments are a ``SettingsError`` with the nearest known one."""
    shape = COMMANDS.get(name)
    if shape is None:
        raise SettingsError("command", name, nearest(name, list(COMMANDS)))
    known = [f.name for f in fields(shape)]
    for key in arguments:
        if key not in known:
            raise SettingsError(f"{name}: argument", key, nearest(key, known))
    try:
        return shape(**{key: _CONVERT.get(key, _same)(value) for key, value in arguments.items()})
    except (TypeError, ValueError) as error:
        raise SettingsError(name, dict(arguments), str(error)) from error


def _same(value: Any) -> Any:
    return value


def change_matches(change: Change, kind: str, match: Mapping[str, Any]) -> bool:
    """``kind`` is a change kind or "" for any; ``match`` compares conversation, customer and fields of data."""
    if kind and change.kind != kind:
        return False
    view = {"conversation": change.conversation, "customer": change.customer, **change.data}
    return all(view.get(key) == wanted for key, wanted in match.items())


def entry_matches(entry: Entry, match: Mapping[str, Any]) -> bool:
    """``match`` compares an entry's fields and, under ``data.x``, what the seam knows; ``name`` may end in ``*``."""
    for key, wanted in match.items():
        found = entry.data.get(key[5:]) if key.startswith("data.") else getattr(entry, key, None)
        if isinstance(wanted, str) and wanted.endswith("*") and isinstance(found, str):
            if not found.startswith(wanted[:-1]):
                return False
        elif found != wanted:
            return False
    return True


def change_view(change: Change) -> dict[str, Any]:
    """A change as JSON."""
    return asdict(change)


def conversation_view(conversation: Conversation) -> dict[str, Any]:
    """A conversation with its participants and messages, for tests; the Platform API has its own forms."""
    view = asdict(conversation)
    view["messages"] = list(view["messages"].values())
    return view


def org_view(org: Org) -> dict[str, Any]:
    """An org at a glance."""
    return {
        "id": org.id,
        "name": org.name,
        "now": org.now(),
        "jumped": org.clock.jumped,
        "cursor": org.changes.end,
        "conversations": len(org.conversations),
        "entities": {type_: len(org.entities.of(type_)) for type_ in org.entities.types()},
        "quiet": org.is_quiet(),
        "intervals": len(org.schedule),
    }


def activity_view(org: Org, catalogue: Catalogue, permissions: Permissions) -> dict[str, Any]:
    """What the org's first OAuth client (the endpoint's) did: ``calls`` by operation with the ``permissions`` each
    asks for, names ``granted`` by its ``role``, ``used``, and ``needed``: those without which a used operation is
    refused."""
    client = next(iter(org.entities.of("oauth.clients").values()), None)
    if client is None:
        return {"client": "", "role": "", "calls": {}, "permissions": {}, "granted": [], "used": [], "needed": []}
    calls: Mapping[str, int] = org.live.get("permissions.used", {}).get(client.id, {})
    granted = granted_names(org, client.id, permissions)
    operations = [catalogue.by_id[name] for name in calls]
    used = {name for operation in operations for name in _used(operation, granted)}
    roles = sorted({role for role, _ in pairs_of(org, client.id)})
    return {
        "client": client.id,
        "role": roles[0] if roles else "",
        "calls": dict(calls),
        "permissions": {o.id: " ".join(o.permissions) for o in operations if o.permission_mode != "NO"},
        "granted": granted,
        "used": sorted(used),
        "needed": sorted(name for name in granted if _fails_without(name, granted, operations)),
    }


def _used(operation: Operation, granted: Sequence[str]) -> Sequence[str]:
    """The permissions that an operation rests on: of alternatives only those that are granted, where one is."""
    if operation.permission_mode == "NO":
        return ()
    held = {name.casefold() for name in granted}
    chosen = [name for name in operation.permissions if name.casefold() in held]
    return chosen if chosen and operation.permission_mode == "ANY" else operation.permissions


def _fails_without(name: str, granted: Sequence[str], operations: Sequence[Operation]) -> bool:
    left = {other.casefold() for other in granted} - {name.casefold()}
    for operation in operations:
        wanted = [permission.casefold() for permission in operation.permissions]
        if name.casefold() in wanted:
            held = [permission in left for permission in wanted]
            if not (all(held) if operation.permission_mode == "ALL" else any(held)):
                return True
    return False
