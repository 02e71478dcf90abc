"""One entry of the record: a message that went over a wire, a note (a cause), or a track (a media summary).

On disk an entry is one line of JSON in its process's segment; ``to_json`` and ``from_json`` are inverse.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any, Literal

OPTIONAL = (
    "direction", "peer", "exchange", "status", "headers", "org", "conversation", "customer", "correlation", "data",
)  # fmt: skip
Kind = Literal["message", "note", "track"]
Direction = Literal["in", "out", ""]  # seen from the emulator: ``in`` is what the peer said


@dataclass(slots=True)
class Entry:
    """An entry. Its name is (process, number), written ``0:15``.

    ``headers`` keeps order, case and repeats; ``body`` is the raw bytes after redaction of flagged fields. ``data``
    holds what the seam knows beside the bytes: operation, seconds, signature, attempt, certainty, test, check.
    """

    process: int
    number: int
    kind: Kind
    name: str  # "GET /api/v2/users/me", "200", "flow.step", "check.began"
    interface: str  # "platform", "open_messaging", "notifications", "user_side", "world", "test", …
    mono: float
    utc: float
    org_time: float
    direction: Direction = ""
    peer: str = ""
    exchange: str = ""  # request and response of one exchange share it
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    org: str = ""
    conversation: str | None = None
    customer: str | None = None
    correlation: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The entry's name, as verdicts and reports cite it."""
        return f"{self.process}:{self.number}"

    def to_json(self) -> dict[str, Any]:
        """The line on disk, empty fields left out; ``body`` is text where it is UTF-8, else base64."""
        from_slots: dict[str, Any] = {}
        for name in ("process", "number", "kind", "name", "interface", "mono", "utc", "org_time"):
            from_slots[name] = getattr(self, name)
        for name in OPTIONAL:
            value = getattr(self, name)
            if value not in ("", None, (), {}):
                from_slots[name] = value
        if self.body:
            try:
                from_slots["body"] = self.body.decode("utf-8")
            except UnicodeDecodeError:
                from_slots["body64"] = b64encode(self.body).decode("ascii")
        return from_slots

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Entry:
        """The inverse of ``to_json``."""
        fields = dict(line)
        if "body64" in fields:
            fields["body"] = b64decode(fields.pop("body64"))
        else:
            fields["body"] = fields.get("body", "").encode("utf-8")
        fields["headers"] = tuple((name, value) for name, value in fields.get("headers", ()))
        return cls(**fields)
