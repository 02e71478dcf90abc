"""What is wrong with a file that a guest wants to upload (facts: messaging §2.4, §2.6)."""

from __future__ import annotations

from understudy.web_messaging.codes import FILE_EMPTY, FILE_NAME, FILE_NAME_LENGTH, FILE_SIZE, FILE_TYPE, UNAVAILABLE
from understudy.web_messaging.frames import AllowedMedia
from understudy.web_messaging.messages import OnAttachment
from understudy.web_messaging.terms import Terms


def upload_fault(request: OnAttachment, terms: Terms) -> int | None:
    """The code of the refusal, or None. The order of the checks is assumed, and that a deployment without uploads
    answers 4000."""
    media, name = terms.media, request.file_name
    stem, dot, extension = name.rpartition(".")
    if not media.file_types:
        return UNAVAILABLE
    if len(name) >= terms.file_name_characters:
        return FILE_NAME_LENGTH
    if not stem or not dot or not extension:
        return FILE_NAME  # an extension is required
    if request.file_size <= 0:
        return FILE_EMPTY
    if request.file_size > min(terms.file_bytes, media.max_file_size_kb * 1024):
        return FILE_SIZE
    if f".{extension}".casefold() in {one.casefold() for one in media.blocked_extensions}:
        return FILE_TYPE
    return None if _is_allowed(request.file_type, media) else FILE_TYPE


def _is_allowed(type_: str, media: AllowedMedia) -> bool:
    """``*/*`` and ``image/*`` stand for many (assumed); parameters of the type don't count."""
    essence = type_.partition(";")[0].strip().casefold()
    family = essence.partition("/")[0]
    return bool({"*/*", f"{family}/*", essence} & {one.casefold() for one in media.file_types})
