"""A rehearsal: one test's view of its slot.

Everything is synchronous and goes through the control API. A test does things and waits; it asserts only that it got
there. What is right or wrong is said by rules over the record, inside the windows that ``check`` opens::

    with rehearsal.check("OM-08", texts=["hello"]):
        agent.says("hello")
        customer.sees(1)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from understudy.actors.administrator import Administrator
from understudy.actors.agent import Agent
from understudy.actors.customer import Customer
from understudy.actors.guest import LANGUAGE, ORIGIN, Guest
from understudy.actors.people import first_name
from understudy.actors.side import knock
from understudy.actors.slot import PATIENCE, NeverHappened, NotApplicable, Slot
from understudy.control.client import OrgClient
from understudy.errors import UnderstudyError


class Rehearsal:
    """One test's view of its slot."""

    def __init__(self, client: OrgClient, slot: Slot, test: str) -> None:
        self.client, self.slot, self.test = client, slot, test
        self.checks: list[str] = []
        self.customers: list[Customer] = []

    def customer(self, name: str = "", known_as: str = "") -> Customer:
        """A new customer, known to nobody yet; or one whom the endpoint knows under an id."""
        id_ = known_as or str(self.client.post("ids", purpose="customer")["id"])
        name = name or first_name(f"{self.slot.org}/{self.test}/{len(self.customers)}")
        self.client.note("test.customer", customer=id_, test=self.test, nickname=name)
        customer = Customer(self.client, self.slot, id_, name)
        self.customers.append(customer)
        return customer

    def guest(self, name: str = "", *, origin: str = ORIGIN, language: str = LANGUAGE, deployment: str = "") -> Guest:
        """Somebody with a messenger on a page of ``origin``, in a browser of ``language``; has not joined yet. Without
        ``deployment`` (an id) it is the slot's."""
        name = name or first_name(f"{self.slot.org}/{self.test}/{len(self.customers)}")
        id_ = deployment or self.slot.ids.get("UNDERSTUDY_DEPLOYMENT_ID", "")
        guest = Guest(self.client, self.slot, name, test=self.test, deployment=id_, origin=origin, language=language)
        self.customers.append(guest)
        return guest

    def administrator(self, client: str) -> Administrator:
        """Who configures the org by its Platform API, as the OAuth client of that name."""
        found = self.entity("oauth.clients", client)
        return Administrator(self.client.control.url, found["id"], str(found["body"]["secret"]))

    def agent(self, position: int = 0) -> Agent:
        """One of the org's agents (users who are members of a queue), in the order of the org file."""
        agents = self.client.get("agents")["agents"]
        if position >= len(agents):
            raise UnderstudyError(f"the org has {len(agents)} agents, not {position + 1}: add users to a queue")
        return Agent(self.client, agents[position]["id"], agents[position]["name"])

    def picked_up(self, customer: Customer, timeout: float = PATIENCE) -> Agent:
        """An agent on queue, who has accepted this customer's conversation."""
        agent = self.agent()
        agent.on_queue()
        agent.accepts(customer, timeout, anyone=True)
        return agent

    def colleague(self, agent: Agent) -> Agent:
        """An agent who is not this one."""
        return next(one for one in map(self.agent, range(2)) if one.user != agent.user)

    def handed_over(self, name: str = "") -> tuple[Customer, Agent]:
        """A customer who asked for a person, and the agent who has picked up; all greetings have been seen."""
        customer = self.customer(name)
        agent = self.agent()
        agent.on_queue()
        customer.says(self.setting("handoff_phrase"))
        agent.accepts(customer, anyone=True)
        customer.has_seen([m["text"] for m in agent.reads() if m["direction"] == "outbound" and m["type"] == "Text"])
        return customer, agent

    def known_customer(self, name: str = "") -> Customer:
        """Somebody whom the endpoint knows as a user in conversation with Genesys: handed over where there is a user
        side, else the user whom the setting ``known_user`` names."""
        if self.slot.user_side:
            return self.handed_over(name)[0]
        return self.customer(name, self.setting("known_user"))

    def setting(self, name: str) -> str:
        """A named setting of the endpoint; an empty one makes the check not applicable."""
        value = self.slot.settings.get(name, "")
        if not value:
            raise NotApplicable(f"setting {name!r} is empty")
        return value

    @contextmanager
    def check(self, id_: str, **expect: Any) -> Iterator[None]:
        """The window in which a check is ripe: what lies between belongs to it, with these expectations."""
        self.client.note("check.began", check=id_, test=self.test, expect=expect)
        self.checks.append(id_)
        try:
            yield
        except NotApplicable as error:
            self.skip(id_, str(error))
        finally:
            self.client.note("check.ended", check=id_, test=self.test)

    def skip(self, id_: str, reason: str) -> None:
        """A check does not apply here, for a reason."""
        self.checks.append(id_)
        self.client.note("check.skipped", check=id_, test=self.test, reason=reason)

    def expect(self, id_: str, **more: Any) -> None:
        """Add to the expectations of a check that is open: what is known only after the test has acted."""
        self.client.note("check.expects", check=id_, test=self.test, expect=more)

    def note(self, name: str, *, customer: str | None = None, **data: Any) -> None:
        """Write a mark into the record that a rule can refer to."""
        self.client.note(name, customer=customer, test=self.test, **data)

    def new_id(self) -> str:
        """A message id as the platform makes them."""
        return str(self.client.post("ids", purpose="message")["id"])

    def envelope(self, customer: Customer, id_: str) -> dict[str, Any]:
        """The ``channel`` of an outbound message, for probes that need control over it."""
        integration = self.slot.integration
        return {
            "id": integration, "platform": "Open", "type": "Private", "to": {"id": customer.id, "idType": "Opaque"},
            "from": {"nickname": "Genesys", "id": integration, "idType": "Opaque"}, "time": "2026-01-01T00:00:00.000Z",
            "messageId": id_,
        }  # fmt: skip

    def media(self, text: str, mime: str, **failing: Any) -> str:
        """The URL of a file that the emulator serves; ``size`` (zero bytes), ``delay`` (seconds) and ``status`` make it
        one that can't be had."""
        return str(self.client.post("media", name="file", mime=mime, text=text, **failing)["url"])

    def vendor_upstream(self, failing: int = 0, slow: float = 0.0) -> None:
        """Make the vendor's own upstream fail so many times, or slow by so many seconds; without both: well again."""
        path = self.setting("upstream_failures")
        self.note("vendor.upstream", failing=failing, slow=slow)
        url = self.slot.side.rstrip("/") + path
        knock("upstream_failures", "POST", url, {"failing": failing, "slow": slow})

    @property
    def is_real(self) -> bool:
        """The endpoint is a vendor's own, not a reference."""
        return self.slot.kind == "real"

    def cursor(self) -> int:
        """Where the changes are now; take it before you act."""
        return int(self.client.get("cursor")["changes"])

    def entry_cursor(self) -> int:
        """Where the record is now."""
        return int(self.client.get("cursor")["entries"])

    def wait(self, kind: str, *, after: int, timeout: float = PATIENCE, **match: Any) -> dict[str, Any]:
        """The first change of that kind behind the cursor; ``NeverHappened`` after ``timeout`` seconds."""
        found = self.client.wait("changes", timeout, after=after, kind=kind, match=match)["change"]
        if found is None:
            raise NeverHappened(f"no {kind} with {match} within {timeout:g} s")
        return dict(found)

    def wait_entry(self, *, after: int, timeout: float = PATIENCE, **match: Any) -> dict[str, Any]:
        """The first entry of the record that matches; dots in names are written ``__`` (``data__operation="…"``)."""
        asked = {key.replace("__", "."): value for key, value in match.items()}
        found = self.client.wait("entries", timeout, after=after, match=asked)["entry"]
        if found is None:
            raise NeverHappened(f"no entry with {asked} within {timeout:g} s")
        return dict(found)

    def after(self, seconds: float, rule: str) -> None:
        """Let an interval of the platform pass: jumps for a reference, waits on a real target, *not applicable* when
        that would be longer than ``--max-wait``."""
        if self.slot.kind == "reference":
            self.client.post("advance", patience=30.0, seconds=seconds, limit=20.0)
        elif seconds > self.slot.max_wait:
            raise NotApplicable(f"{rule}: needs {seconds:g} s of real time, --max-wait is {self.slot.max_wait:g}")
        else:
            self.pause(seconds)

    @contextmanager
    def shortened(self, limit: str, seconds: float, real: float) -> Iterator[float]:
        """A wait for the peer, shortened to ``seconds`` for a reference (the record shows it); yields what is in force,
        which for a real target is the platform's ``real`` figure."""
        if self.is_real:
            yield real
            return
        self.client.control.call("PUT", f"orgs/{self.slot.org}/waits", {limit: seconds})
        try:
            yield seconds
        finally:
            self.client.control.call("PUT", f"orgs/{self.slot.org}/waits", {limit: None})

    def pause(self, seconds: float) -> None:
        """A real wait, spent in the emulator's long poll."""
        self.client.wait("changes", seconds, after=self.cursor(), kind="nothing")

    def only_reference(self, why: str) -> None:
        """This variation needs the vendor to be configured anew: not applicable to a real target."""
        if self.slot.kind != "reference":
            raise NotApplicable(why)

    def probe(self, customer: Customer, **spec: Any) -> dict[str, Any]:
        """One hand-made delivery to the endpoint's webhook; returns status, seconds, body and entry ids."""
        sent = {"integration": self.slot.integration, "customer": customer.id, "test": self.test, **spec}
        return dict(self.client.post("probe", patience=60.0, **sent))

    def bot_turn(self, **spec: Any) -> dict[str, Any]:
        """One hand-made turn to the endpoint's bot (fields of ``bot_connector.probe.Probe``; the slot's integration
        unless given); returns status, seconds, body, session and entry ids."""
        sent = {"integration": self.slot.integration, "test": self.test, **spec}
        return dict(self.client.post("bot_turns", patience=150.0, **sent))

    def fault(self, **fault: Any) -> None:
        """The emulated Genesys misbehaves: fields of ``platform.faults.Fault``."""
        self.client.post("faults", **fault)

    def entity(self, type_: str, name: str) -> dict[str, Any]:
        """A configured entity by name or id."""
        for one in self.client.get(f"entities/{quote(type_, safe='')}")["entities"]:
            if name in (one["id"], one["body"].get("name")):
                return dict(one)
        raise UnderstudyError(f"the org has no {type_} called {name!r}")

    def activity(self) -> dict[str, Any]:
        """What the endpoint's OAuth client did so far: ``calls`` by operation, permissions ``granted``, ``used``,
        ``needed``."""
        return dict(self.client.get("activity"))

    def close(self) -> None:
        """Leave the slot as it was found: no live conversation of this test, no injected fault, agents off queue."""
        self.client.delete("faults")
        for customer in self.customers:
            if isinstance(customer, Guest):
                customer.hangs_up()
            for one in self.client.get("conversations", customer=customer.id)["conversations"]:
                if one["ended"] is None:
                    self.client.perform("Disconnect", conversation=one["id"], kind="system")
        if not self.is_real:
            for agent in self.client.get("agents")["agents"]:
                self.client.perform("RoutingStatus", user=agent["id"], status="OFF_QUEUE")
