"""A scripted agent: goes on queue, accepts, reads, answers, transfers, disconnects, wraps up."""

from __future__ import annotations

from typing import Any

from understudy.actors.customer import Customer
from understudy.actors.slot import PATIENCE, NeverHappened
from understudy.clock import RealClock
from understudy.control.client import OrgClient
from understudy.errors import UnderstudyError


class Agent:
    """One agent of the org; has one conversation in hand at a time."""

    def __init__(self, client: OrgClient, user: str, name: str) -> None:
        self._client = client
        self.user, self.name = user, name
        self.conversation = ""
        self.participant = ""
        self.communication = ""

    def on_queue(self) -> None:
        """Take conversations."""
        self._client.perform("RoutingStatus", user=self.user, status="IDLE")

    def off_queue(self) -> None:
        """Take none."""
        self._client.perform("RoutingStatus", user=self.user, status="OFF_QUEUE")

    def accepts(self, customer: Customer, timeout: float = PATIENCE, *, anyone: bool = False) -> None:
        """Answer this customer's conversation once it alerts at this agent; with ``anyone`` once it alerts at all, and
        this is then the agent who was alerted: tests that share a slot share its agents."""
        self.conversation = customer.conversation(timeout)
        alert = self._wait_for_alert(timeout, anyone=anyone)
        self.user, self.name = alert["user"], alert["name"]
        self.participant, self.communication = alert["id"], alert["communication"]["id"]
        self._client.perform("AgentAccept", conversation=self.conversation, participant=self.participant)

    def reads(self) -> list[dict[str, Any]]:
        """The messages of the conversation in hand, oldest first."""
        return list(self._view()["messages"])

    def attributes(self) -> dict[str, str]:
        """The customer participant's attributes: the context of a handoff."""
        return dict(self._view()["participants"][0]["attributes"])

    def says(self, text: str, **more: Any) -> str:
        """Send a text (or, with ``type`` and ``content``, a structured message); returns the message id."""
        sent = self._client.perform(
            "SendMessage", conversation=self.conversation, communication=self.communication, sender="agent",
            text=text, user=self.user, **more,
        )  # fmt: skip
        return str(sent["id"])

    def types(self) -> None:
        """Show a typing indicator to the customer."""
        self.says("", type="Event", events=[{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}])

    def transfers(self, *, queue: str | None = None, user: str | None = None) -> None:
        """Blind transfer to a queue or another agent, by id."""
        self._client.perform(
            "Transfer", conversation=self.conversation, participant=self.participant, queue=queue, user=user
        )

    def leaves(self) -> None:
        """Disconnect from the conversation, which ends it when nobody else is there."""
        self._client.perform("Disconnect", conversation=self.conversation, participant=self.participant, kind="client")

    def wraps_up(self, notes: str = "", *, code: str = "") -> None:
        """Finish after-call work: with a wrap-up code (its name) and notes, or without: then it is skipped."""
        codes = self._client.get("entities/routing.wrapupcodes")["entities"]
        chosen = dict([("code", one["id"]) for one in codes if code and one["body"]["name"] == code][:1])
        if code and not chosen:
            raise UnderstudyError(f"the org has no wrap-up code called {code!r}")
        self._client.perform(
            "Wrapup", conversation=self.conversation, participant=self.participant, notes=notes, **chosen
        )

    def _view(self) -> dict[str, Any]:
        return dict(self._client.get(f"conversations/{self.conversation}"))

    def _wait_for_alert(self, timeout: float, *, anyone: bool) -> dict[str, Any]:
        clock = RealClock()
        end, after = clock.mono() + timeout, self._client.get("cursor")["changes"]
        while True:
            for participant in reversed(self._view()["participants"]):
                is_asked = participant["user"] == self.user or (anyone and participant["purpose"] == "agent")
                if is_asked and participant["communication"]["state"] == "alerting":
                    return dict(participant)
            left = end - clock.mono()
            if left <= 0:
                raise NeverHappened(
                    f"conversation {self.conversation} did not alert at {self.name} within {timeout:g} s"
                )
            match = {"conversation": self.conversation}
            after = self._client.wait("changes", left, after=after, kind="participant.state", match=match)["cursor"]
