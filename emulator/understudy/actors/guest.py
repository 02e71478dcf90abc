"""A guest: a customer in the messenger, over a guest socket of the emulator (facts: messaging §2.2, §2.3).

A guest says what a browser says: ``Origin`` and ``Accept-Language`` on the upgrade, then frames with the guest's own
token. Frames are read when the test looks, on the test's thread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import urllib3
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from understudy.actors.customer import Customer
from understudy.actors.slot import PATIENCE, NeverHappened, Slot
from understudy.clock import RealClock
from understudy.control.client import OrgClient
from understudy.errors import UnderstudyError

ORIGIN: Final = "https://shop.example"  # of the page that carries the snippet, where a test names none
LANGUAGE: Final = "en-US"
OPENED: Final = 101
FRAME_MAX: Final = 1 << 20  # bytes
SHOWN: Final = ("Text", "Structured")  # what a messenger shows as a message; the rest are events and receipts
CLICKED: Final = {"QuickReply": "QuickReply", "QuickReplyV2": "QuickReply"}  # content → its click; of others Button

Frame = dict[str, Any]


class Guest(Customer):
    """One person in a messenger. ``id`` is what the org calls them, "" before they have joined."""

    def __init__(
        self, client: OrgClient, slot: Slot, name: str, *, test: str, deployment: str, origin: str, language: str
    ) -> None:
        super().__init__(client, slot, "", name)
        self.deployment, self.origin, self.language = deployment, origin, language
        self.token = str(client.post("ids", purpose="guest.token")["id"])
        self.session: Frame = {}  # body of the newest SessionResponse
        self.frames: list[Frame] = []  # all that came, oldest first
        self._test = test
        self._socket: ClientConnection | None = None
        self._open_socket = ExitStack()
        self._looked = 0  # behind the frame that ``waits_for`` returned last
        self._sent = 0

    @property
    def is_connected(self) -> bool:
        """The socket is open, as far as anybody has looked."""
        return self._socket is not None

    def joins(self, *, start: bool = False, timeout: float = PATIENCE) -> int:
        """Open the messenger: socket, session and, with ``start``, the event by which a client starts a conversation
        (presence Join). Returns the status of the upgrade: 101, or the refusal."""
        status = self._open(timeout)
        if status == OPENED:
            self._configure(timeout)
            if start:
                self._says_event({"eventType": "Presence", "presence": {"type": "Join"}})
        return status

    def reconnects(self, timeout: float = PATIENCE) -> int:
        """Come back with the same token, on a new socket."""
        self.hangs_up()
        return self.joins(timeout=timeout)

    def hangs_up(self) -> None:
        """Close the socket; the session goes on."""
        self._socket = None
        self._open_socket.close()

    def says(self, text: str) -> None:
        """Write a text."""
        self._message({"type": "Text", "text": text})

    def converses(self, texts: Sequence[str], timeout: float = PATIENCE) -> None:
        """Write each text once the one before was answered, and wait for an answer to the last."""
        for text in texts:
            self.says(text)
            self.sees(1, timeout)

    def clicks(self, option: dict[str, Any], message: dict[str, Any]) -> None:
        """Choose an option of a structured message that this guest saw; ``option`` has text and payload."""
        kinds = {str(one.get("contentType")) for one in message.get("content", ())}
        kind = next((CLICKED[one] for one in kinds if one in CLICKED), "Button")
        reply = {"type": kind, "text": option["text"], "payload": option["payload"]}
        content = [{"contentType": "ButtonResponse", "buttonResponse": reply}]
        self._message({"type": "Structured", "text": option["text"], "content": content})

    def types(self) -> None:
        """Press a key."""
        self._says_event({"eventType": "Typing", "typing": {"type": "On"}})

    def attaches(self, url: str, mime: str, media_type: str) -> None:
        """Upload the file that lies at ``url`` and send it. ``media_type`` is what other customers have to say; here
        the MIME type tells it."""
        data, name = urllib3.request("GET", url, timeout=PATIENCE).data, urlsplit(url).path.rpartition("/")[2]
        asked = {
            "action": "onAttachment", "fileName": name if "." in name else f"{name}.{mime.rpartition('/')[2]}",
            "fileType": mime, "fileSize": len(data), "fileMd5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        }  # fmt: skip
        offered = self.asks(asked)
        body = offered.get("body")
        if offered.get("class") != "PresignedUrlResponse" or not isinstance(body, dict):
            raise UnderstudyError(f"the file {asked['fileName']} was refused: {json.dumps(offered)[:300]}")
        urllib3.request("PUT", body["url"], body=data, headers=body["headers"], timeout=PATIENCE)
        self.waits_for("UploadSuccessEvent")
        content = [{"contentType": "Attachment", "attachment": {"id": body["attachmentId"]}}]
        self._message({"type": "Text", "content": content})

    def leaves(self) -> None:
        """End the chat."""
        self._says_event({"eventType": "Presence", "presence": {"type": "Disconnect"}})

    def sees(self, at_least: int, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The messages shown since the last look, once there are ``at_least`` so many or the time is up."""
        clock = RealClock()
        end = clock.mono() + timeout
        while len(self._shown()) < self._seen + at_least and (left := end - clock.mono()) > 0:
            if self._next(left) is None:
                break
        while self._next(0.0) is not None:  # what is there already is seen too
            pass
        fresh = self._shown()[self._seen :]
        self._seen += len(fresh)
        return fresh

    def has_seen(self, texts: list[str], timeout: float = PATIENCE) -> None:
        """Wait until all these texts were shown, at an earlier look or since; then look away."""
        clock = RealClock()
        end = clock.mono() + timeout
        while not {*texts} <= {one["text"] for one in self._shown()}:
            if self._next(max(end - clock.mono(), 0.0)) is None:
                break
        self._seen = len(self._shown())

    def asks(self, frame: Frame, timeout: float = PATIENCE) -> Frame:
        """Send a frame of one's own making and return what answers it: the frame with its tracing id."""
        tracing, start = self._send(frame), len(self.frames)
        wanted = f"answer to {frame.get('action')}"
        return self.frames[self._wait(lambda one: one.get("tracingId") == tracing, start, timeout, wanted)]

    def waits_for(self, class_: str, timeout: float = PATIENCE) -> Frame:
        """The next frame of a class, behind the one that was waited for last."""
        place = self._wait(lambda one: one.get("class") == class_, self._looked, timeout, class_)
        self._looked = place + 1
        return self.frames[place]

    def reads_configuration(self) -> dict[str, Any]:
        """What the snippet's script loads first: the deployment's ``config.json``, here in full; empty where there is
        none."""
        path = f"/webdeployments/v1/deployments/{self.deployment}/config.json"
        url, headers = self._client.control.url + path, {"Origin": self.origin}
        answer = urllib3.request("GET", url, headers=headers, timeout=PATIENCE)
        return dict(json.loads(answer.data)) if answer.status == 200 else {}

    def opens_page(self) -> str:
        """The page that carries the deployment's snippet, as HTML."""
        url = f"{self._client.control.url}/messenger/{self.deployment}"
        return urllib3.request("GET", url, timeout=PATIENCE).data.decode()

    def history_by_jwt(self, origin: str = "") -> int:
        """Ask the API for the history with a token of ``getJwt``, from a page of ``origin``; returns the status."""
        jwt = self.asks({"action": "getJwt"})["body"]["jwt"]
        headers = {"Authorization": f"bearer {jwt}", "Origin": origin or self.origin}
        url = f"{self._client.control.url}/api/v2/webmessaging/messages?pageSize=25&pageNumber=1"
        return int(urllib3.request("GET", url, headers=headers, timeout=PATIENCE).status)

    def _open(self, timeout: float) -> int:
        address = urlsplit(self._client.control.url)
        scheme = "wss" if address.scheme == "https" else "ws"
        self.hangs_up()
        uri = f"{scheme}://{address.netloc}/v1?{urlencode({'deploymentId': self.deployment})}"
        try:
            self._socket = self._open_socket.enter_context(
                connect(
                    uri, origin=Origin(self.origin), additional_headers={"Accept-Language": self.language}, proxy=None,
                    open_timeout=timeout, close_timeout=1, max_size=FRAME_MAX, max_queue=None, ping_interval=None,
                )
            )  # fmt: skip
        except InvalidStatus as error:
            return error.response.status_code
        return OPENED

    def _configure(self, timeout: float) -> None:
        asked = {"action": "configureSession", "deploymentId": self.deployment, "startNew": False}
        answer = self.asks(asked, timeout)
        if answer.get("class") != "SessionResponse":
            raise UnderstudyError(f"the session was refused: {json.dumps(answer)[:300]}")
        self.session = answer["body"]
        known = self._client.post("guests", token=self.token)
        if not self.id:
            self.id = str(known["customer"])
            self._client.note("test.customer", customer=self.id, test=self._test, nickname=self.name)

    def _message(self, message: Frame) -> None:
        """Every message that was accepted is echoed; what was refused is in the record."""
        self.asks({"action": "onMessage", "message": message})

    def _says_event(self, event: Frame) -> None:
        self._send({"action": "onMessage", "message": {"type": "Event", "events": [event]}})

    def _send(self, frame: Frame) -> str:
        """Returns the tracing id that the frame bears."""
        if self._socket is None:
            raise UnderstudyError(f"{self.name} has no open socket: let the guest join first")
        self._sent += 1
        tracing = f"{self._sent}-{self.token}"
        try:
            self._socket.send(json.dumps({**frame, "token": self.token, "tracingId": tracing}))
        except ConnectionClosed as error:
            self._socket = None
            raise NeverHappened(f"the socket of {self.name} is closed: {error}") from error
        return tracing

    def _wait(self, is_it: Callable[[Frame], bool], start: int, timeout: float, what: str) -> int:
        clock = RealClock()
        end = clock.mono() + timeout
        while True:
            while start < len(self.frames):
                if is_it(self.frames[start]):
                    return start
                start += 1
            if self._next(max(end - clock.mono(), 0.0)) is None:
                raise NeverHappened(f"no {what} for {self.name} within {timeout:g} s")

    def _next(self, timeout: float) -> Frame | None:
        """The next frame, or None when the time is up or the socket closed."""
        if self._socket is None:
            return None
        try:
            frame = json.loads(self._socket.recv(timeout=timeout))
        except TimeoutError:
            return None
        except ConnectionClosed:
            self._socket = None
            return None
        self.frames.append(frame)
        return dict(frame)

    def _shown(self) -> list[dict[str, Any]]:
        found = []
        for frame in self.frames:
            body = frame.get("body")
            if frame.get("class") != "StructuredMessage" or not isinstance(body, dict):
                continue
            if body.get("direction") == "Outbound" and body.get("type") in SHOWN:
                found.append({"from": str(body.get("originatingEntity", "")).lower(), "text": "", **body})
        return found
