"""How this side learns that a conversation ended or changed hands: the webhook has no such event (messaging §0).

One notification channel with one socket for all conversations (facts: platform-api §5). Genesys keeps nothing while the
socket is down, so after a gap every watched conversation is reported as ``gap`` and its owner looks for itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Final

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from .journal import log
from .operations import Operations

KINDS: Final = ("user.end", "customer.end", "acw")
PREFIX: Final = "v2.detail.events.conversation."
SOCKET_CLOSING: Final = "v2.system.socket_closing"
TOPICS_MAX: Final = 1_000  # per channel (facts: platform-api §5)
OPEN_SECONDS: Final = 5.0
FRAME_MAX: Final = 1 << 20  # bytes
TRIES_PER_CHANNEL: Final = 3  # before a channel is given up for a new one

Listener = Callable[[str, str], None]  # conversation id, kind; called on the socket's thread: must not wait


class Notifications:
    """Watches conversations. Nothing is opened before the first."""

    def __init__(self, operations: Operations, listener: Listener, stopping: threading.Event, backoff: float) -> None:
        self._operations, self._listener, self._stopping, self._backoff = operations, listener, stopping, backoff
        self._lock = threading.Lock()
        self._watched: dict[str, str] = {}  # id in lower case, as topics are compared → id
        self._subscribed = 0  # topics on the channel, those of ended conversations included
        self._channel, self._uri = "", ""
        self._thread: threading.Thread | None = None
        self._socket: ClientConnection | None = None
        self._open = threading.Event()

    def watch(self, conversation: str) -> bool:
        """Report what happens to the conversation; False when Genesys would not let us. Waits for the socket."""
        with self._lock:
            self._watched[conversation.lower()] = conversation
            if len(self._watched) * len(KINDS) > TOPICS_MAX:
                oldest = self._watched.pop(next(iter(self._watched)))
                log(f"notifications: more conversations than one channel holds: {oldest} is no longer watched")
            done = self._subscribe_all() if self._is_full() else self._subscribe([conversation])
            if not done and self._thread is not None:  # a channel lives 24 h: this one may be gone
                done = self._replace_channel()
            if done and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
                self._thread.start()
        return done and self._open.wait(OPEN_SECONDS)

    def forget(self, conversation: str) -> None:
        """Report no more of it. Its topics stay subscribed until the channel is full: that saves a call."""
        with self._lock:
            self._watched.pop(conversation.lower(), None)

    def stop(self) -> None:
        """Close the socket; ``stopping`` is set by now."""
        if self._socket is not None:
            self._socket.close()

    def _replace_channel(self) -> bool:
        self._channel = ""
        done = self._subscribe_all()
        if done and self._socket is not None:
            self._open.clear()
            self._socket.close()
        return done

    def _is_full(self) -> bool:
        return not self._channel or self._subscribed + len(KINDS) > TOPICS_MAX

    def _subscribe_all(self) -> bool:
        if not self._channel:
            answer = self._operations.open_channel()
            channel, uri = answer.body.get("id"), answer.body.get("connectUri")
            if not answer.is_ok or not isinstance(channel, str) or not isinstance(uri, str):
                return False
            self._channel, self._uri = channel, uri
        self._subscribed = 0
        return self._subscribe(list(self._watched.values()), replace=True)

    def _subscribe(self, conversations: list[str], *, replace: bool = False) -> bool:
        topics = [f"{PREFIX}{conversation}.{kind}" for conversation in conversations for kind in KINDS]
        if not topics:
            return True
        self._subscribed += len(topics)
        return self._operations.subscribe(self._channel, topics, replace=replace).is_ok

    def _run(self) -> None:
        failures, was_open = 0, False
        while not self._stopping.is_set():
            try:
                with connect(
                    self._uri, proxy=None, open_timeout=OPEN_SECONDS, close_timeout=1, max_size=FRAME_MAX
                ) as s:
                    failures, self._socket = 0, s
                    self._open.set()
                    if was_open:
                        self._report_gap()
                    was_open = True
                    self._listen(s)
            except (OSError, WebSocketException) as error:
                failures += 1
                dead = isinstance(error, InvalidStatus) or failures >= TRIES_PER_CHANNEL
                if dead and not self._stopping.is_set():
                    log(f"notifications: the channel is gone ({error}): opening another")
                    self._renew()
            self._open.clear()
            self._stopping.wait(min(self._backoff * 2**failures, 5.0))

    def _listen(self, socket: ClientConnection) -> None:
        """Until Genesys closes the socket or says that it will; both mean: connect again."""
        for frame in socket:
            topic = self._topic(frame)
            if topic == SOCKET_CLOSING:
                return
            id_, _, kind = topic.removeprefix(PREFIX).partition(".")
            conversation = self._watched.get(id_)
            if topic.startswith(PREFIX) and conversation and kind in KINDS:
                self._listener(conversation, kind)

    @staticmethod
    def _topic(frame: str | bytes) -> str:
        try:
            value = json.loads(frame)
        except (ValueError, RecursionError):
            return ""
        topic = value.get("topicName") if isinstance(value, dict) else None
        return topic.lower() if isinstance(topic, str) else ""

    def _renew(self) -> None:
        with self._lock:
            self._channel = ""
            self._subscribe_all()

    def _report_gap(self) -> None:
        for conversation in list(self._watched.values()):
            self._listener(conversation, "gap")
