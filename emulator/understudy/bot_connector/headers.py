"""The credentials of a bot connector as headers: a field's name is the header's name, its value goes verbatim.

Facts: messaging §3.1, §3.3. Secrets consist of letters, digits and punctuation (guide cognigy, Verify Token), so every
visible ASCII character passes unchanged. What HTTP can't carry is refused by name, before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.webhooks.messages import Headers

NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 §5.6.2: token
NAME_MAX: Final = 256  # characters; the emulator's own bound
VALUE_MAX: Final = 8192  # characters; the emulator's own bound, what common servers take
FRAMING: Final = frozenset(  # these say how the request is sent: a credential there would break it (RFC 9110, 9112)
    {"connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "te",
     "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A credentials field that can't be a header. Never holds the value: it is a secret."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"credentials field {self.field[:80]!r}: {self.reason}"


def credential_headers(fields: Mapping[str, str]) -> tuple[Headers, tuple[Unsendable, ...]]:
    """The headers, in the order of the fields, and the fields that HTTP can't carry."""
    headers: list[tuple[str, str]] = []
    refused: list[Unsendable] = []
    seen: set[str] = set()
    for name, value in fields.items():
        reason = _name_fault(name) or _value_fault(value)
        if not reason and name.lower() in seen:
            reason = "another field has the same name in other letter case, and header names have none"
        if reason:
            refused.append(Unsendable(name, reason))
        else:
            seen.add(name.lower())
            headers.append((name, value))
    return tuple(headers), tuple(refused)


def _name_fault(name: str) -> str:
    if not name:
        return "a header needs a name"
    if len(name) > NAME_MAX:
        return f"the name has {len(name)} characters, {NAME_MAX} are the most"
    wrong = next((character for character in name if not NAME.fullmatch(character)), None)
    if wrong is not None:
        return f"{wrong!r} can't stand in a header's name: letters, digits and !#$%&'*+-.^_`|~ can"
    return "it says how the request is framed and can't be a credential" if name.lower() in FRAMING else ""


def _value_fault(value: object) -> str:
    if not isinstance(value, str):
        return "the value is no text"
    if len(value) > VALUE_MAX:
        return f"the value has {len(value)} characters, {VALUE_MAX} are the most"
    if not all(" " <= character <= "~" or character == "\t" for character in value):
        return "the value has a character that a header can't carry: visible ASCII, blanks and tabs can"
    if value != value.strip(" \t"):
        return "the value begins or ends with a blank, which a receiver takes away (RFC 9110 §5.5)"
    return ""
