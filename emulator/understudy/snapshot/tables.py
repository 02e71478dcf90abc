"""Which live tables of an org (``org.live``) a snapshot holds.

Configuration that the platform keeps beside its entities is *configured*: it is in a snapshot. *Passing* tables are of
conversations, sign-ins, jobs and sockets: they end with a restore or reset. *Rig* tables say how this rehearsal is
wired, not what the org is: they stay as they are. A table that is in none of them passes; a test names it.
"""

from __future__ import annotations

from typing import Final

CONFIGURED: Final = (
    "deleted",
    "flows.history",
    "grants",
    "group.members",
    "messaging.defaults",
    "oauth.idle",
    "presence",
    "queue.members",
    "queue.members.by_group",
    "queue.wrapupcodes",
    "routing.status",
    "telephony.numbers",
    "threading",
    "user.languages",
    "user.outofoffice",
    "user.skills",
    "users.deleted",
)
RIG: Final = ("rate.allowed", "triggers.url", "user_side", "waits")
PASSING: Final = (
    "attachments",
    "audit",
    "bot.sessions",
    "bot.sessions.over",
    "bots.pulled",
    "conversations.ended",
    "datatables.jobs",
    "faults",
    "flow.jobs",
    "flows.history.jobs",
    "forward.handoffs",
    "forward.inbox",
    "media",
    "messages",
    "notifications",
    "oauth.authorized",
    "oauth.codes",
    "oauth.refresh",
    "oauth.sessions",
    "open_messaging.probed",
    "permissions.used",
    "prompts.uploads",
    "recordings",
    "recordings.restored",
    "routing.history",
    "routing.load",
    "routing.media",
    "routing.order",
    "routing.since",
    "routing.waiting",
    "scopes.noted",
    "telephony.sip",
    "telephony.sip.downloads",
    "telephony.trunks.calls",
    "telephony.trunks.connected",
    "threads",
    "uploads",
    "usage.days",
    "usage.executions",
    "web_messaging.guests",
    "web_messaging.history",
    "web_messaging.key",
    "web_messaging.sign_ins",
    "web_messaging.uploads",
)
