"""Fifty orgs on one port, eight clients each at once: nobody sees another org's things, ids repeat with the seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from tests.integration.conftest import Serve, Serving

ORGS, CLIENTS, QUEUES = 50, 8, 2
SECRET = "the-secret-of-an-integration"
TEXT = """
organization: {{id: org-{n}, name: Org {n}}}
authorization.roles:
  - {{name: admin, permissionPolicies: [{{domain: "*", entityName: "*", actionSet: ["*"]}}]}}
messaging.supportedcontent: [{{name: Default}}]
messaging.integrations.open:
  - id: integration-{n}
    name: Chat
    outboundNotificationWebhookUrl: http://127.0.0.1:9/
    outboundNotificationWebhookSignatureSecretToken: {secret}
    supportedContent: Default
oauth.clients:
  - {{id: client-{n}, secret: secret-{n}, name: Client, roles: [admin]}}
"""


@dataclass
class Org:
    """One org as its clients see it, and the ids that it gave."""

    number: int
    in_order: list[str] = field(default_factory=list)  # by one client, one after the other
    at_once: set[str] = field(default_factory=set)  # by eight clients at once
    conversations: set[str] = field(default_factory=set)

    @property
    def given(self) -> tuple[list[str], set[str], set[str]]:
        return self.in_order, self.at_once, self.conversations


class Client:
    """One client of one org, with a token of its own."""

    def __init__(self, session: aiohttp.ClientSession, url: str, org: Org, number: int) -> None:
        self.session, self.url, self.org, self.number = session, url, org, number
        self.name = f"org {org.number} client {number}"
        self.headers: dict[str, str] = {}

    async def log_in(self) -> None:
        basic = aiohttp.encode_basic_auth(f"client-{self.org.number}", f"secret-{self.org.number}")
        form = {"grant_type": "client_credentials"}
        async with self.session.post(f"{self.url}/oauth/token", data=form, headers={"Authorization": basic}) as answer:
            self.headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}

    async def ask(self, method: str, path: str, body: Any = None, *, status: int | tuple[int, ...] = 200) -> Any:
        url = f"{self.url}/api/v2{path}"
        async with self.session.request(method, url, json=body, headers=self.headers) as answer:
            text = await answer.text()
            assert answer.status in (status if isinstance(status, tuple) else (status,)), (
                f"{self.name}: {method} {path}: {answer.status} {text}"
            )
            return await answer.json() if text else None

    async def prepare(self) -> None:
        """One after the other: what the org gives for it depends on nobody."""
        await self.log_in()
        for n in range(3):
            queue = await self.ask("POST", "/routing/queues", {"name": f"org {self.org.number} queue {n}"})
            skill = await self.ask("POST", "/routing/skills", {"name": f"org {self.org.number} skill {n}"})
            self.org.in_order += [queue["id"], skill["id"]]

    async def work(self, other: Org) -> None:
        """Create, read, list, change, delete, and let a customer write; look for another org's things."""
        await self.log_in()
        made = [await self.ask("POST", "/routing/queues", {"name": f"{self.name} queue {n}"}) for n in range(QUEUES)]
        self.org.at_once |= {queue["id"] for queue in made}
        assert (await self.ask("GET", f"/routing/queues/{made[0]['id']}"))["name"] == f"{self.name} queue 0"
        await self.ask("GET", f"/routing/queues/{other.in_order[0]}", status=404)
        skill = await self.ask("POST", "/routing/skills", {"name": f"{self.name} skill"})
        await self.ask("DELETE", f"/routing/skills/{skill['id']}", status=(200, 204))
        await self.ask("GET", f"/routing/skills/{skill['id']}", status=404)
        channel = {"from": {"id": self.name, "idType": "Opaque"}, "time": "2026-07-01T10:00:00.000Z"}
        inbound = "inbound/open/message?prefetchConversationId=true"
        said = {"channel": channel, "text": f"hello from {self.name}"}
        sent = await self.ask("POST", f"/conversations/messages/integration-{self.org.number}/{inbound}", said)
        self.org.conversations.add(sent["conversationId"])
        await self.ask("POST", f"/conversations/messages/integration-{other.number}/{inbound}", said, status=404)
        conversation = await self.ask("GET", f"/conversations/{sent['conversationId']}")
        assert conversation["participants"][0]["messages"][0]["fromAddress"]["addressNormalized"] == self.name
        listed = await self.ask("GET", "/routing/queues?pageSize=100")
        names = [queue["name"] for queue in listed["entities"]]
        assert all(name.startswith(f"org {self.org.number} ") for name in names), names
        assert {f"{self.name} queue {n}" for n in range(QUEUES)} <= set(names)


async def rehearse(url: str, numbers: Iterable[int]) -> list[Org]:
    """All clients of all orgs at once."""
    orgs = [Org(number) for number in numbers]
    connector = aiohttp.TCPConnector(limit=ORGS * CLIENTS)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(Client(session, url, org, 99).prepare() for org in orgs))
        await asyncio.gather(
            *(
                Client(session, url, org, number).work(orgs[place - 1])
                for number in range(CLIENTS)
                for place, org in enumerate(orgs)
            )
        )
    return orgs


def load(serving: Serving, numbers: Iterable[int]) -> None:
    for n in numbers:
        text = TEXT.format(n=n, secret=SECRET)
        serving.control.call("POST", "orgs", {"text": text, "path": "org.yaml", "env": {}})


def test_four_hundred_clients_of_fifty_orgs_never_meet_and_ids_follow_from_the_seed(serve: Serve) -> None:
    config = {"seed": 7, "salt": "same"}
    with serve(**config) as first:
        load(first, range(ORGS))
        found = asyncio.run(rehearse(first.url, range(ORGS)))
        everything = [id_ for org in found for id_ in (*org.in_order, *org.at_once, *org.conversations)]
        assert len(everything) == len(set(everything)) == ORGS * (6 + CLIENTS * (QUEUES + 1))
        first.check_unharmed()
        few = list(range(ORGS - 1, 0, -7))
        for n in few:  # back to the org file: the same configuration has the same ids again
            first.control.org(f"org-{n}").post("reset")
        for again in asyncio.run(rehearse(first.url, few)):
            assert (again.in_order, again.at_once) == (found[again.number].in_order, found[again.number].at_once)
            assert again.conversations.isdisjoint(found[again.number].conversations)  # a vendor has seen those
        assert first.mistakes() == []
    with serve(**config) as second:  # other neighbours, another order
        load(second, few)
        for org in asyncio.run(rehearse(second.url, few)):
            assert org.given == found[org.number].given
    with serve(**{**config, "seed": 8}) as third:
        load(third, few[:2])
        for org in asyncio.run(rehearse(third.url, few[:2])):
            assert {*org.in_order, *org.at_once}.isdisjoint(everything)
