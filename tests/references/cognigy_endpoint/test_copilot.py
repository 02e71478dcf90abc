"""AI Copilot: by whom it is let in, how it learns of messages, what it keeps; against the emulator where it matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from understudy.actors import Agent, Customer, Rehearsal
from understudy.references.cognigy_endpoint.copilot import places

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig
    from tests.references.conftest import FakeGenesys
    from tests.references.conftest import Rig as Polyai

Make = Callable[..., "Rig"]
Rehearse = Callable[..., Rehearsal]
REGION = "mypurecloud.com"  # of an org that says nothing of it


class Listening:
    """A conversation in the emulator that the copilot of an endpoint follows."""

    def __init__(
        self, rehearsal: Rehearsal, bot: Make, start: Callable[..., Polyai], *faults: str, domain: str
    ) -> None:
        env = rehearsal.slot.env
        self.until = start().until
        self.rig = bot(*faults, topology="messenger", base=env["GENESYS_BASE_URL"], domain=domain)
        login = {"oAuth2ClientId": env["GENESYS_CLIENT_ID"], "oAuth2ClientSecret": env["GENESYS_CLIENT_SECRET"]}
        assert self.rig.request("POST", "/credentials", login, {}).status == 200
        self.ann: Customer
        self.agent: Agent
        self.ann, self.agent = rehearsal.handed_over()
        self.rig.says("hi", genesysConversationId=self.agent.conversation)

    def door(self) -> dict[str, Any]:
        """What the copilot shows."""
        reply = self.rig.request("GET", f"/copilot/{self.agent.conversation}", headers={})
        assert reply.status == 200
        return reply.body

    def hears(self, sender: str, text: str) -> None:
        """Wait until the copilot has it."""
        self.until(self.door, lambda door: (sender, text) in [(one["from"], one["text"]) for one in door["messages"]])


def test_every_message_of_customer_and_agent_is_heard_in_order(
    rehearse: Rehearse, bot: Make, start: Callable[..., Polyai]
) -> None:
    listening = Listening(rehearse(), bot, start, domain=REGION)
    listening.hears("customer", "agent please")  # said before the copilot came
    listening.agent.says("How can I help?")
    listening.hears("agent", "How can I help?")
    listening.ann.says("My tea is cold")
    listening.hears("customer", "My tea is cold")
    listening.agent.says("A new one is on its way")
    listening.hears("agent", "A new one is on its way")
    door = listening.door()
    assert door["watching"]
    assert [one["from"] for one in door["messages"] if one["from"] != "bot"] == [
        "customer",
        "agent",
        "customer",
        "agent",
    ]
    assert door["messages"] == sorted(door["messages"], key=lambda one: str(one["time"]))


def test_with_its_fault_it_misses_the_agent(rehearse: Rehearse, bot: Make, start: Callable[..., Polyai]) -> None:
    listening = Listening(rehearse(), bot, start, "copilot_misses_agent", domain=REGION)
    listening.agent.says("How can I help?")
    listening.ann.says("My tea is cold")
    listening.hears("customer", "My tea is cold")
    assert "agent" not in {one["from"] for one in listening.door()["messages"]}


def test_another_regions_login_refuses_and_the_door_says_so(
    rehearse: Rehearse, bot: Make, start: Callable[..., Polyai]
) -> None:
    listening = Listening(rehearse(), bot, start, domain="mypurecloud.de")
    listening.until(listening.door, lambda door: door["problems"])
    assert "no token: invalid_client" in listening.door()["problems"][0]
    assert not listening.door()["watching"]


def test_other_credentials_are_used_from_the_next_turn_on(
    rehearse: Rehearse, bot: Make, start: Callable[..., Polyai]
) -> None:
    listening = Listening(rehearse(), bot, start, domain="login.mypurecloud.com")
    listening.until(listening.door, lambda door: door["problems"])
    assert "not a bare base domain" in listening.door()["problems"][0]
    listening.rig.request("POST", "/credentials", {"oAuth2Url": REGION}, {})
    assert listening.door()["problems"] == []
    listening.rig.says("hi", genesysConversationId=listening.agent.conversation)
    listening.hears("customer", "agent please")


def test_it_asks_the_regions_hosts_with_the_scope(
    genesys: FakeGenesys, bot: Make, start: Callable[..., Polyai]
) -> None:
    rig = bot(topology="messenger", domain="mypurecloud.de")
    genesys.scripts["/subscriptions"].append(start().scripted(403, {"code": "missing.permissions", "message": "no"}))
    rig.says("hi")
    genesys.wait("/subscriptions")
    (grant,) = genesys.to("/oauth/token")
    assert grant.headers["host"] == "login.mypurecloud.de"
    assert grant.body == "grant_type=client_credentials&scope=%2A"
    assert {call.headers["host"] for call in genesys.to("/channels")} == {"api.mypurecloud.de"}
    path = f"/copilot/{rig.conversation}"
    problems = start().until(lambda: rig.request("GET", path, headers={}).body["problems"], bool)
    assert problems[0].endswith("subscriptions: 403 missing.permissions: no")


def test_only_the_messenger_has_a_copilot_and_a_fault_takes_it(genesys: FakeGenesys, bot: Make) -> None:
    bot(topology="v1").says("hi")
    bot("no_copilot", topology="messenger").says("hi")
    rig = bot(topology="messenger")
    rig.says("hi", genesysConversationId="")
    assert rig.request("GET", "/copilot/nobody", headers={}).body == {
        "watching": False, "messages": [], "problems": [],
    }  # fmt: skip
    assert genesys.calls == []


def test_a_conversation_is_told_of_by_the_queues_and_agents_that_have_it_now() -> None:
    gone = {"purpose": "agent", "userId": "u0", "queueId": "q1", "endTime": "2026-01-01T00:00:00.000Z"}
    agent = {"purpose": "agent", "user": {"id": "u1"}, "queue": {"id": "q1"}}
    customer, flow = {"purpose": "customer", "queueId": "q9"}, {"purpose": "workflow"}
    queue = "v2.routing.queues.q1.conversations.messages"
    assert places({"participants": [gone, customer, flow, agent, {"purpose": "acd", "queueId": "q1"}]}) == [
        (queue, "v2.users.u1.conversations.messages"), (queue,),
    ]  # fmt: skip
    assert places({"participants": None}) == []
