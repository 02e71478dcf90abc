"""What the platform says over a guest's socket: ``{type, class, code, body, tracingId?}`` (facts: messaging §2.3).

Each frame has one function that builds it. Field names and which of them must be there: the swagger of
web-messaging-sdk-java; fields that stay empty are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.web_messaging.codes import RATE, TOO_MANY_REQUESTS, code
from understudy.web_messaging.structured import StructuredMessage
from understudy.web_messaging.words import server_words

OK: Final = 200
MESSAGE: Final = "message"  # said unasked, or to every connection of a session
RESPONSE: Final = "response"  # answers a request of this connection
INBOUND: Final = "Inbound"
OUTBOUND: Final = "Outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFrame:
    """One frame. ``class_`` is a word of contracts/web_messaging/types.toml; ``tracing_id`` is left out where None."""

    type: str
    class_: str
    code: int
    body: Any
    tracing_id: str | None = None

    def to_text(self) -> str:
        """The frame as text."""
        frame = {"type": self.type, "class": self.class_, "code": self.code, "body": self.body}
        if self.tracing_id is not None:
            frame["tracingId"] = self.tracing_id
        return orjson.dumps(frame).decode()


def parse_server_frame(text: str) -> ServerFrame:
    """The inverse of ``ServerFrame.to_text``; raises ``ValueError`` for anything else."""
    frame = orjson.loads(text)
    if not isinstance(frame, dict) or not {"type", "class", "code", "body"} <= frame.keys():
        raise ValueError("not a frame: type, class, code or body is missing")
    if frame["type"] not in (MESSAGE, RESPONSE) or frame["class"] not in server_words("class"):
        raise ValueError(f"not a frame: type {frame['type']!r} or class {frame['class']!r} is not known")
    return ServerFrame(
        type=frame["type"],
        class_=frame["class"],
        code=frame["code"],
        body=frame["body"],
        tracing_id=frame.get("tracingId"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedMedia:
    """What a guest may upload: MIME types, kilobytes, and extensions that are refused. No types: nothing."""

    file_types: tuple[str, ...] = ()
    max_file_size_kb: int = 0
    blocked_extensions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """``allowedMedia`` and ``blockedExtensions``."""
        inbound = {"fileTypes": [{"type": one} for one in self.file_types], "maxFileSizeKB": self.max_file_size_kb}
        return {"allowedMedia": {"inbound": inbound}, "blockedExtensions": list(self.blocked_extensions)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What a client is told about its session. ``expires_at`` in the org's seconds; ``duration`` in seconds."""

    new: bool
    duration: int
    expires_at: float
    media: AllowedMedia
    attributes_max: int
    read_only: bool = False
    cleared_existing: bool = False
    auto_started: bool = False


def session_response(facts: SessionFacts, tracing_id: str | None = None) -> ServerFrame:
    """A session was configured. ``expirationDate`` is a number in the swagger: Unix seconds (assumed). A conversation
    that ended read-only is not connected."""
    body: dict[str, Any] = {
        "connected": not facts.read_only,
        "newSession": facts.new,
        "readOnly": facts.read_only,
        **facts.media.to_json(),
        "maxCustomDataBytes": facts.attributes_max,
        "durationSeconds": facts.duration,
        "expirationDate": int(facts.expires_at),
    }
    if facts.cleared_existing:
        body["clearedExistingSession"] = True
    if facts.auto_started:
        body["autoStarted"] = True
    return _response("SessionResponse", body, tracing_id)


def session_left(tracing_id: str | None = None) -> ServerFrame:
    """The answer to ``closeSession``."""
    return _response("SessionResponse", {"connected": False}, tracing_id)


def structured_message(message: StructuredMessage, tracing_id: str | None = None) -> ServerFrame:
    """A message of either side, for every connection; a guest's own comes back with its ``tracing_id``."""
    return ServerFrame(type=MESSAGE, class_="StructuredMessage", code=OK, body=message.to_json(), tracing_id=tracing_id)


def echo(message: StructuredMessage, tracing_id: str | None = None) -> ServerFrame:
    """The answer to ``echo``."""
    return _response("StructuredMessage", message.to_json(), tracing_id)


def disconnected(time: float, id_: str, *, read_only: bool) -> ServerFrame:
    """The conversation ended: only said where Conversation Disconnect is enabled (facts: messaging §2.3)."""
    events = ({"eventType": "Presence", "presence": {"type": "Disconnect"}},)
    metadata = {"readOnly": "true" if read_only else "false"}
    return structured_message(
        StructuredMessage(type="Event", direction=OUTBOUND, time=time, id=id_, events=events, metadata=metadata)
    )


def presigned_url(
    attachment: str,
    url: str,
    headers: Mapping[str, str],
    tracing_id: str | None = None,
    *,
    name: str = "",
    size: int | None = None,
    type_: str = "",
) -> ServerFrame:
    """Where to put an upload (with these headers), or where to get it. ``size`` in bytes."""
    body: dict[str, Any] = {"attachmentId": attachment, "headers": dict(headers), "url": url}
    body |= {"fileName": name or None, "fileSize": size, "fileType": type_ or None}
    given = {key: value for key, value in body.items() if value is not None}
    return _response("PresignedUrlResponse", given, tracing_id)


def upload_success(attachment: str, url: str, time: float, tracing_id: str | None = None) -> ServerFrame:
    """The upload arrived and may be sent."""
    return _message(
        "UploadSuccessEvent", {"attachmentId": attachment, "downloadUrl": url, "timestamp": iso(time)}, tracing_id
    )


def upload_failure(attachment: str, number: int, time: float, tracing_id: str | None = None) -> ServerFrame:
    """The upload was refused after it arrived."""
    body = {"attachmentId": attachment, "errorCode": number, "errorMessage": code(number).text, "timestamp": iso(time)}
    return _message("UploadFailureEvent", body, tracing_id)


def attachment_deleted(attachment: str, tracing_id: str | None = None) -> ServerFrame:
    """An upload was taken back."""
    return _response("AttachmentDeletedResponse", {"attachmentId": attachment}, tracing_id)


def jwt(token: str, expires_at: float, tracing_id: str | None = None) -> ServerFrame:
    """A token for the history; ``exp`` in Unix seconds."""
    return _response("JwtResponse", {"jwt": token, "exp": int(expires_at)}, tracing_id)


def resume_token(token: str, expires_at: float, tracing_id: str | None = None) -> ServerFrame:
    """The answer to ``resumeToken``; ``exp`` in Unix seconds (assumed)."""
    return _response("ResumeTokenResponse", {"resumeToken": token, "exp": int(expires_at)}, tracing_id)


def configuration(
    media: AllowedMedia, attributes_max: int, duration: int, tracing_id: str | None = None, *, routing: bool = True
) -> ServerFrame:
    """The answer to ``getConfiguration``; ``routing``: messages reach a flow (assumed)."""
    body = {**media.to_json(), "maxCustomDataBytes": attributes_max, "messageRoutingEnabled": routing}
    return _response("GetConfigurationResponse", {**body, "sessionDurationSeconds": duration}, tracing_id)


def connection_closed(reason: str, form: str = "both") -> ServerFrame:
    """This connection is about to be closed from our side. ``form``: switch web_messaging.closed_reason."""
    names = ("reason", "reasonCode") if form == "both" else (form,)
    return _message("ConnectionClosedEvent", {name: reason for name in names if reason})


def logout() -> ServerFrame:
    """The guest signed out."""
    return _message("LogoutEvent", {})


def session_expired() -> ServerFrame:
    """The session's time is over."""
    return _message("SessionExpiredEvent", {})


def session_cleared() -> ServerFrame:
    """The conversation was cleared."""
    return _message("SessionClearedEvent", {})


def error(number: int, reason: str = "", tracing_id: str | None = None) -> ServerFrame:
    """A refusal: ``class`` is ``string`` and the body a text; the form of the text is not documented."""
    text = f"{code(number).text}: {reason}" if reason else code(number).text
    return ServerFrame(type=RESPONSE, class_="string", code=number, body=text, tracing_id=tracing_id)


def too_many_requests(retry_after: int, tracing_id: str | None = None) -> ServerFrame:
    """A rate was exceeded: nothing for ``retry_after`` seconds."""
    body = {"retryAfter": retry_after, **_error_body(RATE)}
    return ServerFrame(
        type=RESPONSE, class_="TooManyRequestsErrorMessage", code=TOO_MANY_REQUESTS, body=body, tracing_id=tracing_id
    )


def generate_url_error(number: int, attachment: str | None, time: float, tracing_id: str | None = None) -> ServerFrame:
    """An upload or a download was refused before it began; that the frame's code is that of the body is assumed."""
    body = {"attachmentId": attachment, **_error_body(number), "timestamp": iso(time)}
    given = {name: value for name, value in body.items() if value is not None}
    return ServerFrame(type=RESPONSE, class_="GenerateUrlError", code=number, body=given, tracing_id=tracing_id)


def _error_body(number: int) -> dict[str, Any]:
    known = code(number)
    return {"errorCode": number, "errorMessage": known.text, "name": known.name, "message": known.text}


def _response(class_: str, body: Any, tracing_id: str | None) -> ServerFrame:
    return ServerFrame(type=RESPONSE, class_=class_, code=OK, body=body, tracing_id=tracing_id)


def _message(class_: str, body: Any, tracing_id: str | None = None) -> ServerFrame:
    return ServerFrame(type=MESSAGE, class_=class_, code=OK, body=body, tracing_id=tracing_id)
