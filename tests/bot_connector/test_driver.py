"""Turns through the real driver to a bot on 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web
from tests.bot_connector.conftest import TOKEN, begin, furnished, install, write

from understudy.architect.bot_answer import BotFailed
from understudy.bot_connector import driver
from understudy.bot_connector.driver import BotConnectorDriver
from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation
from understudy.ids import Ids
from understudy.integrations.bot_sessions import BotReplied, sessions_of
from understudy.world.org import Org

MORE = {"botState": "MoreData", "replymessages": [{"type": "Text", "text": "more?"}]}
DONE = {"botState": "Complete", "intent": "order", "slotValues": {"n": 4}}


class Lab:
    """A host with a bot, an org with a flow that calls it, and the driver."""

    def __init__(self, loopback: Any) -> None:
        self.host = loopback
        self.org: Org = loopback.listen(furnished(loopback.clock))
        self.driver = BotConnectorDriver(loopback)

    def answers(self, *bodies: Any) -> None:
        self.host.answers += [given(body) if isinstance(body, dict) else body for body in bodies]

    def begin(self, variant: str = "v1") -> Conversation:
        install(self.org, variant, f"{self.host.url}/bot")
        self.org.take_effects("bot_connector")
        return begin(self.org, variant)

    async def quiet(self) -> None:
        await self.host.until(lambda: self.org.effects["bot_connector"] == [] or self.org.open_exchanges == 0)
        await self.host.until(lambda: not self.org.effects["bot_connector"] and self.org.open_exchanges == 0)

    def told(self) -> list[str]:
        notes = [entry.name for entry in self.host.recorder.ring.read(0) if entry.kind == "note"]
        return [name.removeprefix("bot_connector.") for name in notes if name.startswith("bot_connector.")]


def given(body: Any, status: int = 200) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")

    return answer


@pytest.fixture
def lab(loopback: Any) -> Lab:
    return Lab(loopback)


def play(lab: Lab, script: Callable[[], Awaitable[None]]) -> None:
    async def played() -> None:
        async with lab.host.peer(lab.driver):
            await script()

    asyncio.run(played())


def held(conversation: Conversation, name: str) -> Any:
    return conversation.flow["run"].flow_values.held[name]


def test_a_turn_is_posted_recorded_and_its_answer_reaches_the_flow(lab: Lab) -> None:
    async def script() -> None:
        lab.answers(MORE, DONE)
        conversation = lab.begin()
        await lab.quiet()
        assert [m.text for m in conversation.messages.values() if m.direction == "outbound"] == ["more?"]
        write(lab.org, "four")
        await lab.quiet()
        assert held(conversation, "Flow.n") == 4
        (_, _, headers, body), (_, _, _, second) = lab.host.seen
        assert dict(headers)["verify-token"] == TOKEN
        assert orjson.loads(second)["inputMessage"]["text"] == "four"
        sent, again = lab.host.named("POST /bot")
        assert (sent.direction, sent.body, sent.conversation, sent.customer) == ("out", body, conversation.id, "ann")
        data = {key: sent.data[key] for key in ("variant", "kind", "credential", "turn", "integration", "bot")}
        assert data == {
            "variant": "v1", "kind": "turn", "credential": "good", "turn": 1, "integration": "v1", "bot": "nova",
        }  # fmt: skip
        assert (again.data["turn"], again.data["session"]) == (2, sent.data["session"])
        assert lab.told() == []
        assert (lab.driver._talks, lab.driver._bells) == ({}, {})

    play(lab, script)


def test_a_turn_is_an_open_exchange_until_what_follows_is_under_way(lab: Lab) -> None:
    async def script() -> None:
        go_on = asyncio.Event()

        async def slow(request: web.BaseRequest) -> web.StreamResponse:
            await go_on.wait()
            return await given(MORE)(request)

        lab.answers(slow)
        lab.begin()
        await lab.host.until(lambda: lab.host.seen)
        assert lab.org.open_exchanges == 1
        assert not lab.org.is_quiet()
        go_on.set()
        await lab.quiet()
        assert lab.org.schedule.next_due() is not None  # the customer is awaited now

    play(lab, script)


def test_a_failure_ends_in_the_failure_path_and_says_so_once(lab: Lab) -> None:
    async def script() -> None:
        lab.answers(404)
        conversation = lab.begin()
        await lab.quiet()
        assert held(conversation, "Flow.t") == "BotEndpointError"
        assert lab.told() == ["fault", "endpoint_not_found"]
        assert sessions_of(lab.org) == {}
        assert lab.driver._talks == {}

    play(lab, script)


def test_a_bot_that_is_not_there_any_more_fails_the_turn(lab: Lab) -> None:
    async def script() -> None:
        lab.answers(MORE)
        conversation = lab.begin()
        await lab.quiet()
        del lab.org.entities.of("integrations")["v1"]
        write(lab.org)
        await lab.quiet()
        assert held(conversation, "Flow.t") == "BotIntegrationError"
        assert lab.told() == ["integration_missing"]

    play(lab, script)


def test_more_sessions_than_there_may_be_are_told_to_the_flow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "TALKS_MAX", 0)

    async def script() -> None:
        conversation = lab.begin()
        await lab.quiet()
        assert held(conversation, "Flow.t") == "BotUnreachableError"
        assert lab.told() == ["busy"]
        assert lab.host.seen == []

    play(lab, script)


def test_a_conversation_that_ends_while_the_bot_thinks_takes_no_answer(lab: Lab) -> None:
    async def script() -> None:
        go_on = asyncio.Event()

        async def slow(request: web.BaseRequest) -> web.StreamResponse:
            await go_on.wait()
            return await given(DONE)(request)

        lab.answers(slow)
        conversation = lab.begin()
        await lab.host.until(lambda: lab.host.seen)
        lab.org.perform(Disconnect(conversation.id))
        await lab.host.until(lambda: lab.driver._talks == {})
        go_on.set()
        await lab.quiet()
        assert lab.told() == []
        assert [m for m in conversation.messages.values() if m.direction == "outbound"] == []

    play(lab, script)


def test_v2_is_waited_for_after_its_acknowledgement_and_may_be_too_late(lab: Lab) -> None:
    async def script() -> None:
        lab.org.live["waits"] = {"bot-connector.v2.answer.seconds": 0.2}
        lab.answers(202)
        lab.host.answers[0] = given_nothing
        conversation = lab.begin("v2")
        await lab.host.until(lambda: lab.host.named("202"))
        assert lab.org.open_exchanges == 1
        await lab.quiet()
        assert held(conversation, "Flow.t") == "BotTimeoutError"
        assert lab.told() == ["fault", "timeout"]

    play(lab, script)


async def given_nothing(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=202)


def test_a_later_reply_of_v2_is_the_answer(lab: Lab) -> None:
    async def script() -> None:
        lab.host.answers.append(given_nothing)
        conversation = lab.begin("v2")
        await lab.host.until(lambda: lab.host.named("202"))
        (session,) = sessions_of(lab.org)
        ids = {"botId": "nova", "botVersion": "1", "botSessionId": session, "languageCode": "en-us"}
        entities = [{"name": "n", "type": "Integer", "value": "7"}]
        body = {**ids, "botState": "Complete", "intent": "order", "entities": entities}
        lab.org.perform(BotReplied(session, "nova", "1", body))
        await lab.quiet()
        assert held(conversation, "Flow.n") == 7
        assert lab.told() == []

    play(lab, script)


def test_a_reset_forgets_the_sessions_and_their_waits(lab: Lab) -> None:
    async def script() -> None:
        lab.host.answers.append(given_nothing)
        lab.begin("v2")
        await lab.host.until(lambda: lab.host.named("202"))
        lab.org.say("bot_connector", "reset")
        lab.org.perform(Disconnect(next(iter(lab.org.conversations))))
        await lab.quiet()
        assert (lab.driver._talks, lab.driver._bells) == ({}, {})

    play(lab, script)


def test_an_outcome_that_nobody_awaits_is_told(lab: Lab) -> None:
    async def script() -> None:
        lab.driver._report(lab.org, BotFailed("gone", "t", "x", "y"))
        assert lab.told() == ["outcome_lost"]

    play(lab, script)


def test_sessions_of_an_org_that_is_gone_are_let_go(lab: Lab) -> None:
    async def script() -> None:
        go_on = asyncio.Event()

        async def slow(request: web.BaseRequest) -> web.StreamResponse:
            await go_on.wait()
            return await given(MORE)(request)

        lab.answers(slow)
        gone = lab.org
        lab.begin()
        await lab.host.until(lambda: lab.host.seen)
        lab.host.world.remove(gone.id)
        lab.org = lab.host.listen(furnished(lab.host.clock))
        lab.answers(MORE)
        lab.begin()
        await lab.host.until(lambda: len(lab.host.seen) == 2)
        assert [talk.org for talk in lab.driver._talks.values()] == [lab.org]
        go_on.set()
        await lab.host.until(lambda: gone.open_exchanges == 0)
        await lab.quiet()
        assert len(lab.driver._talks) == 1

    play(lab, script)


def test_a_session_s_id_is_never_the_one_of_an_earlier_run() -> None:
    first, again = (Ids(1, "acme", salt).uuid("bot.session") for salt in ("one", "other"))
    assert first != again  # a bot that remembers its sessions would go on with the first one
