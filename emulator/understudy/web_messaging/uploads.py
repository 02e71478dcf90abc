"""Files that guests upload: a presigned URL, the PUT that fills it, and what a message may carry (facts: messaging
§2.2-§2.4, §2.6).

    onAttachment → ``offer`` → PUT with the headers of the offer → effect ``uploaded`` | ``upload_failed``
    → onMessage that names it (``content_of``), getAttachment (``presented``), deleteAttachment (``delete``)

Bytes lie in the attachments store, which bounds them. Signed and checked like an object store's presigned URL; its
statuses (403 signature, headers, expiry; 400 content) and how long it is good are assumed.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.attachments import store
from understudy.web_messaging import frames
from understudy.web_messaging.codes import (
    ATTACHMENT_EXPIRED,
    ATTACHMENT_NOT_FOUND,
    ATTACHMENT_NOT_UPLOADED,
    BAD_REQUEST,
    FILE_CONTENT,
    FILE_EMPTY,
    FILE_SIZE,
)
from understudy.web_messaging.frames import ServerFrame
from understudy.web_messaging.guests import INTERFACE
from understudy.web_messaging.jwt import Holder
from understudy.web_messaging.messages import NAME_MAX, DeleteAttachment, GetAttachment, OnAttachment
from understudy.web_messaging.presigned import end_of, presigned
from understudy.world.org import Handler, Org

LIVE: Final = "web_messaging.uploads"  # org.live[LIVE]: Uploads
KEPT: Final = 1000  # uploads of one org; the oldest go first; the emulator's own bound
SECONDS: Final = ("web_messaging", "upload.url.seconds")
TYPE: Final = "Content-Type"
DIGEST: Final = "Content-MD5"
TAGS: Final = "x-amz-tagging"  # a mobile SDK's fixtures have this header in PresignedUrlResponse


@dataclass(slots=True)
class Upload:
    """One file. ``id`` is the client's name for it (or ours), ``media`` its place in the attachments store; ``expires``
    is when its URL ends (the org's time). ``origin``: the base URL by which its guest reaches us."""

    id: str
    guest: str
    media: str
    name: str
    type: str
    size: int
    md5: str
    origin: str
    expires: float
    tracing_id: str | None = None
    status: str = "announced"  # announced | valid | invalid
    is_sent: bool = False  # a message carries it

    @property
    def headers(self) -> dict[str, str]:
        """What the PUT must send."""
        return {TYPE: self.type, DIGEST: self.md5, TAGS: f"attachment={self.media}"}


@dataclass(slots=True)
class Uploads:
    """Uploads of an org by their place in the store, and by guest and name."""

    by_media: dict[str, Upload] = field(default_factory=dict)
    by_name: dict[tuple[str, str], Upload] = field(default_factory=dict)

    def add(self, made: Upload) -> None:
        """Keep one more; the oldest goes where there are too many."""
        self.by_media[made.media], self.by_name[made.guest, made.id] = made, made
        while len(self.by_media) > KEPT:
            self.drop(next(iter(self.by_media.values())))

    def drop(self, gone: Upload) -> None:
        """Forget one."""
        del self.by_media[gone.media]
        if self.by_name.get((gone.guest, gone.id)) is gone:
            del self.by_name[gone.guest, gone.id]


@dataclass(frozen=True, slots=True)
class PutUpload:
    """Bytes arrived for an upload that ``admit`` let in: at most one more than were announced. Says the effect
    ``uploaded`` {guest, attachment, url, tracing_id} or ``upload_failed`` {guest, attachment, code, tracing_id}.
    Returns the HTTP status of the answer."""

    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FailUpload:
    """An upload did not come well: ``code`` says why. Says the effect ``upload_failed``; silent for what is gone."""

    media: str
    code: int


def uploads(org: Org) -> Uploads:
    """All uploads of an org."""
    found: Uploads = org.live.setdefault(LIVE, Uploads())
    return found


def offer(org: Org, guest: Holder, asked: OnAttachment, origin: str) -> ServerFrame:
    """Where and how to put a file whose type, name and size the session has let pass. An id that the guest has uploaded
    already, or that is too long, is refused with 400 (assumed)."""
    known, id_ = uploads(org), asked.attachment_id or org.ids.uuid("media")
    before = known.by_name.get((guest.id, id_))
    if len(id_) > NAME_MAX or (before is not None and before.status == "valid"):
        return _refused(org, asked, BAD_REQUEST)
    digest = _digest(asked.file_md5)
    if digest is None:
        return _refused(org, asked, BAD_REQUEST)
    if before is not None:
        known.drop(before)
    made = Upload(
        id_, guest.id, org.ids.uuid("media"), asked.file_name, asked.file_type, asked.file_size, digest, origin,
        org.now() + org.limits.value(*SECONDS), asked.tracing_id,
    )  # fmt: skip
    known.add(made)
    url = presigned(org, origin, "PUT", made.media, made.expires)
    return frames.presigned_url(
        made.id, url, made.headers, asked.tracing_id, name=made.name, size=made.size, type_=made.type
    )


def presented(org: Org, guest: Holder, asked: GetAttachment) -> ServerFrame:
    """Where to get a file from, or why it can't be got."""
    found = _ready(org, guest, asked.attachment_id)
    if isinstance(found, int):
        return frames.generate_url_error(found, asked.attachment_id, org.now(), asked.tracing_id)
    url = url_of(org, found)
    return frames.presigned_url(found.id, url, {}, asked.tracing_id, name=found.name, size=found.size, type_=found.type)


def delete(org: Org, guest: Holder, asked: DeleteAttachment) -> ServerFrame:
    """A file is taken back; one that a message carries, or that is not there, is refused with 4009 (assumed)."""
    found = uploads(org).by_name.get((guest.id, asked.attachment_id))
    if found is None or found.is_sent:
        return frames.error(ATTACHMENT_NOT_FOUND, tracing_id=asked.tracing_id)
    uploads(org).drop(found)
    store.stored(org).pop(found.media, None)
    return frames.attachment_deleted(found.id, asked.tracing_id)


def content_of(org: Org, guest: Holder, attachment_id: str) -> dict[str, Any] | int:
    """The content item of a message that names a file (see ``sent``); or the error code: 4009 unknown, 4008 its time to
    be uploaded is over, 4010 not uploaded yet or not well."""
    found = _ready(org, guest, attachment_id)
    if isinstance(found, int):
        return found
    item = store.get(org, found.media).attachment(found.origin)
    item["attachment"]["id"] = found.id
    return item


def sent(org: Org, guest: Holder, attachment_ids: Iterable[str]) -> None:
    """A message with these files was accepted: they are its own from now on."""
    for id_ in attachment_ids:
        found = uploads(org).by_name.get((guest.id, id_))
        if found is not None:
            found.is_sent = True


def url_of(org: Org, upload: Upload) -> str:
    """Where to get an upload from; good as long as the URL of an offer."""
    return presigned(org, upload.origin, "GET", upload.media, org.now() + org.limits.value(*SECONDS))


def admit(
    org: Org, method: str, media: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, Upload | None]:
    """(200, upload) for a request that bears a good signature, and of a PUT the headers of the offer; else the status
    of the refusal. A PUT that comes too late is told to the guest (4008)."""
    found = uploads(org).by_media.get(media)
    end = end_of(org, method, media, query)
    if found is None or end is None:
        return 404 if found is None else 403, None
    if org.now() >= end:
        if method == "PUT" and found.status == "announced":
            org.perform(FailUpload(media, ATTACHMENT_EXPIRED))
        return 403, None
    if method == "PUT" and any(headers.get(name, "") != value for name, value in found.headers.items()):
        return 403, None
    return 200, found


def _ready(org: Org, guest: Holder, id_: str) -> Upload | int:
    found = uploads(org).by_name.get((guest.id, id_))
    if found is None or (found.status == "valid" and found.media not in store.stored(org)):
        return ATTACHMENT_NOT_FOUND
    if found.status == "announced" and org.now() >= found.expires:
        return ATTACHMENT_EXPIRED
    return found if found.status == "valid" else ATTACHMENT_NOT_UPLOADED


def _refused(org: Org, asked: OnAttachment, code: int) -> ServerFrame:
    if asked.errors_as_json:
        return frames.generate_url_error(code, asked.attachment_id, org.now(), asked.tracing_id)
    return frames.error(code, tracing_id=asked.tracing_id)


def _digest(md5: str) -> str | None:
    """The MD5 in Base64, as Content-MD5 has it (RFC 1864), from hex digits or Base64 (which of them is not documented:
    both pass); None for what is neither."""
    with_hex = len(md5) == 32 and all(letter in "0123456789abcdefABCDEF" for letter in md5)
    if with_hex:
        return b64encode(bytes.fromhex(md5)).decode()
    return md5 if len(md5) == 24 and md5.endswith("==") and md5.isascii() else None


def _put(org: Org, command: PutUpload) -> int:
    found = uploads(org).by_media.get(command.media)
    if found is None:
        return 404
    if found.status == "valid":
        return 200 if store.stored(org).get(found.media) is not None else 404
    code = _fault(found, command.data)
    if code is not None:
        return _failed(org, FailUpload(found.media, code))
    found.status = "valid"
    media = store.Media(found.media, org.id, found.name, found.type, command.data, status="valid")
    store.keep(org, media)
    org.say(
        INTERFACE, "uploaded", guest=found.guest, attachment=found.id, url=url_of(org, found),
        tracing_id=found.tracing_id,
    )  # fmt: skip
    return 200


def _fault(upload: Upload, data: bytes) -> int | None:
    if not data:
        return FILE_EMPTY
    if len(data) > upload.size:
        return FILE_SIZE
    digest = b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    return None if len(data) == upload.size and digest == upload.md5 else FILE_CONTENT


def _failed(org: Org, command: FailUpload) -> int:
    found = uploads(org).by_media.get(command.media)
    if found is not None and found.status != "valid":
        found.status = "invalid" if command.code != ATTACHMENT_EXPIRED else found.status
        org.say(
            INTERFACE, "upload_failed", guest=found.guest, attachment=found.id, code=command.code,
            tracing_id=found.tracing_id,
        )  # fmt: skip
    return 400


HANDLERS: Final[Mapping[type, Handler]] = {PutUpload: _put, FailUpload: _failed}
