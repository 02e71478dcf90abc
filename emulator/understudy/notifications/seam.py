"""The recording seam of the notification socket: the upgrade, every frame out and in, and notes about a socket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson

from understudy.clock import Clock, Moment, OrgClock
from understudy.notifications.channels import INTERFACE
from understudy.notifications.events import Happening
from understudy.record.entry import Direction
from understudy.record.recorder import Recorder

if TYPE_CHECKING:
    from understudy.world.org import Org


class Seam:
    """Records one exchange, from the upgrade to the last frame. ``org`` is None where the channel is unknown."""

    def __init__(self, recorder: Recorder, clock: Clock, org: Org | None, peer: str) -> None:
        self.exchange = recorder.exchange()
        self._recorder, self._peer = recorder, peer
        self._org_id = org.id if org is not None else ""
        self._clock = org.clock if org is not None else OrgClock(clock)
        self._data: dict[str, Any] = {}

    def about(self, channel: str, socket: int) -> None:
        """From here on it is this socket of this channel."""
        self._data = {"channel": channel, "socket": socket}

    def request(self, line: str, headers: Iterable[tuple[str, str]]) -> None:
        """The upgrade request; ``line`` is ``GET /channels/…``."""
        self._message(line, "in", headers=headers)

    def response(self, status: int, headers: Iterable[tuple[str, str]], body: bytes = b"") -> None:
        """The answer to it: 101, or a refusal."""
        self._message(str(status), "out", status=status, headers=headers, body=body)

    def frame(self, direction: Direction, text: str) -> None:
        """A text frame of the session or the client."""
        self._message(frame_name(text), direction, body=text.encode("utf-8", "replace"))

    def event(self, about: Happening, text: bytes, correlation: str, moment: Moment) -> None:
        """An event that was fanned out: all sockets that heard it share its bytes and the moment it was made."""
        self._recorder.message(
            name=about.topic,
            interface=INTERFACE,
            direction="out",
            moment=moment,
            peer=self._peer,
            exchange=self.exchange,
            body=text,
            org=self._org_id,
            conversation=about.conversation,
            customer=about.customer,
            correlation=correlation,
            data=self._data.copy(),
        )

    def close(self, code: int, reason: str) -> None:
        """The close frame that we send."""
        self._message(f"close {code}", "out", body=reason.encode())

    def note(self, name: str, **data: Any) -> None:
        """A cause: a frame that was tolerated, a socket that was dropped."""
        self._recorder.note(name, moment=self._moment(), interface=INTERFACE, org=self._org_id, **self._data, **data)

    def _message(self, name: str, direction: Direction, **fields: Any) -> None:
        self._recorder.message(
            name=name,
            interface=INTERFACE,
            direction=direction,
            moment=self._moment(),
            peer=self._peer,
            exchange=self.exchange,
            org=self._org_id,
            data=dict(self._data),
            **fields,
        )

    def _moment(self) -> Moment:
        return self._clock.moment()


def frame_name(text: str) -> str:
    """The name of a frame's entry: its topic, what the client asks for, the status of a reply, or ``frame``."""
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "frame"
    named = frame.get("topicName") or frame.get("message") or frame.get("status") if isinstance(frame, dict) else None
    return named[:200] if isinstance(named, str) else "frame"
