"""What a guest's client says over its socket: JSON text frames with ``action`` and ``token`` (facts: messaging §2.2).

``parse_client_frame`` never raises: what can't be read becomes ``Malformed`` with the error code of the answer. That a
missing field is 4020 and a wrong type 400 is assumed. ``to_json`` is the inverse; fields that mean nothing here stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from understudy.web_messaging.codes import BAD_REQUEST, MISSING_PARAMETER
from understudy.web_messaging.guest_message import Fault, GuestMessage, attributes_of, channel_fault, fault_of

DEPTH_MAX: Final = 32  # levels of nesting; not documented, the emulator's own bound
NAME_MAX: Final = 256  # characters of a token, a tracing id and an id; not documented, the emulator's own bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every frame has. ``token`` is the guest's own UUID; ``extra`` are fields that mean nothing here."""

    token: str
    tracing_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The frame as the client sent it, without fields that were null."""
        action = ACTION_OF[type(self)]
        values = {one.wire: getattr(self, one.name) for one in (*EVERY, *FORMS[action].fields)}
        return {"action": action, **{name: value for name, value in values.items() if value is not None}, **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureSession(Request):
    """Begin or continue an anonymous session."""

    deployment_id: str
    start_new: bool | None = None
    journey_context: Mapping[str, Any] | None = None
    resume_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureAuthenticatedSession(Request):
    """Begin or continue a session of a signed-in guest; ``data.code`` is a JWT from the token exchange."""

    deployment_id: str
    data: Mapping[str, Any]
    start_new: bool | None = None
    resume_token: str | None = None

    @property
    def code(self) -> str:
        """The code of the sign-in."""
        return str(self.data["code"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OnMessage(Request):
    """A text, a click or an event. The swagger requires ``time``, clients leave it out: it is optional here."""

    message: Mapping[str, Any]
    time: str | None = None
    channel: Mapping[str, Any] | None = None

    @property
    def said(self) -> GuestMessage:
        """The message, read."""
        return GuestMessage(self.message)

    @property
    def attributes(self) -> Mapping[str, str]:
        """Custom attributes of the frame's channel and the message's; both are accepted (facts: messaging §2.2), and
        the message's win where both have a name (assumed)."""
        return {**attributes_of(self.channel or {}), **attributes_of(self.message.get("channel") or {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Request):
    """A health check: what it says comes back to this socket only."""

    message: Mapping[str, Any]

    @property
    def said(self) -> GuestMessage:
        """The message, read."""
        return GuestMessage(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAttachment(Request):
    """Ask for a place to upload a file to. ``file_size`` in bytes; ``errors_as_json``: a refusal is an object."""

    file_name: str
    file_type: str
    file_size: int
    file_md5: str
    attachment_id: str | None = None
    errors_as_json: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAttachment(Request):
    """Ask for an upload's download URL."""

    attachment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAttachment(Request):
    """Take an upload back that no message carries yet."""

    attachment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetJwt(Request):
    """Ask for a token for the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession(Request):
    """Leave on this connection, or on all of them."""

    close_all_connections: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConfiguration(Request):
    """Ask what the deployment allows."""

    deployment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectCustomer(Request):
    """End the conversation; in the swagger's list of actions only, so that it has no other field is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeToken(Request):
    """Ask for a resume token; in the swagger's list of actions only, so that it has no other field is assumed."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A frame that is none: ``code`` and ``reason`` of the answer, and the tracing id if it could be read."""

    code: int
    reason: str
    tracing_id: str | None = None


ClientFrame = Request | Malformed


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a frame: its names on the wire and here, its type, whether it must be there."""

    wire: str
    name: str
    type: type = str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one action, and what else must hold."""

    shape: type[Request]
    fields: tuple[Field, ...] = ()
    check: Callable[[Mapping[str, Any]], Fault | None] = lambda frame: None


def _message(frame: Mapping[str, Any]) -> Fault | None:
    return fault_of(frame["message"]) or channel_fault(frame.get("channel"), "channel")


def _sign_in(frame: Mapping[str, Any]) -> Fault | None:
    code = frame["data"].get("code")
    if code is None:
        return Fault(MISSING_PARAMETER, "data.code is missing")
    return None if isinstance(code, str) else Fault(BAD_REQUEST, "data.code is not a string")


EVERY: Final = (Field("token", "token", required=True), Field("tracingId", "tracing_id"))
DEPLOYMENT: Final = Field("deploymentId", "deployment_id", required=True)
ATTACHMENT: Final = Field("attachmentId", "attachment_id", required=True)
START: Final = (Field("startNew", "start_new", bool), Field("resumeToken", "resume_token"))
MESSAGE: Final = Field("message", "message", dict, required=True)
FORMS: Final[Mapping[str, Form]] = {
    "configureSession": Form(ConfigureSession, (DEPLOYMENT, *START, Field("journeyContext", "journey_context", dict))),
    "configureAuthenticatedSession": Form(
        ConfigureAuthenticatedSession, (DEPLOYMENT, Field("data", "data", dict, required=True), *START), _sign_in
    ),
    "onMessage": Form(OnMessage, (MESSAGE, Field("time", "time"), Field("channel", "channel", dict)), _message),
    "echo": Form(Echo, (MESSAGE,), _message),
    "onAttachment": Form(
        OnAttachment,
        (
            Field("fileName", "file_name", required=True),
            Field("fileType", "file_type", required=True),
            Field("fileSize", "file_size", int, required=True),
            Field("fileMd5", "file_md5", required=True),
            Field("attachmentId", "attachment_id"),
            Field("errorsAsJson", "errors_as_json", bool),
        ),
    ),
    "getAttachment": Form(GetAttachment, (ATTACHMENT,)),
    "deleteAttachment": Form(DeleteAttachment, (ATTACHMENT,)),
    "getJwt": Form(GetJwt),
    "closeSession": Form(CloseSession, (Field("closeAllConnections", "close_all_connections", bool, required=True),)),
    "getConfiguration": Form(GetConfiguration, (DEPLOYMENT,)),
    "disconnectCustomer": Form(DisconnectCustomer),
    "resumeToken": Form(ResumeToken),
}
ACTION_OF: Final[Mapping[type[Request], str]] = {form.shape: action for action, form in FORMS.items()}
TYPE_NAMES: Final[Mapping[type, str]] = {str: "a string", bool: "true or false", int: "a number", dict: "an object"}


def parse_client_frame(data: str | bytes, most: int) -> ClientFrame:
    """What a client says in a text frame of at most ``most`` characters; ``bytes`` is a binary frame, which means
    nothing."""
    if isinstance(data, bytes):
        return Malformed(BAD_REQUEST, "the frame is binary")
    if len(data) > most:
        return Malformed(BAD_REQUEST, f"the frame is longer than {most} characters")
    try:
        frame = orjson.loads(data)
    except orjson.JSONDecodeError:
        return Malformed(BAD_REQUEST, "the frame is not JSON")
    if not isinstance(frame, dict):
        return Malformed(BAD_REQUEST, "the frame is not a JSON object")
    tracing_id = frame.get("tracingId")
    tracing = tracing_id if isinstance(tracing_id, str) and len(tracing_id) <= NAME_MAX else None
    if _depth(frame) > DEPTH_MAX:
        return Malformed(BAD_REQUEST, f"the frame is nested deeper than {DEPTH_MAX} levels", tracing)
    action = frame.get("action")
    if action is None:
        return Malformed(MISSING_PARAMETER, "action is missing", tracing)
    form = FORMS.get(action) if isinstance(action, str) else None
    if form is None:
        return Malformed(BAD_REQUEST, "action is not known", tracing)
    return _read(frame, form, tracing)


def _read(frame: Mapping[str, Any], form: Form, tracing: str | None) -> ClientFrame:
    fields = (*EVERY, *form.fields)
    for one in fields:
        if fault := _fault(frame, one):
            return Malformed(fault.code, fault.reason, tracing)
    if fault := form.check(frame):
        return Malformed(fault.code, fault.reason, tracing)
    known = {one.wire for one in fields} | {"action"}
    extra = {name: value for name, value in frame.items() if name not in known}
    read: dict[str, Any] = {one.name: frame[one.wire] for one in fields if one.wire in frame}
    return form.shape(**read, extra=extra)


def _fault(frame: Mapping[str, Any], one: Field) -> Fault | None:
    value: Any = frame.get(one.wire)
    if value is None or (one.required and value == ""):
        return Fault(MISSING_PARAMETER, f"{one.wire} is missing") if one.required else None
    if not isinstance(value, one.type) or (one.type is int and isinstance(value, bool)):
        return Fault(BAD_REQUEST, f"{one.wire} is not {TYPE_NAMES[one.type]}")
    if one in EVERY and len(str(value)) > NAME_MAX:
        return Fault(BAD_REQUEST, f"{one.wire} is longer than {NAME_MAX} characters")
    return None


def _depth(document: Any) -> int:
    """Levels of a JSON document, counted no further than one too many."""
    depth, level = 0, [document]
    while level and depth <= DEPTH_MAX:
        depth += 1
        inner = [one.values() if isinstance(one, dict) else one for one in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
    return depth
