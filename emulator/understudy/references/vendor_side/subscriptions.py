"""A notification channel with one socket for everything that is watched (facts: platform-api §5).

What is watched is a *key* with its topics. Genesys keeps nothing while the socket is down, so after a gap every key is
reported with an empty topic, and its owner looks for itself.
"""

from __future__ import annotations

import json
import socket as sockets
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from .genesys import Answer, Genesys
from .journal import log

SOCKET_CLOSING: Final = "v2.system.socket_closing"
TOPICS_MAX: Final = 1_000  # per channel (facts: platform-api §5)
OPEN_SECONDS: Final = 5.0
FRAME_MAX: Final = 1 << 20  # bytes
TRIES_PER_CHANNEL: Final = 3  # before a channel is given up for a new one
CHANNELS: Final = "/api/v2/notifications/channels"

# key, topic in lower case ("" for a gap), event body; called on the socket's thread: must not wait
Listener = Callable[[str, str, dict[str, Any]], None]


class Channels(Protocol):
    """The two calls that a channel takes."""

    def open_channel(self) -> Answer:
        """A notification channel: ``id`` and ``connectUri``."""

    def subscribe(self, channel: str, topics: list[str], *, replace: bool = False) -> Answer:
        """Add topics to a channel, or make them its only ones."""


class PlatformChannels:
    """The two calls, made by the Platform API."""

    def __init__(self, genesys: Genesys) -> None:
        self._genesys = genesys

    def open_channel(self) -> Answer:
        """A notification channel: ``id`` and ``connectUri``."""
        return self._genesys.call("POST", CHANNELS)

    def subscribe(self, channel: str, topics: list[str], *, replace: bool = False) -> Answer:
        """Add topics to a channel, or make them its only ones."""
        path = f"{CHANNELS}/{quote(channel, safe='')}/subscriptions"
        return self._genesys.call("PUT" if replace else "POST", path, [{"id": topic} for topic in topics])


class Subscriptions:
    """Watches keys. Nothing is opened before the first. ``via`` is the address (as a base URL) where the socket's host
    is found, where its name is not to be resolved."""

    def __init__(
        self, channels: Channels, listener: Listener, stopping: threading.Event, backoff: float, via: str = ""
    ) -> None:
        self._channels, self._listener, self._stopping = channels, listener, stopping
        self._backoff, self._via = backoff, via
        self._lock = threading.Lock()
        self._watched: dict[str, list[str]] = {}  # key → topics, the oldest first
        self._keys: dict[str, str] = {}  # topic in lower case, as topics are compared → key
        self._subscribed = 0  # topics on the channel, those of forgotten keys included
        self._channel, self._uri = "", ""
        self._is_stopped = False
        self._thread: threading.Thread | None = None
        self._socket: ClientConnection | None = None
        self._open = threading.Event()

    def watch(self, key: str, topics: Iterable[str]) -> bool:
        """Report what the topics say under ``key``, beside what is watched under it already; False, and nothing more
        watched, when Genesys would not let us. Waits for the socket."""
        with self._lock:
            new = self._add(key, topics)
            answer = self._subscribe_all() if self._is_behind(len(new)) else self._subscribe(new)
            if not answer.is_ok and answer.status != 403 and self._thread is not None:
                answer = self._replace_channel()  # a channel lives 24 h: this one may be gone
            if not answer.is_ok:
                self._remove(key, new)
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
                self._thread.start()
        return self._open.wait(OPEN_SECONDS)

    def forget(self, key: str) -> None:
        """Report no more of it. Its topics stay subscribed until the channel is full: that saves a call."""
        with self._lock:
            self._remove(key, self._watched.get(key, ()))

    def stop(self) -> None:
        """Close the socket for good."""
        self._is_stopped = True
        if self._socket is not None:
            self._socket.close()

    def _add(self, key: str, topics: Iterable[str]) -> list[str]:
        """Those of the topics that are new; the oldest keys make room for them."""
        old = self._watched.setdefault(key, [])
        new = [topic for topic in topics if topic not in old]
        old += new
        self._keys |= {topic.lower(): key for topic in new}
        while len(self._keys) > TOPICS_MAX and len(self._watched) > 1:
            oldest = next(iter(self._watched))
            self._remove(oldest, self._watched[oldest])
            log(f"notifications: more than one channel holds: {oldest} is no longer watched")
        return new

    def _remove(self, key: str, topics: Iterable[str]) -> None:
        gone = set(topics)
        for topic in gone:
            if self._keys.get(topic.lower()) == key:
                del self._keys[topic.lower()]
        left = [topic for topic in self._watched.pop(key, ()) if topic not in gone]
        if left:
            self._watched[key] = left

    def _replace_channel(self) -> Answer:
        self._channel = ""
        return self._subscribe_all()

    def _is_behind(self, more: int) -> bool:
        """Whether all topics must be said anew: there is no channel, or it has no room for more."""
        return not self._channel or self._subscribed + more > TOPICS_MAX

    def _subscribe_all(self) -> Answer:
        if not self._channel:
            answer = self._channels.open_channel()
            channel, uri = answer.body.get("id"), answer.body.get("connectUri")
            if not answer.is_ok or not isinstance(channel, str) or not isinstance(uri, str):
                return answer if not answer.is_ok else Answer(0, error="a channel without id or connectUri")
            self._channel, self._uri = channel, uri
            if self._socket is not None:  # it is the old channel's, however that came to its end
                self._open.clear()
                self._socket.close()
        self._subscribed = 0
        return self._subscribe([topic for topics in self._watched.values() for topic in topics], replace=True)

    def _subscribe(self, topics: list[str], *, replace: bool = False) -> Answer:
        if not topics:
            return Answer(200)
        self._subscribed += len(topics)
        return self._channels.subscribe(self._channel, topics, replace=replace)

    def _run(self) -> None:
        failures, was_open = 0, False
        while not self._stopping.is_set() and not self._is_stopped:
            try:
                with connect(
                    self._uri,
                    proxy=None,
                    sock=self._dialled(),
                    open_timeout=OPEN_SECONDS,
                    close_timeout=1,
                    max_size=FRAME_MAX,
                ) as s:
                    failures, self._socket = 0, s
                    if self._is_stopped:  # while it opened
                        return
                    self._open.set()
                    if was_open:
                        self._report_gap()
                    was_open = True
                    self._listen(s)
            except (OSError, WebSocketException) as error:
                failures += 1
                dead = isinstance(error, InvalidStatus) or failures >= TRIES_PER_CHANNEL
                if dead and not self._stopping.is_set() and not self._is_stopped:
                    log(f"notifications: the channel is gone ({error}): opening another")
                    self._renew()
            self._open.clear()
            self._stopping.wait(min(self._backoff * 2**failures, 5.0))

    def _dialled(self) -> sockets.socket | None:
        if not self._via:
            return None
        parts = urlsplit(self._via)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return sockets.create_connection((parts.hostname or "", port), OPEN_SECONDS)

    def _listen(self, socket: ClientConnection) -> None:
        """Until Genesys closes the socket or says that it will; both mean: connect again."""
        for frame in socket:
            topic, body = read_frame(frame)
            if topic == SOCKET_CLOSING:
                return
            if key := self._keys.get(topic):
                self._listener(key, topic, body)

    def _renew(self) -> None:
        with self._lock:
            self._channel = ""
            self._subscribe_all()

    def _report_gap(self) -> None:
        for key in list(self._watched):
            self._listener(key, "", {})


def read_frame(frame: str | bytes) -> tuple[str, dict[str, Any]]:
    """(topic in lower case, event body) of a frame; empty where it says nothing of the kind."""
    try:
        value = json.loads(frame)
    except (ValueError, RecursionError):
        return "", {}
    topic, body = (value.get("topicName"), value.get("eventBody")) if isinstance(value, dict) else ("", {})
    return topic.lower() if isinstance(topic, str) else "", body if isinstance(body, dict) else {}
