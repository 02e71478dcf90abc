"""Media that the emulator serves: what agents attach to messages, and laboratory files that misbehave on purpose.

Bounded per org by count and bytes; the oldest goes first. The bounds are the emulator's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.errors import Refused
from understudy.world.org import Handler, Org

NAMESPACE: Final = "open-messaging"  # the limits of attachments are those of Open Messaging
PATH: Final = "/media"  # where the emulator serves them: /media/{org}/{id}
LIVE: Final = "attachments"  # org.live[LIVE]: dict[id, Media]
COUNT_MAX: Final = 1000
BYTES_MAX: Final = 64 << 20
CHUNK: Final = 64 << 10
DELAY_MAX: Final = 120.0  # seconds


@dataclass(slots=True)
class Media:
    """One file. ``size`` > 0 with no data means that many zero bytes, made as they are sent. ``delay`` (real seconds)
    holds the answer back, ``http_status`` is what a GET answers."""

    id: str
    org: str
    name: str
    mime: str
    data: bytes = b""
    size: int = 0
    status: str = "uploading"  # uploading | valid | invalid
    conversation: str = ""
    communication: str = ""
    delay: float = 0.0
    http_status: int = 200

    @property
    def path(self) -> str:
        """The path of its URL on this emulator."""
        return f"{PATH}/{self.org}/{self.id}"

    @property
    def length(self) -> int:
        """Bytes that a GET answers."""
        return len(self.data) or self.size

    def attachment(self, origin: str) -> dict[str, Any]:
        """The content item of a message that carries it."""
        kind = self.mime.partition("/")[0].capitalize()
        attachment = {
            "id": self.id,
            "mediaType": kind if kind in ("Image", "Audio", "Video") else "File",
            "url": origin + self.path,
            "mime": self.mime,
            "filename": self.name,
            "contentSizeBytes": self.length,
        }
        return {"contentType": "Attachment", "attachment": attachment}


@dataclass(frozen=True, slots=True)
class AddMedia:
    """Serve a file: ``text`` as its content, or ``size`` zero bytes. ``delay`` and ``status`` make it misbehave.
    Returns {"id", "path"}; the URL is the emulator's origin and the path."""

    name: str
    mime: str
    text: str = ""
    size: int = 0
    delay: float = 0.0
    status: int = 200


def stored(org: Org) -> dict[str, Media]:
    """All media of an org, oldest first; the live dictionary."""
    found: dict[str, Media] = org.live.setdefault(LIVE, {})
    return found


def get(org: Org, id_: str) -> Media:
    """One of them; ``Refused`` 404 where there is none."""
    found = stored(org).get(id_)
    if found is None:
        raise Refused(404, "not.found", f"There is no media {id_}.", params={"mediaId": id_})
    return found


def keep(org: Org, media: Media) -> Media:
    """Store one and let go of the oldest until the bounds are kept."""
    known = stored(org)
    known[media.id] = media
    _bound(known)
    return media


def upload(org: Org, media: Media, data: bytes) -> bool:
    """Take the content of an announced upload; False, and the media is invalid, when it is too long."""
    fits = len(data) <= org.limits.value(NAMESPACE, "media.bytes.max")
    media.data, media.status = (data, "valid") if fits else (b"", "invalid")
    _bound(stored(org))
    return fits


def attachments(org: Org, ids: list[str], origin: str) -> tuple[dict[str, Any], ...]:
    """The content items of a message with ``mediaIds``; ``Refused`` for unknown or unfinished ones."""
    found = [get(org, id_) for id_ in ids]
    for media in found:
        if media.status != "valid":
            raise Refused(400, "bad.request", f"Media {media.id} is {media.status}, not valid.")
    return tuple(media.attachment(origin) for media in found)


def _bound(known: dict[str, Media]) -> None:
    total = sum(len(media.data) for media in known.values())
    while len(known) > 1 and (len(known) > COUNT_MAX or total > BYTES_MAX):
        total -= len(known.pop(next(iter(known))).data)


def _add(org: Org, command: AddMedia) -> dict[str, str]:
    if not 0 <= command.delay <= DELAY_MAX or not 0 <= command.size <= BYTES_MAX or not 200 <= command.status <= 599:
        raise Refused(400, "invalid.value", f"delay 0-{DELAY_MAX:g} s, size 0-{BYTES_MAX} bytes, status 200-599")
    media = Media(org.ids.uuid("media"), org.id, command.name, command.mime, command.text.encode("utf-8"))
    media.size, media.delay, media.http_status, media.status = command.size, command.delay, command.status, "valid"
    keep(org, media)
    return {"id": media.id, "path": media.path}


HANDLERS: Final[Mapping[type, Handler]] = {AddMedia: _add}
