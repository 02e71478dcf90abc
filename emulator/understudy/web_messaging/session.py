"""One guest socket as a state machine, without I/O (facts: messaging §2).

``receive`` and ``tick`` take the org's time: rates, expiry and idleness are intervals of the platform. What a client
does wrong is answered with the platform's error frame and becomes an event; nothing a client says raises. Assumed where
the facts are silent: 4007 before a session is configured, 400 for messages of a conversation that has ended, an
unasked SessionResponse for a read-only connection when another one of its session started a new conversation.
"""

from __future__ import annotations

from typing import Final

from understudy.errors import LocalProtocolError
from understudy.web_messaging import asked, codes, frames, intentions, messages
from understudy.web_messaging.frames import ServerFrame
from understudy.web_messaging.guest_message import size_of
from understudy.web_messaging.states import TRANSITIONS, Input, State
from understudy.web_messaging.structured import StructuredMessage
from understudy.web_messaging.terms import MINUTE, GuestRates, Rate, Terms
from understudy.web_messaging.upload import upload_fault

CLOSE_NORMAL: Final = 1000  # after ConnectionClosedEvent and LogoutEvent; assumed
CLOSE_GOING_AWAY: Final = 1001  # which code the platform uses for a silent socket is not documented
CHANGING: Final = (
    messages.OnMessage,
    messages.OnAttachment,
    messages.DeleteAttachment,
    messages.DisconnectCustomer,
)  # not while the session is read-only


class GuestSession:
    """The protocol of one socket of ``deployment``, whose upgrade was accepted at ``now`` (the org's time)."""

    def __init__(self, deployment: str, terms: Terms, *, now: float) -> None:
        self.deployment, self.terms = deployment, terms
        self.state = State.UNCONFIGURED
        self.token = ""
        self._rates: GuestRates | None = None
        self._requests = Rate(terms.requests_per_minute, MINUTE)
        self._echoes = Rate(terms.echoes_per_minute, MINUTE)
        self._heard_at = now
        self._expires_at: float | None = None
        self._events: list[asked.Event] = []
        self._out: list[str | intentions.Close] = []

    @property
    def is_open(self) -> bool:
        """Frames may still be sent."""
        return self.state is not State.CLOSED

    @property
    def is_configured(self) -> bool:
        """The socket belongs to a session."""
        return self.state in (State.READY, State.READ_ONLY)

    def receive(self, data: str | bytes, now: float) -> None:
        """A frame of the client, text or binary."""
        if not self.is_open:
            return  # bytes that were under way when we closed
        self._heard_at = now
        request = messages.parse_client_frame(data, self.terms.frame_characters)
        if self._is_too_fast(self._requests, request.tracing_id, now):
            return
        if isinstance(request, messages.Malformed):
            self._refuse("client-frame", request.code, request.reason, request.tracing_id)
        elif isinstance(request, messages.ConfigureSession | messages.ConfigureAuthenticatedSession):
            self._configure(request, now)
        elif isinstance(request, messages.GetConfiguration) and request.deployment_id == self.deployment:
            self._events.append(asked.Asked(request))  # needs no session (assumed)
        elif fault := self._state_fault(request):
            self._refuse("order", *fault, request.tracing_id)
        else:
            self._serve(request, now)

    def heard(self, now: float) -> None:
        """The client sent a WebSocket ping: it is not silent."""
        self._heard_at = now

    def peer_closed(self, code: int) -> None:
        """The client closed, or the connection broke (1006)."""
        if self.is_open:
            self._move(Input.PEER_CLOSED)
            self._events.append(asked.PeerClosed(code))

    def send(self, intention: intentions.Intention) -> None:
        """Say something; raises ``LocalProtocolError`` where the state does not allow it."""
        match intention:
            case intentions.Configured(facts, rates, tracing_id, given):
                self._move(Input.CONFIGURED_READ_ONLY if facts.read_only else Input.CONFIGURED)
                self._rates, self._expires_at, self.terms = rates, facts.expires_at, given or self.terms
                self._out.append(frames.session_response(facts, tracing_id).to_text())
            case intentions.RefuseSession():
                self._move(Input.REFUSED)
                self._forget()
                self._out.append(_refusal(intention).to_text())
            case intentions.Extended(expires_at):
                self._expires_at = expires_at if self.is_configured else None
            case intentions.Disconnected(time, id_, read_only):
                self._disconnect(time, id_, read_only)
            case intentions.Reopened(facts):
                if self.state is State.READ_ONLY:
                    self._move(Input.REOPEN)
                    self._out.append(frames.session_response(facts).to_text())
            case intentions.Cleared():
                self._leave(frames.session_cleared())
            case intentions.ClosedElsewhere(reason):
                self._say(frames.connection_closed(reason, self.terms.closed_reason))
                self.send(intentions.Close(CLOSE_NORMAL, reason))
            case intentions.Close():
                self._move(Input.CLOSE)
                self._out.append(intention)
            case ServerFrame():
                self._say(intention)

    def events(self) -> list[asked.Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[str | intentions.Close]:
        """Text frames to write, in order; a ``Close`` comes last."""
        out, self._out = self._out, []
        return out

    def next_deadline(self) -> tuple[float, str] | None:
        """When ``tick`` is due, as (org's time, kind): ``expiry`` or ``idle``; None for nothing."""
        due = [(self._expires_at, "expiry")] if self.is_configured and self._expires_at is not None else []
        if self.is_open and self.terms.idle_seconds:
            due.append((self._heard_at + self.terms.idle_seconds, "idle"))
        return min(due, default=None)

    def tick(self, now: float) -> None:
        """The org's clock is at ``now``: what is due happens, in its order."""
        while (deadline := self.next_deadline()) is not None and deadline[0] <= now:
            if deadline[1] == "expiry":
                self._leave(frames.session_expired())
                self._events.append(asked.Expired())
            else:
                self.send(intentions.Close(CLOSE_GOING_AWAY, "idle"))

    def _configure(
        self, request: messages.ConfigureSession | messages.ConfigureAuthenticatedSession, now: float
    ) -> None:
        if request.deployment_id != self.deployment:
            self._refuse("order", codes.BAD_REQUEST, "deploymentId is not the socket's", request.tracing_id)
        elif self.state is State.CONFIGURING:
            self._refuse("order", codes.BAD_REQUEST, "a session is being configured", request.tracing_id)
        elif self.token and request.token != self.token:
            self._refuse("order", codes.BAD_REQUEST, "the socket has a session with another token", request.tracing_id)
        elif self._rates is None or not self._is_too_fast(self._rates.configures, request.tracing_id, now):
            self._move(Input.CONFIGURE)
            self.token = request.token
            self._events.append(asked.ConfigureAsked(request))

    def _state_fault(self, request: messages.Request) -> tuple[int, str] | None:
        if isinstance(request, messages.GetConfiguration):
            return codes.BAD_REQUEST, "deploymentId is not the socket's"
        if not self.is_configured:
            return codes.SESSION_NOT_FOUND, "configure the session first"
        if request.token != self.token:
            return codes.SESSION_NOT_FOUND, "the token is not the session's"
        if self.state is State.READ_ONLY and isinstance(request, CHANGING):
            return codes.BAD_REQUEST, "the conversation has ended"
        return None

    def _serve(self, request: messages.Request, now: float) -> None:
        match request:
            case messages.Echo():
                self._echo(request, now)
            case messages.OnMessage():
                self._message(request, now)
            case messages.OnAttachment():
                self._attachment(request, now)
            case messages.DisconnectCustomer():
                self._events.append(asked.DisconnectAsked(request))
            case messages.CloseSession():
                self._leave(frames.session_left(request.tracing_id))
                self._events.append(asked.Left(request.close_all_connections))
            case messages.GetAttachment() | messages.DeleteAttachment() | messages.GetJwt() | messages.ResumeToken():
                self._events.append(asked.Asked(request))

    def _echo(self, request: messages.Echo, now: float) -> None:
        if not self._is_too_fast(self._echoes, request.tracing_id, now):
            message = StructuredMessage(type="Text", direction=frames.INBOUND, time=now, text=request.said.text)
            self._say(frames.echo(message, request.tracing_id))

    def _message(self, request: messages.OnMessage, now: float) -> None:
        said, tracing_id = request.said, request.tracing_id
        if len(said.text.encode()) > self.terms.text_bytes:
            reason = f"more than {self.terms.text_bytes} bytes"
            self._refuse("message-size", codes.TEXT_TOO_LONG, reason, tracing_id)
        elif size_of(request.attributes) > self.terms.attributes_bytes:
            reason = f"more than {self.terms.attributes_bytes} bytes"
            self._refuse("attributes-size", codes.ATTRIBUTES_TOO_LARGE, reason, tracing_id)
        elif said.presence == "Clear" and not self.terms.clear_enabled:
            self._refuse("feature", codes.FORBIDDEN, "conversation clear", tracing_id)
        elif self._rates is None or not self._is_too_fast(self._rates.messages, tracing_id, now):
            self._events.append(asked.meaning_of(request))

    def _attachment(self, request: messages.OnAttachment, now: float) -> None:
        code = upload_fault(request, self.terms)
        if code is None:
            self._events.append(asked.UploadAsked(request))
            return
        # errorsAsJson: what its name says is assumed
        if request.errors_as_json:
            self._say(frames.generate_url_error(code, request.attachment_id, now, request.tracing_id))
        else:
            self._say(frames.error(code, tracing_id=request.tracing_id))
        self._events.append(asked.Faulted("web_messaging.upload", code, request.file_name))

    def _disconnect(self, time: float, id_: str, read_only: bool) -> None:
        if self.state is State.READY:
            self._say(frames.disconnected(time, id_, read_only=read_only))
            if read_only:
                self._move(Input.END)

    def _is_too_fast(self, rate: Rate, tracing_id: str | None, now: float) -> bool:
        wait = rate.take(now)
        if wait:
            self._say(frames.too_many_requests(wait, tracing_id))
            self._events.append(asked.Faulted("web_messaging.rate", codes.RATE, f"again in {wait} s"))
        return bool(wait)

    def _refuse(self, rule: str, code: int, reason: str, tracing_id: str | None) -> None:
        self._say(frames.error(code, reason, tracing_id))
        self._events.append(asked.Faulted(f"web_messaging.{rule}", code, reason))

    def _say(self, frame: ServerFrame) -> None:
        self._move(Input.SAY)
        self._out.append(frame.to_text())

    def _leave(self, frame: ServerFrame) -> None:
        self._move(Input.LEAVE)
        self._forget()
        self._out.append(frame.to_text())

    def _forget(self) -> None:
        self.token, self._rates, self._expires_at = "", None, None

    def _move(self, given: Input) -> None:
        following = TRANSITIONS[self.state].get(given)
        if following is None:
            raise LocalProtocolError(f"guest socket: {given.name} is not allowed in {self.state.name}")
        self.state = following


def _refusal(refused: intentions.RefuseSession) -> ServerFrame:
    if refused.code == codes.RATE:
        return frames.too_many_requests(refused.retry_after, refused.tracing_id)
    return frames.error(refused.code, refused.reason, refused.tracing_id)
