"""What a guest has to say, one thing after the other: not too fast, again where it was refused for a while, never lost.

A thread of its own does what may take time: sending, waiting for the echo, uploads, the history. Genesys takes five
messages a second of a session and answers 429 with the seconds to wait (facts: messaging §2.3, §2.6).
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..vendor_side.values import part, string
from . import frames
from .files import Files, Refused
from .history import History

if TYPE_CHECKING:
    from .guest import Guest
    from .tab import Tab

PER_SECOND: Final = 5
WINDOW: Final = 1.1  # seconds; a tenth more than Genesys counts by, as clocks differ
ITEMS_MAX: Final = 1_000
SLACK: Final = 0.05  # seconds beyond what Genesys asks us to wait
FATAL: Final = (4006, 4007, 4017)  # the session is over (facts: messaging §2.4)


@dataclass(slots=True)
class Item:
    """One thing to say. ``said`` is the message; a file is fetched from ``url`` first. ``text`` is what the guest sees
    of it as its own, "" for an event."""

    said: dict[str, Any]
    text: str = ""
    url: str = ""
    mime: str = ""
    tracing: str = field(default_factory=lambda: str(uuid.uuid4()))


class Outbox:
    """Speaks for one guest."""

    def __init__(self, guest: Guest, files: Files, history: History, faults: frozenset[str]) -> None:
        self._guest, self._files, self._history, self._faults = guest, files, history, faults
        self._items: deque[Item] = deque()
        self._sent: deque[float] = deque(maxlen=PER_SECOND)
        self.quiet_until = 0.0  # monotonic
        self.current: Item | None = None

    @property
    def has_work(self) -> bool:
        """Something was not said yet."""
        return self.current is not None or bool(self._items)

    def put(self, item: Item) -> bool:
        """Say it when it is its turn; False when too much is waiting."""
        with self._guest.changed:
            if len(self._items) >= ITEMS_MAX:
                return False
            self._items.append(item)
            self._guest.changed.notify_all()
        return True

    def run(self) -> None:
        """Until the guest is stopped."""
        guest = self._guest
        while True:
            with guest.changed:
                guest.changed.wait_for(lambda: guest.is_over or self._is_due())
                if guest.is_over:
                    return
                self.current = self._items.popleft() if self._items and not guest.is_behind else None
            if guest.is_behind:
                self._catch_up()
            elif self.current is not None:
                self._deliver(self.current)
                self.current = None
            else:
                self._join()

    def _is_due(self) -> bool:
        guest = self._guest
        return guest.ready_tab() is not None and (guest.is_behind or guest.must_join or bool(self._items))

    def _deliver(self, item: Item) -> None:
        if item.url:
            self._upload(item)
            return
        while (tab := self._wait_for_tab()) is not None:
            if self._guest.is_behind and self._catch_up(item):
                return
            self._join()
            answer = self._say(tab, item)
            if answer is not None and self._judge(tab, item, answer):
                return

    def _judge(self, tab: Tab, item: Item, answer: dict[str, Any]) -> bool:
        """Whether there is nothing more to do: it was echoed, or refused for good."""
        number = code_of(answer)
        if number == 200:
            self._guest.screen_own(item.tracing, item.text, "sent")
            return True
        if number in (429, 4029):
            if "loses_limited" in self._faults:
                return True
            self._hold(part(answer, "body").get("retryAfter"))
            return False
        is_lost = number in FATAL or "resets_on_error" in self._faults
        if is_lost and self._guest.lose_session():
            tab.reopen()
            return number not in FATAL
        self._guest.screen_own(item.tracing, item.text, "failed")
        if "hides_errors" not in self._faults:
            self._guest.screen.notice(f"This message was not sent: {said_of(answer)}")
        return True

    def _say(self, tab: Tab, item: Item) -> dict[str, Any] | None:
        """The answer; None where the connection broke, or nothing came in time."""
        attributes = self._guest.attributes
        if attributes and "untrimmed_attributes" not in self._faults:
            attributes = frames.trimmed(attributes)
        self._pace()
        answer = tab.ask(frames.message(item.said, item.tracing, attributes if item.text else None), item.tracing)
        self._sent.append(time.monotonic())  # Genesys has counted it by now
        if answer is not None and item.text:
            self._guest.attributes = {}
        return answer

    def _join(self) -> None:
        """The conversation starts by itself, where the deployment has that switched on."""
        guest = self._guest
        tab = guest.ready_tab()
        if not guest.must_join or tab is None:
            return
        guest.must_join = False
        for _ in range(2 if "joins_twice" in self._faults else 1):
            self._say(tab, Item(frames.presence("Join")))

    def _pace(self) -> None:
        """Wait until one more may be said."""
        now = time.monotonic()
        if "no_queue" not in self._faults and len(self._sent) == PER_SECOND and self._sent[0] > now - WINDOW:
            self._guest.stopping.wait(self._sent[0] + WINDOW - now)

    def _hold(self, seconds: object) -> None:
        wait = float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 1.0
        if "ignores_retry_after" in self._faults:
            wait = 0.2
        self.quiet_until = time.monotonic() + wait + SLACK
        self._guest.stopping.wait(wait + SLACK)

    def _wait_for_tab(self) -> Tab | None:
        guest = self._guest
        with guest.changed:
            guest.changed.wait_for(lambda: guest.is_over or guest.ready_tab() is not None)
            return None if guest.is_over else guest.ready_tab()

    def _catch_up(self, item: Item | None = None) -> bool:
        """Read what was said while nobody listened; whether ``item`` had arrived after all."""
        guest = self._guest
        guest.is_behind = False
        tab = guest.ready_tab()
        if tab is None or self._faults & {"no_history", "forgets_history"}:
            return False
        tracing = str(uuid.uuid4())
        answer = tab.ask({"action": "getJwt", "tracingId": tracing}, tracing)
        jwt = string(part(answer, "body").get("jwt"))
        has_arrived = False
        for body in self._history.read(jwt) if jwt else ():
            if body.get("direction") == "Outbound":
                guest.show(body)
            elif item is not None and string(body.get("text")) == item.text and body.get("id") not in guest.echoed:
                has_arrived = bool(item.text)
        if has_arrived and item is not None:
            guest.screen_own(item.tracing, item.text, "sent")
        return has_arrived

    def _upload(self, item: Item) -> None:
        """Announce the file, put it where Genesys says, wait until it has arrived, then say it."""
        try:
            attachment = self._arrive(item)
        except Refused as refused:
            self._guest.screen_own(item.tracing, item.text, "failed")
            if "hides_upload_errors" not in self._faults:
                self._guest.screen.notice(f"The file was not sent: {refused}")
            return
        if attachment:
            self._deliver(Item(frames.attached(attachment, item.text), item.text or "(file)"))

    def _arrive(self, item: Item) -> str:
        file = self._files.fetch(item.url, item.mime)
        tab = self._wait_for_tab()
        if tab is None:
            return ""
        self._join()
        attachment = str(uuid.uuid4())
        answer = tab.ask(file.announced(attachment, item.tracing), item.tracing, attachment)
        if answer is None:
            raise Refused("the connection broke")
        body = part(answer, "body")
        if answer.get("class") != "PresignedUrlResponse":
            raise Refused(said_of(answer))
        headers = {name: string(value) for name, value in part(body, "headers").items()}
        put = threading.Thread(target=self._files.put, args=(file, string(body.get("url")), headers), daemon=True)
        if "sends_before_upload" in self._faults:
            self._deliver(Item(frames.attached(attachment), "(file)"))
        put.start()
        event = self._guest.wait_for_upload(attachment)
        if event is None or event.get("class") != "UploadSuccessEvent":
            raise Refused(said_of(event or {}))
        return "" if "sends_before_upload" in self._faults else attachment


def code_of(frame: dict[str, Any]) -> int:
    """What a frame says how it went."""
    number = frame.get("code")
    return number if isinstance(number, int) and not isinstance(number, bool) else 200


def said_of(frame: dict[str, Any]) -> str:
    """An error in words."""
    body = frame.get("body")
    text = body if isinstance(body, str) else string(part(frame, "body").get("errorMessage"))
    return f"{text or 'it did not arrive'} ({code_of(frame)})"
