"""AI Copilot: follows a conversation by notifications and keeps what the customer and the agent say.

A bot turn names the conversation. No topic carries the texts of a conversation by its id: its detail events say that it
reaches a queue or an agent, and their topics tell of every message, without its text (facts: platform-api §5). So each
event means: read what is new, by ``GET /conversations/messages/{id}`` and ``…/messages/bulk``.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Final
from urllib.parse import quote

from ..vendor_side.genesys import Answer
from ..vendor_side.journal import log
from ..vendor_side.lanes import Lanes
from ..vendor_side.subscriptions import CHANNELS, Subscriptions
from ..vendor_side.values import items, part, string
from .account import Account
from .heard import WORDS, Conversations, Heard, message_ids, read_messages

DETAIL: Final = "v2.detail.events.conversation"
KINDS: Final = ("acd.start", "user.start", "user.end")
MESSAGES: Final = "/api/v2/conversations/messages"
PROBLEMS_MAX: Final = 20
BULK_MAX: Final = 50
ASKED_MAX: Final = 1_000


class Copilot:
    """Follows conversations with one account, which can be changed (``use``)."""

    def __init__(
        self, account: Account, lanes: Lanes, stopping: threading.Event, backoff: float, faults: frozenset[str]
    ) -> None:
        self._lanes, self._stopping, self._backoff, self._faults = lanes, stopping, backoff, faults
        self._conversations = Conversations()
        self.problems: deque[str] = deque(maxlen=PROBLEMS_MAX)
        self._lock = threading.Lock()
        self._asked: dict[str, bool] = {}  # topics of queues and agents → whether Genesys lets us
        self._account, self._subscriptions = account, self._subscribed_by(account)

    def use(self, account: Account) -> None:
        """From now on this client; what was watched is watched anew when its next turn comes."""
        self._subscriptions.stop()
        self._account, self._subscriptions = account, self._subscribed_by(account)
        self._conversations, self._asked = Conversations(), {}
        self.problems.clear()

    def attend(self, conversation: str) -> None:
        """A turn named the conversation. Waits for nothing."""
        if not conversation or "no_copilot" in self._faults:
            return
        heard = self._conversations.admit(conversation)
        if not heard.is_watched and not heard.is_due:
            heard.is_due = self._lanes.put(f"copilot {conversation}", lambda: self._start(heard))

    def read(self, conversation: str) -> dict[str, Any]:
        """What is known of a conversation: ``messages`` of customer and agent (and bot), and what went wrong."""
        heard = self._conversations.find(conversation)
        said = list(heard.messages.values()) if heard is not None else []
        shown = [{key: one[key] for key in ("id", "from", "text", "time")} for one in said if one["type"] in WORDS]
        if "copilot_misses_agent" in self._faults:
            shown = [one for one in shown if one["from"] != "agent"]
        watched = heard is not None and heard.is_watched
        return {"watching": watched, "messages": shown, "problems": list(self.problems)}

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Make a call; what goes wrong is kept for the door."""
        answer = self._account.call(method, path, body)
        if not answer.is_ok and not self._stopping.is_set():
            reason = answer.error or f"{answer.body.get('code', '')}: {answer.body.get('message', '')}"
            self.problems.append(f"{method} {path}: {answer.status} {reason}")
            if answer.error:
                log(f"copilot: {answer.error}")
        return answer

    def open_channel(self) -> Answer:
        """A notification channel."""
        return self.call("POST", CHANNELS)

    def subscribe(self, channel: str, topics: list[str], *, replace: bool = False) -> Answer:
        """Add topics to a channel, or make them its only ones."""
        path = f"{CHANNELS}/{quote(channel, safe='')}/subscriptions"
        return self.call("PUT" if replace else "POST", path, [{"id": topic} for topic in topics])

    def stop(self) -> None:
        """Close the socket; ``stopping`` is set by now."""
        self._subscriptions.stop()

    def _subscribed_by(self, account: Account) -> Subscriptions:
        return Subscriptions(self, self._hear, self._stopping, self._backoff, account.via)

    def _start(self, heard: Heard) -> None:
        heard.is_due = False
        topics = [f"{DETAIL}.{heard.id}.{kind}" for kind in KINDS]
        heard.is_watched = self._subscriptions.watch(heard.id, topics)
        if heard.is_watched:
            self._look(heard)  # what was said before the topics were subscribed

    def _hear(self, key: str, topic: str, body: dict[str, Any]) -> None:
        """An event, on the socket's thread: hand it on. ``key`` is a conversation, or the topic of a queue or agent."""
        if not topic:
            for id_ in self._conversations.ids():
                self._look_soon(id_)
        else:
            self._look_soon(string(body.get("id")) if key == topic else key)

    def _look_soon(self, conversation: str) -> None:
        heard = self._conversations.find(conversation)
        if heard is not None and not heard.is_due:
            heard.is_due = self._lanes.put(f"copilot {conversation}", lambda: self._look(heard))

    def _look(self, heard: Heard) -> None:
        """Read what is new; and again where a topic was not watched yet while it was read."""
        heard.is_due = False
        path = f"{MESSAGES}/{quote(heard.id, safe='')}"
        answer = self.call("GET", path)
        ids = heard.lacks(message_ids(answer.body)) if answer.is_ok else []
        for start in range(0, len(ids), BULK_MAX):
            said = self.call("POST", f"{path}/messages/bulk", ids[start : start + BULK_MAX])
            heard.add(read_messages(said.body.get("entities")))
        followed = [self._follow(place) for place in places(answer.body)]
        if any(followed):
            self._look_soon(heard.id)

    def _follow(self, topics: tuple[str, ...]) -> bool:
        """Watch the first of the topics that Genesys lets us; whether it is a new one."""
        if any(self._asked.get(topic) for topic in topics):
            return False
        for topic in topics:
            if topic not in self._asked:
                is_watched = self._subscriptions.watch(topic.lower(), [topic])
                with self._lock:  # several conversations are looked at at once
                    self._asked[topic] = is_watched
                    while len(self._asked) > ASKED_MAX:
                        del self._asked[next(iter(self._asked))]
                if is_watched:
                    return True
        return False


def places(conversation: dict[str, Any]) -> list[tuple[str, ...]]:
    """Where a conversation's messages are told of: for each that takes part, the topics that do, the best first."""
    found: dict[tuple[str, ...], None] = {}
    for one in items(conversation.get("participants")):
        if one.get("endTime") or one.get("purpose") not in ("acd", "agent"):
            continue
        queue = string(one.get("queueId")) or string(part(one, "queue").get("id"))
        user = string(one.get("userId")) or string(part(one, "user").get("id"))
        topics = [f"v2.routing.queues.{queue}.conversations.messages"] if queue else []
        found[tuple(topics + ([f"v2.users.{user}.conversations.messages"] if user else []))] = None
    return [topics for topics in found if topics]
