"""The recording seam of the guest socket: the upgrade, every frame in and out, and notes about a socket.

A guest is the ``customer`` of its entries and never named by its token, which ``contracts/redaction.toml`` takes out of
the frames. The frame that begins a conversation is linked to it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from understudy.clock import Clock, Moment, OrgClock
from understudy.record.entry import Direction, Entry
from understudy.record.recorder import Recorder
from understudy.web_messaging.guests import INTERFACE, Guest
from understudy.web_messaging.messages import FORMS
from understudy.web_messaging.prepared import frame_of

if TYPE_CHECKING:
    from understudy.world.org import Org

SIGN_IN: Final = "configureAuthenticatedSession"  # its frame has a secret of its own …
UNREAD: Final = "frame"  # … and one that is no known action's may have been meant as such
SECRETIVE: Final = ("JwtResponse", "ResumeTokenResponse", "PresignedUrlResponse", "UploadSuccessEvent")
NAME_MAX: Final = 100
EARLY_MAX: Final = 20  # entries of a socket that wait for its guest
SAID: Final = ("token", "probe")  # beside what every entry of the socket says
UUID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Seam:
    """Records one socket, from the upgrade to the last frame. ``org`` is None where the deployment is unknown."""

    def __init__(self, recorder: Recorder, clock: Clock, org: Org | None, peer: str, deployment: str) -> None:
        self.exchange = recorder.exchange()
        self.guest: Guest | None = None
        self._recorder, self._peer = recorder, peer
        self._org_id = org.id if org is not None else ""
        self._clock = org.clock if org is not None else OrgClock(clock)
        self._data: dict[str, Any] = {"deployment": deployment}
        self._early: list[Entry] = []  # until it is known whose they were

    def about(self, socket: int) -> None:
        """From here on it is this socket."""
        self._data["socket"] = socket

    def request(self, line: str, headers: Iterable[tuple[str, str]]) -> None:
        """The upgrade request."""
        self._message(line, "in", headers=headers)

    def response(self, status: int, headers: Iterable[tuple[str, str]], body: bytes = b"") -> None:
        """The answer to it: 101, or a refusal."""
        self._message(str(status), "out", status=status, headers=headers, body=body)

    def received(self, data: str | bytes) -> Entry:
        """A frame of the client. Its token is a secret, so what form it has is said beside it."""
        raw = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
        frame = frame_of(raw)
        name = name_of(frame)
        is_plain = name in FORMS and name != SIGN_IN and SIGN_IN.encode() not in raw
        operation = "" if is_plain else SIGN_IN if name in FORMS else UNREAD
        return self._message(name, "in", body=raw, operation=operation, token=token_form(frame.get("token")))

    def sent(self, text: str, probe: str = "") -> None:
        """A frame of ours; ``probe`` is what a test made of it."""
        name = sent_name(text)
        more = {"probe": probe} if probe else {}
        self._message(name, "out", body=text.encode(), operation=name if name in SECRETIVE else "", **more)

    def close(self, code: int, reason: str) -> None:
        """The close frame that we send."""
        self._message(f"close {code}", "out", body=reason.encode())

    def link(self, entry: Entry) -> None:
        """The frame began the conversation, or said whose socket it is: then all that came before is that guest's."""
        guest = self.guest
        if guest is None:
            return
        for early in self._early:
            if early is not entry:
                self._recorder.link(early, moment=self._moment(), conversation=None, customer=guest.id)
        self._early.clear()
        if (entry.customer, entry.conversation) != (guest.id, guest.conversation or None):
            self._recorder.link(
                entry, moment=self._moment(), conversation=guest.conversation or None, customer=guest.id
            )

    def note(self, name: str, **data: Any) -> None:
        """A cause: what a client did wrong, why it was refused, a socket that was dropped."""
        conversation, customer = self._whose()
        self._recorder.note(
            name, moment=self._moment(), interface=INTERFACE, org=self._org_id, conversation=conversation,
            customer=customer, **self._data, **data,
        )  # fmt: skip

    def _message(self, name: str, direction: Direction, **fields: Any) -> Entry:
        conversation, customer = self._whose()
        entry = self._recorder.message(
            name=name,
            interface=INTERFACE,
            direction=direction,
            moment=self._moment(),
            peer=self._peer,
            exchange=self.exchange,
            org=self._org_id,
            conversation=conversation,
            customer=customer,
            data={**self._data, **{key: fields.pop(key) for key in SAID if key in fields}},
            **fields,
        )
        if customer is None and direction == "in" and len(self._early) < EARLY_MAX:
            self._early.append(entry)
        return entry

    def _whose(self) -> tuple[str | None, str | None]:
        guest = self.guest
        return (guest.conversation or None, guest.id) if guest is not None else (None, None)

    def _moment(self) -> Moment:
        return self._clock.moment()


def received_name(raw: bytes) -> str:
    """The name of a client's frame: its action, or ``frame``."""
    return name_of(frame_of(raw))


def name_of(frame: Mapping[str, Any]) -> str:
    """The same of a frame that was read."""
    action = frame.get("action")
    return action[:NAME_MAX] if isinstance(action, str) and action else UNREAD


def token_form(token: object) -> str:
    """What a client calls its session by: ``uuid``, ``other`` or ``none`` (facts: messaging §2.2: a UUID)."""
    if not isinstance(token, str) or not token:
        return "none"
    return "uuid" if UUID.fullmatch(token) else "other"


def sent_name(text: str) -> str:
    """The name of our own frame: its class, or the error code of a refusal (``string 4011``)."""
    _, _, rest = text.partition('"class":"')
    name, _, rest = rest.partition('"')
    code = rest.partition('"code":')[2].partition(",")[0]
    return f"{name} {code}" if name == "string" else name
