"""A visitor: a customer whose messenger is the vendor's own client, played through its user side.

The client says in ``journeyContext.customer.id`` who its visitor is, by the name that the user side knows; so a test
finds the guest that the org knows, whose id is another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from understudy.actors.agent import Agent
from understudy.actors.customer import Customer
from understudy.actors.doors import door
from understudy.actors.people import first_name
from understudy.actors.rehearsal import Rehearsal
from understudy.actors.side import knock
from understudy.actors.slot import PATIENCE, NeverHappened
from understudy.clock import RealClock

EVERY: Final = 0.05  # seconds between looks


class Visitor(Customer):
    """Somebody who chats by the vendor's messenger. ``id`` is the user side's name."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        id_ = str(rehearsal.client.post("ids", purpose="customer")["id"])
        name = first_name(f"{rehearsal.slot.org}/{rehearsal.test}/{len(rehearsal.customers)}")
        super().__init__(rehearsal.client, rehearsal.slot, id_, name)
        self._rehearsal = rehearsal
        self._guests: list[str] = []
        rehearsal.client.note("test.customer", customer=id_, test=rehearsal.test, nickname=name)
        rehearsal.customers.append(self)

    def guest(self, timeout: float = PATIENCE) -> str:
        """The id that the org knows this visitor by now; waits until the client has a session."""
        return str(self._known(timeout)["customer"])

    def conversation(self, timeout: float = PATIENCE) -> str:
        """The id of the conversation that this visitor's messages go to; waits for one to begin."""
        clock = RealClock()
        end = clock.mono() + timeout
        while not (found := str(self._known(max(end - clock.mono(), 0.0))["conversation"])):
            if clock.mono() > end:
                raise NeverHappened(f"no conversation of {self.name} began within {timeout:g} s")
            clock.pause(EVERY)
        return found

    def meets(self, agent: Agent) -> Agent:
        """Write, and be picked up by the agent."""
        agent.on_queue()
        self.says("Good morning")
        agent.accepts(self, anyone=True)
        return agent

    def hears(self, *frames: Mapping[str, Any], **spec: Any) -> int:
        """Frames of the test's own making, as they stand, and what else ``web_messaging.prepared`` has (``drop``,
        ``close``, ``prepare``); returns how many connections there are."""
        texts = [json.dumps(frame, ensure_ascii=False, separators=(",", ":")) for frame in frames]
        sent = {"customer": self.guest(), "frames": texts, "test": self._rehearsal.test, **spec}
        return int(self._client.post("guest_frames", **sent)["connections"])

    def is_cut_off(self, tries: int = 0) -> None:
        """The connection breaks (1006), and so do the next ``tries`` with which the client comes back."""
        prepared = [{"on": "configureSession", "drop": True, "times": tries}] if tries else []
        self.hears(drop=True, probe="cut", prepare=prepared)

    def meets_next(self, action: str, times: int = 1, **what: Any) -> None:
        """The client's next frame with this action is answered otherwise: ``code`` (``retry_after``) or ``frames``."""
        self.hears(probe="prepared", prepare=[{"on": action, "times": times, **what}])

    def opens_tab(self) -> None:
        """The messenger in one more tab of the browser (setting ``tabs_door``)."""
        self._page("tabs_door", {"user": self.id})

    def has_attributes(self, attributes: Mapping[str, str]) -> None:
        """What the page tells of its visitor, sent with the next message (setting ``attributes_door``)."""
        self._page("attributes_door", {"user": self.id, "attributes": dict(attributes)})

    def _page(self, setting: str, body: Any) -> None:
        knock(setting, "POST", door(self._rehearsal, setting), body)

    def _known(self, timeout: float) -> dict[str, Any]:
        clock = RealClock()
        end = clock.mono() + timeout
        while True:
            found = dict(self._client.post("guests", journey=self.id))
            if found["customer"]:
                self._keep(str(found["customer"]))
                return found
            if clock.mono() > end:
                raise NeverHappened(f"the client of {self.name} has no session within {timeout:g} s")
            clock.pause(EVERY)

    def _keep(self, guest: str) -> None:
        """What the record says of this guest belongs to the test, and its conversation is closed with it."""
        if guest in self._guests:
            return
        self._guests.append(guest)
        self._client.note("test.customer", customer=guest, test=self._rehearsal.test, nickname=self.name)
        self._rehearsal.customers.append(Customer(self._client, self._slot, guest, self.name))
