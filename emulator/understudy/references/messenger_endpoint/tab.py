"""One tab: a guest socket, opened again where it broke, and what each frame means (facts: messaging §2.1 to §2.4).

A connection that was refused (403) or closed because the session is used elsewhere is not opened again by itself; one
that broke is, with the same token, after a wait that doubles.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from ..vendor_side.values import object_of, part, string
from . import frames
from .deployment import starts_by_itself
from .outbox import FATAL, code_of, said_of

if TYPE_CHECKING:
    from .guest import Guest

ANSWER_SECONDS: Final = 10.0
BACKOFF_MAX: Final = 30.0
FRAME_MAX: Final = 1 << 20  # bytes
NORMAL: Final = 1000
LOST_IN_A_ROW: Final = 2  # sessions; then it is not our token that is wrong


class Tab:
    """Reads on a thread of its own; others may send."""

    def __init__(self, guest: Guest) -> None:
        self.guest, self.settings, self.faults = guest, guest.settings, guest.faults
        self.is_ready = self.starts_by_itself = False
        self._ws: ClientConnection | None = None
        self._asked: dict[str, dict[str, Any] | None] = {}
        self._configuring = ""  # tracing id of the configureSession that is not answered yet
        self.goes_on, self._at_once, self._lost = True, False, 0
        self._next_health = 0.0

    def start(self) -> None:
        """Open the messenger."""
        threading.Thread(target=self._run, name=f"tab {self.guest.id}", daemon=True).start()

    def stop(self) -> None:
        """Close the tab."""
        self.goes_on = False
        self._close()

    def reopen(self) -> None:
        """Begin again, with the token that the guest has by now."""
        self._at_once = True
        with self.guest.changed:
            self.is_ready = False
        self._close()

    def start_anew(self) -> None:
        """The conversation had ended: the next one begins (facts: messaging §2.3, readOnly)."""
        with self.guest.changed:
            if not self.is_ready or self._configuring:
                return
            self.is_ready = False
        self._configure(start_new="restarts_old" not in self.faults)

    def ask(self, frame: dict[str, Any], tracing: str, attachment: str = "") -> dict[str, Any] | None:
        """Send and wait for the frame with this tracing id (or the end of this upload); None where none came."""
        guest = self.guest
        with guest.changed:
            self._asked[tracing] = None
        self.send(frame)
        with guest.changed:
            guest.changed.wait_for(
                lambda: guest.is_over or not self.is_ready or self._asked[tracing] or attachment in guest.uploads,
                ANSWER_SECONDS,
            )
            return self._asked.pop(tracing, None) or guest.uploads.get(attachment)

    def send(self, frame: dict[str, Any]) -> None:
        """Say something; what can't be sent any more is found out by who reads."""
        ws = self._ws
        if ws is not None:
            with suppress(ConnectionClosed):
                ws.send(json.dumps({**frame, "token": self.guest.token}, ensure_ascii=False))

    def _run(self) -> None:
        guest, wait = self.guest, self.settings.backoff
        self.starts_by_itself = starts_by_itself(self.settings.base_url, self.settings.deployment, self.settings.origin)
        while self.goes_on and not guest.stopping.is_set():
            self._at_once = False
            with ExitStack() as stack:
                if self._open(stack):
                    wait = self.settings.backoff if self._read() else wait
            with guest.changed:
                self.is_ready, self._ws, self._configuring = False, None, ""
                guest.changed.notify_all()
            if self.goes_on and not self._at_once:
                guest.stopping.wait(0 if "no_backoff" in self.faults else wait)
                wait = min(wait * 2, BACKOFF_MAX)
        guest.tab_over(self)

    def _open(self, stack: ExitStack) -> bool:
        settings = self.settings
        try:
            opened = connect(
                settings.socket_url, origin=Origin(settings.origin), proxy=None, open_timeout=ANSWER_SECONDS,
                additional_headers={"Accept-Language": settings.language}, close_timeout=1, max_size=FRAME_MAX,
                ping_interval=None,
            )  # fmt: skip
            self._ws = stack.enter_context(opened)
        except InvalidStatus as error:
            status = error.response.status_code
            if status < 500 and status != 429 and "reconnects_after_403" not in self.faults:
                self.goes_on = False
                self.guest.screen.notice(f"The chat can't be reached: access denied ({status}).")
            return False
        except (OSError, InvalidHandshake, TimeoutError):
            return False
        return True

    def _read(self) -> bool:
        """Until the connection is over; whether there was a session on it."""
        ws, was_ready = self._ws, False
        assert ws is not None
        if "speaks_first" in self.faults:
            self.send({"action": "getConfiguration", "deploymentId": self.settings.deployment})
        self._configure(start_new=False)
        while True:
            try:
                data = ws.recv(timeout=self._health())
            except TimeoutError:
                continue
            except ConnectionClosed as closed:
                self._judge_end(closed)
                return was_ready
            self._take(object_of(data if isinstance(data, bytes) else data.encode()) or {})
            was_ready = was_ready or self.is_ready

    def _judge_end(self, closed: ConnectionClosed) -> None:
        """1006 and a server that goes away are worth another try, an orderly close is not."""
        code = closed.rcvd.code if closed.rcvd is not None else 1006
        if self._at_once:
            return
        if code == NORMAL and "reconnects_after_closed" not in self.faults:
            self.goes_on = False
        if code != NORMAL and "never_reconnects" in self.faults:
            self.goes_on = False
        if code != NORMAL and "new_token_on_drop" in self.faults:
            self.guest.lose_session()

    def _configure(self, *, start_new: bool) -> None:
        self._configuring = str(uuid.uuid4())
        guest = self.guest
        self.send(frames.configure(self.settings.deployment, guest.id, self._configuring, start_new=start_new))

    def _health(self) -> float:
        """Check the connection where it is time; returns for how long to read until then."""
        now = time.monotonic()
        period = 0.3 if "frantic_health" in self.faults else self.settings.health
        if self.is_ready and now >= self._next_health and now >= self.guest.outbox.quiet_until:
            self._next_health = now + period
            self.send(frames.health())
            if "odd_frames" in self.faults:
                self.send({"action": "ping", "tracingId": frames.HEALTH_TRACING})
        return max(min(self._next_health - now, 5.0), 0.05) if self.is_ready else 5.0

    def _take(self, frame: dict[str, Any]) -> None:
        kind, tracing, body = string(frame.get("class")), string(frame.get("tracingId")), part(frame, "body")
        if self._configuring and tracing == self._configuring:
            self._take_session(frame)
        elif kind == "StructuredMessage":
            self._take_message(frame, body, tracing)
        elif kind in ("UploadSuccessEvent", "UploadFailureEvent"):
            self.guest.uploaded(frame)
        elif kind == "SessionExpiredEvent":
            self._end_session("The session has expired.")
        elif kind in ("LogoutEvent", "SessionClearedEvent"):
            self._end_session("The session is over.")
        elif kind == "ConnectionClosedEvent":
            self.goes_on = "reconnects_after_closed" in self.faults
            self.guest.screen.notice("The chat goes on elsewhere.")
        elif self._answers(tracing, frame):
            return
        elif kind in ("string", "Error", "TooManyRequestsErrorMessage", "GenerateUrlError"):
            self._take_error(frame, tracing)
        elif "shows_unknown" in self.faults and kind != "GetConfigurationResponse":
            self.guest.screen.show("", "", {"type": "text", "text": json.dumps(body), "from": "bot"})

    def _take_session(self, frame: dict[str, Any]) -> None:
        body, number = part(frame, "body"), code_of(frame)
        self._configuring = ""
        if frame.get("class") == "SessionResponse" and (body.get("connected") is True or body.get("readOnly") is True):
            self._lost = 0
            self._next_health = time.monotonic() + self.settings.first_health
            self.guest.configured(self, body)
        elif number == 429:
            wait = body.get("retryAfter")
            self.guest.stopping.wait(float(wait) if isinstance(wait, int | float) else 1.0)
            self._configure(start_new=False)
        elif number in FATAL and self._lost < LOST_IN_A_ROW:
            self._lost += 1
            self.guest.lose_session()
            self._end_unless_needed()
        else:
            self.goes_on = False
            self.guest.screen.notice(f"The chat can't be opened: {said_of(frame)}")
            self._close()

    def _take_message(self, frame: dict[str, Any], body: dict[str, Any], tracing: str) -> None:
        if tracing == frames.HEALTH_TRACING:
            return
        if body.get("direction") == "Inbound":
            is_mine = self._answers(tracing, frame)
            if body.get("type") != "Event":
                self.guest.echo(body, tracing, is_mine=is_mine)
        elif body.get("type") == "Event":
            self.guest.happened(body)
        else:
            self.guest.show(body)

    def _take_error(self, frame: dict[str, Any], tracing: str) -> None:
        """An error that answers nothing we wait for."""
        if code_of(frame) in FATAL:
            self._end_session("The session has expired.")
        elif "hides_errors" not in self.faults and tracing != frames.HEALTH_TRACING:
            self.guest.screen.notice(f"Genesys says: {said_of(frame)}")

    def _answers(self, tracing: str, frame: dict[str, Any]) -> bool:
        with self.guest.changed:
            if tracing not in self._asked:
                return False
            self._asked[tracing] = frame
            self.guest.changed.notify_all()
            return True

    def _end_session(self, text: str) -> None:
        """The token is worth nothing: a new session begins when the guest has something to say."""
        self.guest.screen.notice(text)
        if self.guest.lose_session():
            self._end_unless_needed()
        elif "keeps_expired" in self.faults:
            self._configure(start_new=False)

    def _end_unless_needed(self) -> None:
        """Open again at once where there is something to say, else when the guest writes."""
        with self.guest.changed:
            self.goes_on = self._at_once = self.guest.outbox.has_work
        self._close()

    def _close(self) -> None:
        if self._ws is not None:
            self._ws.close()
