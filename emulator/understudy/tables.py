"""The literal tables that join the interfaces: handlers of commands, actions of operations, lifecycle rules of
resources.

A new interface adds its line to ``EARLY``, or to ``LATE`` if only its own operations need it: such a module is imported
when the first of them is asked for, so that a start pays for nothing that a run does not use. A name that stands
twice is an error, never a silent override.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from understudy.conversations import calls, emails, lifecycle, messaging, outbound, receipts, threading, wrapup
from understudy.directory import behaviour as directory
from understudy.notifications import behaviour as notifications
from understudy.notifications import channel
from understudy.oauth import behaviour as oauth
from understudy.open_messaging import behaviour as open_messaging
from understudy.platform import authorization, people, usage
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle
from understudy.routing import assignment, callbacks, calling, consult, parking, transfer
from understudy.world.org import Handler

EARLY: Final[tuple[ModuleType, ...]] = (
    *(lifecycle, messaging, receipts, threading, wrapup, calls, emails, outbound),
    *(assignment, transfer, calling, consult, parking, callbacks),
    *(oauth, authorization, people, directory, usage, notifications, channel, open_messaging),
)
# module → the beginnings of its operations' paths
LATE: Final[Mapping[str, tuple[str, ...]]] = {
    "understudy.conversation_api.behaviour": (
        *("/api/v2/conversations", "/api/v2/routing/queues/{queueId}/estimatedwaittime"),
        *("/api/v2/routing/queues/{queueId}/mediatypes", "/api/v2/routing/utilization", "/api/v2/routing/users"),
    ),
    "understudy.history.behaviour": (
        *("/api/v2/analytics", "/api/v2/audits", "/api/v2/recording", "/api/v2/speechandtextanalytics"),
        *("/api/v2/usage/events", "/api/v2/downloads", "/api/v2/conversations/{conversationId}/recording"),
    ),
    "understudy.telephony.behaviour": ("/api/v2/telephony", "/api/v2/stations"),
    "understudy.integrations.behaviour": ("/api/v2/integrations", "/api/v2/textbots", "/api/v2/assistants"),
    "understudy.web_deployments.behaviour": (
        *("/api/v2/webdeployments", "/api/v2/webmessaging", "/api/v2/conversations/messaging/identityresolution"),
    ),
    "understudy.architect_api.behaviour": ("/api/v2/flows", "/api/v2/architect", "/api/v2/routing/message/recipients"),
}


FLOWS: Final = (
    *("understudy.architect.run", "understudy.architect.bot_turns"),
    *("understudy.web_messaging.behaviour", "understudy.web_messaging.identity", "understudy.web_messaging.uploads"),
)


class Handlers(dict[type, Handler]):
    """Handlers by command; those of flows are imported with the first command that nobody else handles."""

    def __missing__(self, command: type) -> Handler:
        self.complete()
        found = self.get(command)
        if found is None:
            raise KeyError(command)
        return found

    def complete(self) -> None:
        """Import what handles the commands of flows, if that has not been done."""
        for name in FLOWS:
            for command, handler in import_module(name).HANDLERS.items():
                if self.setdefault(command, handler) is not handler:
                    raise ValueError(f"{command} stands in two tables")


@dataclass(slots=True)
class Tables:
    """Actions by operationId, rules by resource, handlers by command: dictionaries that grow as modules are loaded."""

    actions: dict[str, Action] = field(default_factory=dict)
    rules: dict[str, Lifecycle] = field(default_factory=dict)
    handlers: Handlers = field(default_factory=Handlers)
    _late: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(LATE))

    def load(self, path: str) -> None:
        """Import what the operation of this path (of the catalogue) needs, if that has not been done."""
        for name in [name for name, beginnings in self._late.items() if path.startswith(beginnings)]:
            del self._late[name]
            self.join(import_module(name))

    def join(self, module: ModuleType) -> None:
        """Take over the tables that a module has; ``ValueError`` for a key that stands in two of them."""
        put(self.actions, getattr(module, "ACTIONS", {}))
        put(self.rules, getattr(module, "RULES", {}))
        put(self.handlers, getattr(module, "HANDLERS", {}))


def early() -> Tables:
    """The tables of a new emulator."""
    tables = Tables()
    for module in EARLY:
        tables.join(module)
    return tables


def complete() -> Tables:
    """All tables, every module loaded."""
    tables = early()
    for beginnings in LATE.values():
        tables.load(beginnings[0])
    tables.handlers.complete()
    return tables


def put(table: dict[Any, Any], more: Mapping[Any, Any]) -> None:
    """Add entries; a key that is there already is a ``ValueError``."""
    for key, value in more.items():
        if key in table:
            raise ValueError(f"{key} stands in two tables")
        table[key] = value


TABLES: Final = early()  # of this process: every emulator in it shares them
