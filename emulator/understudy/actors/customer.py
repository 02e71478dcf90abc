"""A customer: on the vendor's user side in the ``channel`` topology, in Genesys' hands in ``forward``."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from understudy.actors.slot import PATIENCE, NeverHappened, NotApplicable, Slot
from understudy.clock import RealClock
from understudy.control.client import OrgClient


class Customer:
    """One person who writes and reads."""

    def __init__(self, client: OrgClient, slot: Slot, id_: str, name: str) -> None:
        self._client, self._slot = client, slot
        self.id, self.name = id_, name
        self._seen = 0

    def says(self, text: str) -> None:
        """Write a text."""
        if self._slot.profile == "forward":
            self._client.perform(
                "CustomerSays", integration=self._slot.integration, customer=self.id, nickname=self.name, text=text
            )
        else:
            self._act("say", text=text)

    def attaches(self, url: str, mime: str, media_type: str) -> None:
        """Send a file that lies at ``url``; ``media_type`` is Image, Video, Audio or File."""
        self._act("say", attachment={"url": url, "mime": mime, "mediaType": media_type})

    def clicks(self, option: dict[str, Any], message: dict[str, Any]) -> None:
        """Choose an option of a structured message that this customer saw."""
        self._act("say", postback={**option, "originatingMessageId": message.get("platformId", message["id"])})

    def types(self) -> None:
        """Press a key."""
        self._act("typing")

    def leaves(self) -> None:
        """End the chat."""
        self._act("end")

    def sees(self, at_least: int, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The messages shown since the last look, once there are ``at_least`` so many or the time is up.

        Never raises for too few: a rule says what should have been there.
        """
        if self._slot.profile == "forward":
            seen = self._inbox(self._seen + at_least, timeout)
        else:
            answer = self._act("seen", at_least=self._seen + at_least, timeout=timeout)
            seen = list(answer["messages"])
        fresh = seen[self._seen :]
        self._seen = len(seen)
        return fresh

    def has_seen(self, texts: list[str], timeout: float = PATIENCE) -> None:
        """Wait until all these texts were shown, or the time is up; then look away: ``sees`` starts behind them."""
        end = RealClock().mono() + timeout
        shown: list[str] = []
        while RealClock().mono() < end:
            shown += [str(message.get("text", "")) for message in self.sees(1, min(timeout, 0.5))]
            if all(text in shown for text in texts):
                return

    def conversation(self, timeout: float = PATIENCE) -> str:
        """The id of the newest conversation of this customer; waits for one to begin."""
        after = self._client.get("cursor")["changes"]
        found = self._conversations()
        if not found:
            self._client.wait("changes", timeout, after=after, kind="conversation.started", match={"customer": self.id})
            found = self._conversations()
        if not found:
            raise NeverHappened(f"no conversation of customer {self.id} began within {timeout:g} s")
        return str(found[-1]["id"])

    def history(self) -> list[dict[str, Any]]:
        """The messages of this customer's newest conversation, oldest first, as Genesys knows them."""
        conversation = self._client.get(f"conversations/{self.conversation()}")
        return list(conversation["messages"])

    def _conversations(self) -> list[dict[str, Any]]:
        return list(self._client.get("conversations", customer=self.id)["conversations"])

    def _act(self, verb: str, **body: Any) -> Any:
        if not self._slot.user_side:
            raise NotApplicable("no user side: [user_side] names neither url nor command")
        return self._client.post(f"users/{quote(self.id, safe='')}/{verb}", **body)

    def _inbox(self, at_least: int, timeout: float) -> list[dict[str, Any]]:
        clock = RealClock()
        end, after = clock.mono() + timeout, self._client.get("cursor")["changes"]
        while True:
            inbox = list(self._client.get("live/forward.inbox")["live"].get(self.id, []))
            left = end - clock.mono()
            if len(inbox) >= at_least or left <= 0:
                return inbox
            match = {"customer": self.id}
            after = self._client.wait("changes", left, after=after, kind="customer.saw", match=match)["cursor"]
