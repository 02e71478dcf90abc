"""Public asset images: where to PUT one. The emulator takes the bytes at that address and serves them there again.

``signedUrlTimeoutSeconds`` and ``contentMd5`` are not enforced: the address is the emulator's own, not a bucket's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.attachments import store
from understudy.attachments.behaviour import MIMES
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

NAME_LONGEST: Final = 255  # characters; the emulator's own bound


def announce_image(call: Call) -> Answer:
    """``POST …/uploads/publicassets/images`` (UploadUrlRequest) → UploadUrlResponse."""
    body = call.body or {}
    name = str(body.get("fileName") or "image")
    if len(name) > NAME_LONGEST:
        raise Refused(400, "invalid.value", f"fileName is longer than {NAME_LONGEST} characters")
    suffix = name.rpartition(".")[2].lower()
    mime = str(body.get("contentType") or MIMES.get(suffix, "application/octet-stream"))
    if not mime.isascii() or not mime.isprintable():
        raise Refused(400, "invalid.value", "contentType is no media type", params={"field": "contentType"})
    media = store.keep(call.org, store.Media(call.org.ids.uuid("media"), call.org.id, name, mime))
    headers = {"Content-Type": mime}
    return Answer(body={"url": call.origin + media.path, "uploadKey": f"{media.id}/{name}", "headers": headers})


ACTIONS: Final[Mapping[str, Action]] = {"postUploadsPublicassetsImages": announce_image}
