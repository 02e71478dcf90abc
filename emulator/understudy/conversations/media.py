"""What each medium adds to a communication, as slots dataclasses (models Call, Callback, Email, EmailMessage).

State, direction, hold and times are the communication's own, whatever its medium.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MEDIA: Final = ("call", "callback", "email", "message")
# Inferred for messages (facts: messaging §5), assumed for the others.
PROVIDERS: Final[Mapping[str, str]] = {
    "message": "PureCloud Messaging",
    "call": "Edge",
    "callback": "PureCloud Callback",
    "email": "PureCloud Email",
}


@dataclass(slots=True)
class Mail:
    """One e-mail of a conversation. Addresses are ``{email, name}``; ``attachments`` are as they were given."""

    id: str
    direction: str  # inbound | outbound
    at: float
    sender: dict[str, str]
    to: tuple[dict[str, str], ...]
    cc: tuple[dict[str, str], ...] = ()
    bcc: tuple[dict[str, str], ...] = ()
    reply_to: dict[str, str] | None = None
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[dict[str, Any], ...] = ()
    state: str = ""  # of a draft: Created | Ready | Edited
    draft_type: str = ""  # Reply | ReplyAll | Forward


@dataclass(slots=True)
class Call:
    """What only a ``calls[]`` entry has. ``own`` is the party's own address, ``other`` the one it speaks to."""

    own: str = ""
    other: str = ""
    own_name: str = ""
    other_name: str = ""
    muted: bool = False
    confined: bool = False  # in a private talk: hears nobody else
    recording: str = "none"  # none | active | paused
    uui: str = ""
    digits: str = ""  # sent so far


@dataclass(slots=True)
class Callback:
    """What only a ``callbacks[]`` entry has. ``scheduled`` is the org's time."""

    numbers: tuple[str, ...] = ()
    user_name: str = ""
    scheduled: float | None = None
    script: str = ""
    automated: str = ""  # id of the configuration that makes it an automated one
    caller_id: str = ""
    caller_id_name: str = ""


@dataclass(slots=True)
class Email:
    """What only an ``emails[]`` entry has."""

    subject: str = ""
    sent: int = 0
    auto_generated: bool = False
    message: str = ""  # id of the newest Mail
