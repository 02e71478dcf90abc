"""One guest: a token, the tabs in which the messenger is open, what is on the screen and what is to be said.

The token is a UUID of the guest's own making and stands for the session as long as Genesys knows it (facts: messaging
§2.2). Threads: one a tab, which reads; one of the outbox, which speaks. ``changed`` guards what both touch.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from typing import Any, Final

from ..vendor_side.values import items, part, string
from . import content, frames
from .files import Files
from .history import History
from .outbox import Item, Outbox
from .screen import Screen
from .settings import Settings
from .tab import Tab

TYPING_GAP: Final = 5.0  # seconds between two typing events (facts: messaging §2.2)
UPLOAD_SECONDS: Final = 20.0
TABS_MAX: Final = 10
KEPT: Final = 1_000
SHOWN: Final = ("Text", "Structured")


class Guest:
    """Played by a suite through the door."""

    def __init__(self, id_: str, settings: Settings, files: Files, stopping: threading.Event) -> None:
        self.id, self.settings, self.stopping, self.faults = id_, settings, stopping, settings.faults
        self.changed = threading.Condition(threading.RLock())
        self.token = self._new_token()
        self.screen = Screen(self.faults)
        self.attributes: dict[str, str] = {}
        self.echoed: deque[str] = deque(maxlen=KEPT)  # ids of own messages
        self.is_over = self.is_behind = self.must_join = self.has_ended = False
        self.uploads: dict[str, dict[str, Any]] = {}
        self.tabs: list[Tab] = []
        self._typed = float("-inf")
        history = History(settings.base_url, settings.origin)
        self.outbox = Outbox(self, files, history, self.faults)
        threading.Thread(target=self.outbox.run, name=f"outbox {id_}", daemon=True).start()

    # what the guest does

    def says(self, text: str) -> bool:
        """Write a text; False when too much is waiting."""
        return self._puts(Item(frames.text(text), text))

    def attaches(self, url: str, mime: str, text: str) -> bool:
        """Send a file."""
        return self._puts(Item({}, text or "(file)", url, mime))

    def clicks(self, option: dict[str, str]) -> bool:
        """Choose an option that was offered."""
        text, payload = option["text"], option["payload"]
        said = frames.clicked(option["type"], text, payload)
        if "click_as_text" in self.faults:
            said = frames.text(text)
        if "click_without_payload" in self.faults:
            said = frames.clicked(option["type"], text, text)
        return self._puts(Item(said, text))

    def types(self) -> bool:
        """Press a key: it is told at most every five seconds."""
        now = time.monotonic()
        if now - self._typed < TYPING_GAP and "types_each_key" not in self.faults:
            return True
        self._typed = now
        return self._puts(Item(frames.typing()))

    def leaves(self) -> bool:
        """End the chat, where there is one."""
        return not self.tabs or self.outbox.put(Item(frames.presence("Disconnect")))

    def opens_tab(self) -> bool:
        """The messenger in one more tab of the same browser."""
        with self.changed:
            if len(self.tabs) >= TABS_MAX:
                return False
            tab = Tab(self)
            self.tabs.append(tab)
        tab.start()
        return True

    def stop(self) -> None:
        """Everything ends."""
        with self.changed:
            self.is_over = True
            self.changed.notify_all()
        for tab in list(self.tabs):
            tab.stop()

    # what tabs tell

    def ready_tab(self) -> Tab | None:
        """The oldest tab over which something can be said."""
        with self.changed:
            if self.has_ended and "writes_into_ended" not in self.faults:
                return None
            return next((tab for tab in self.tabs if tab.is_ready), None)

    def configured(self, tab: Tab, body: dict[str, Any]) -> None:
        """The session is there: a new one, one that goes on, or one whose conversation has ended."""
        with self.changed:
            tab.is_ready = True
            is_new = body.get("newSession") is True
            self.has_ended = body.get("readOnly") is True and not is_new
            if (is_new and "never_joins" not in self.faults) or "joins_again" in self.faults:
                self.must_join = tab.starts_by_itself
            if not is_new and "forgets_history" in self.faults:
                self.screen.clear()
            self.is_behind = not is_new
            self.changed.notify_all()

    def show(self, body: dict[str, Any]) -> None:
        """A message of the other side, from the socket or the history."""
        item = content.shown(body, self.faults) if body.get("type") in SHOWN else None
        if item is not None:
            self.screen.show(string(body.get("id")), string(part(body, "channel").get("time")), item)

    def screen_own(self, tracing: str, text: str, state: str) -> None:
        """What the guest wrote, as the screen has it."""
        if text:
            self.screen.own(tracing, text, state)

    def echo(self, body: dict[str, Any], tracing: str, *, is_mine: bool) -> None:
        """A message of the guest's own came back: the tracing id says which."""
        self.echoed.append(string(body.get("id")))
        if "shows_echo" in self.faults:
            self.show({**body, "id": f"echo-{tracing}"})
        if "doubles_own" in self.faults:
            self.screen_own(f"{tracing} again", string(body.get("text")), "sent")
        if not is_mine:  # another tab or device of the guest said it
            self.screen_own(tracing or string(body.get("id")), string(body.get("text")), "sent")

    def happened(self, body: dict[str, Any]) -> None:
        """Events: the other side types, or the conversation ended."""
        for event in items(body.get("events")):
            if event.get("eventType") == "Typing":
                self.screen.typing(seconds_of(part(event, "typing").get("duration")))
            if part(event, "presence").get("type") == "Disconnect":
                with self.changed:
                    self.has_ended = part(body, "metadata").get("readOnly") == "true"
                    self.changed.notify_all()
                self.screen.notice("The conversation has ended.")

    def uploaded(self, frame: dict[str, Any]) -> None:
        """An upload arrived, or did not."""
        with self.changed:
            self.uploads[string(part(frame, "body").get("attachmentId"))] = frame
            while len(self.uploads) > KEPT:
                del self.uploads[next(iter(self.uploads))]
            self.changed.notify_all()

    def wait_for_upload(self, attachment: str) -> dict[str, Any] | None:
        """How an upload went; None where nobody said so in time."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_over or attachment in self.uploads, UPLOAD_SECONDS)
            return self.uploads.get(attachment)

    def lose_session(self) -> bool:
        """The session is over for good: the next one has a new token. False where it is kept all the same."""
        with self.changed:
            self.has_ended = self.is_behind = False
            if "keeps_expired" in self.faults:
                return False
            self.token = self._new_token()
            return True

    def tab_over(self, tab: Tab) -> None:
        """A tab reads no more."""
        with self.changed:
            if tab in self.tabs:
                self.tabs.remove(tab)
            self.changed.notify_all()

    def _puts(self, item: Item) -> bool:
        if item.text:
            self.screen_own(item.tracing, item.text, "sending")
        with self.changed:  # a tab that ends meanwhile sees the item, or is seen to end
            has_room = self.outbox.put(item)
            tab = next((one for one in self.tabs if one.goes_on), None)
            is_closed = self.has_ended and "writes_into_ended" not in self.faults
        if tab is None:
            self.opens_tab()
        elif is_closed:
            tab.start_anew()
        return has_room

    def _new_token(self) -> str:
        made = uuid.uuid4()
        return f"guest-{made.hex}" if "token_not_uuid" in self.faults else str(made)


def seconds_of(duration: object) -> float:
    """How long typing lasts, told in milliseconds."""
    if isinstance(duration, int | float) and not isinstance(duration, bool):
        return duration / 1000
    return TYPING_GAP
