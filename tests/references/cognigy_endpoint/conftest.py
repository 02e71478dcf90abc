"""The endpoint in this process, without its server, against a tiny Genesys."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.cognigy_endpoint.account import Login
from understudy.references.cognigy_endpoint.endpoint import Endpoint
from understudy.references.cognigy_endpoint.settings import Settings
from understudy.references.vendor_side.server import Reply, Request

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys

BOT = "5f0c1c9e-0d5c-4b8e-9a53-6c1f3f0a7e11"
TOKEN = "aB3!#$%&'()*+,-./:;<=>?@[]^_`{|}~z9"
PATH = "/genesys/ENDPOINT-1f0a7c52"
CONVERSATION = "c0ffee00-0000-4000-8000-000000000001"


class Rig:
    """Says things to the bot."""

    bot, token, path, conversation = BOT, TOKEN, PATH, CONVERSATION

    def __init__(self, url: str, *faults: str, domain: str = "", base: str = "", **settings: Any) -> None:
        self.stopping = threading.Event()
        login = Login(domain=domain, client_id="client-1", client_secret="hush-client", scope="*")
        given = {"topology": "v1", "slow": 0.05, "later": 0.01, "backoff": 0.01, **settings}
        own = {"base_url": base or url, "login": login, "token": TOKEN, "bot": BOT, "faults": frozenset(faults)}
        self.endpoint = Endpoint(Settings(**{**own, **given}), self.stopping)

    def body(self, text: str | None, session: str = "s1", **fields: Any) -> dict[str, Any]:
        """A turn."""
        return {
            "botId": BOT,
            "botVersion": "1",
            "botSessionId": session,
            "inputMessage": {"type": "Text", "text": text},
            "languageCode": "en-us",
            "botSessionTimeout": 60,
            "genesysConversationId": CONVERSATION,
            **fields,
        }

    def request(self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """A request with the right token and media type unless ``headers`` says else."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {"Content-Type": "application/json", "verify-token": TOKEN} if headers is None else headers
        return self.endpoint.answer(Request(method, target, list(named.items()), raw))

    def turn(self, text: str | None, session: str = "s1", **fields: Any) -> Reply:
        """A turn of v1."""
        return self.request("POST", PATH, self.body(text, session, **fields))

    def says(self, text: str, session: str = "s1", **fields: Any) -> dict[str, Any]:
        """The body of v1's good answer."""
        reply = self.turn(text, session, **fields)
        assert reply.status == 200, reply
        return reply.body

    def digital(self, text: str, session: str = "s1", **fields: Any) -> Reply:
        """A turn of v2."""
        return self.request("POST", "/digital/messages", self.body(text, session, **fields))

    def heard(self, text: str, session: str = "s1", **fields: Any) -> str:
        """The first text that v1 answers."""
        return str(self.says(text, session, **fields)["replymessages"][0]["text"])

    def stop(self) -> None:
        """Close what is open."""
        self.stopping.set()
        self.endpoint.stop()


@pytest.fixture
def bot(genesys: FakeGenesys) -> Iterator[Callable[..., Rig]]:
    """Makes rigs, ``bot("a_fault", bot_list="guide")``, and stops them."""
    rigs: list[Rig] = []

    def make(*faults: str, **settings: Any) -> Rig:
        rigs.append(Rig(genesys.url, *faults, **settings))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.stop()
