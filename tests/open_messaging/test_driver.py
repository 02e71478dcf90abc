"""Deliveries through the real driver to a peer on 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from aiohttp import web

from understudy.clock import Clock
from understudy.conversations.commands import AgentlessMessage
from understudy.conversations.model import Leg, Message
from understudy.open_messaging.driver import OpenMessagingDriver
from understudy.open_messaging.forward import CustomerSays
from understudy.open_messaging.session import Delivery
from understudy.open_messaging.signature import verify
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.world import World

SECRET = "a-secret-of-16+ch"


class Lab:
    """A host with a peer, an org with an integration whose webhook is that peer, and the driver."""

    def __init__(self, loopback: Any, org: Org, put: Callable[..., Entity]) -> None:
        self.host, self.org, self._put = loopback, org, put
        self.driver = OpenMessagingDriver(loopback)

    def integrate(self, url: str, **hidden: Any) -> None:
        self._put(self.org, self.host.world, url + "/hook", **hidden)

    def say(self, text: str = "hello", customer: str = "u-1") -> Message:
        message: Message = self.org.perform(AgentlessMessage(Leg("open_messaging", "i1", customer), text))[1]
        return message

    def texts(self) -> list[str]:
        return [orjson.loads(body)["text"] for _, _, _, body in self.host.seen]

    async def settled(self, message: Message) -> None:
        await self.host.until(lambda: message.status != "queued" and self.org.is_quiet())

    async def jump(self) -> None:
        """The next interval is due."""
        await self.host.until(lambda: self.org.schedule.next_due() is not None and self.org.open_exchanges == 0)
        due = self.org.schedule.next_due()
        assert due is not None
        self.org.clock.jump(max(0.0, due.at - self.org.now()))
        self.org.tick()


@pytest.fixture
def lab(loopback: Any, make_org: Callable[[Clock, World], Org], make_integration: Callable[..., Entity]) -> Lab:
    return Lab(loopback, loopback.listen(make_org(loopback.clock, loopback.world)), make_integration)


def test_a_message_is_posted_signed_recorded_and_reported(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say("café")
            await lab.settled(message)
            ((method, path, headers, body),) = lab.host.seen
            named = dict(headers)
            assert (method, path, named["Content-Type"]) == ("POST", "/hook", "application/json")
            assert named["X-Vendor"] == "for-the-vendor"
            assert verify(SECRET, body, named["X-Hub-Signature-256"])
            assert "café".encode() in body
            assert message.status == "sent"
            (sent,) = lab.host.named("POST /hook")
            (answer,) = lab.host.named("200")
            assert (sent.direction, sent.body, answer.direction, answer.body) == ("out", body, "in", b"heard")
            assert sent.exchange == answer.exchange
            assert (sent.conversation, sent.customer) == (message.conversation, "u-1")
            assert (sent.data["attempt"], sent.data["message"], answer.data["attempt"]) == (1, message.id, 1)
            assert answer.data["seconds"] >= 0
            redacted = dict(sent.headers)
            assert redacted.pop("X-Vendor").startswith("«secret:")
            assert redacted == {name: value for name, value in named.items() if name != "X-Vendor"}
            (final,) = lab.host.named("delivery.final")
            assert (final.data["outcome"], final.data["attempts"], final.data["status"]) == ("delivered", 1, 200)

    asyncio.run(script())


def test_retries_are_the_same_bytes_five_seconds_apart_until_accepted(lab: Lab) -> None:
    async def script() -> None:
        lab.host.answers = [500, 429]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say()
            for attempt in (1, 2):
                await lab.host.until(lambda wanted=attempt: len(lab.host.seen) == wanted)
                await lab.jump()
            await lab.settled(message)
            assert len(lab.host.seen) == 3
            assert len({body for _, _, _, body in lab.host.seen}) == 1
            assert 9.0 < lab.org.clock.jumped <= 10.0
            assert message.status == "sent"
            assert [entry.data["attempt"] for entry in lab.host.named("POST /hook")] == [1, 2, 3]

    asyncio.run(script())


def test_another_status_is_final_and_the_message_fails(lab: Lab) -> None:
    async def script() -> None:
        lab.host.answers = [404]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say()
            await lab.settled(message)
            assert (message.status, len(lab.host.seen)) == ("failed", 1)

    asyncio.run(script())


def test_silence_is_timed_out_on_real_time_and_tried_again(lab: Lab) -> None:
    async def hang(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def script() -> None:
        lab.host.answers = [hang]
        lab.org.live["waits"] = {"open-messaging.webhook.timeout": 0.05}
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say()
            await lab.host.until(lambda: lab.host.named("open_messaging.unanswered"))
            (silent,) = lab.host.named("open_messaging.unanswered")
            assert (silent.data["outcome"], silent.data["timeout"]) == ("timed out", 0.05)
            lab.org.live.clear()
            await lab.jump()
            await lab.settled(message)
            assert (message.status, len(lab.host.seen)) == ("sent", 2)

    asyncio.run(script())


def test_a_webhook_that_cannot_be_reached_is_an_outcome(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver):
            lab.integrate("http://127.0.0.1:9")
            message = lab.say()
            await lab.settled(message)
            assert message.status == "failed"
            (final,) = lab.host.named("delivery.final")
            assert final.data["outcome"] == "unreachable"

    asyncio.run(script())


def test_redirects_are_not_followed(lab: Lab) -> None:
    async def elsewhere(request: web.BaseRequest) -> web.Response:
        return web.Response(status=307, headers={"Location": "/other"})

    async def script() -> None:
        lab.host.answers = [elsewhere]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            await lab.settled(lab.say())
            assert [path for _, path, _, _ in lab.host.seen] == ["/hook"]

    asyncio.run(script())


def test_order_is_kept_for_one_user_and_users_do_not_wait_for_each_other(lab: Lab) -> None:
    gate = asyncio.Event()

    async def slow(request: web.BaseRequest) -> web.Response:
        await gate.wait()
        return web.Response()

    async def script() -> None:
        lab.host.answers = [slow]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            first, second = lab.say("1"), lab.say("2")
            other = lab.say("other", "u-2")
            await lab.host.until(lambda: other.status == "sent")
            assert lab.texts() == ["1", "other"]
            assert not lab.org.is_quiet()
            gate.set()
            await lab.settled(second)
            assert first.status == "sent"
            assert lab.texts() == ["1", "other", "2"]

    asyncio.run(script())


@pytest.mark.parametrize(
    ("mode", "order"), [("in-order", ["1", "2"]), ("reordered", ["2", "1"]), ("duplicated", ["1", "1", "2", "2"])]
)
def test_modes_of_order(lab: Lab, mode: str, order: list[str]) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url, mode=mode)
            messages = [lab.say("1"), lab.say("2")]
            await lab.host.until(lambda: len(lab.host.seen) == len(order))
            for message in messages:
                await lab.settled(message)
            assert lab.texts() == order
            reported = [c for c in lab.org.changes.read(0) if c.kind == "message.status" and c.data["status"] == "sent"]
            assert len(reported) == 2

    asyncio.run(script())


def test_a_lone_message_in_reordered_mode_goes_when_its_hold_is_over(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url, mode="reordered")
            message = lab.say("1")
            await lab.host.until(lambda: not lab.org.effects.get("open_messaging"))
            assert lab.host.seen == []
            await lab.jump()
            await lab.settled(message)
            assert lab.texts() == ["1"]

    asyncio.run(script())


def test_a_message_for_a_deleted_integration_fails_without_a_request(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say()
            lab.org.entities.remove("messaging.integrations.open", "i1")
            await lab.settled(message)
            assert (message.status, lab.host.seen) == ("failed", [])
            (note,) = lab.host.named("delivery.withheld")
            assert note.data["why"] == "the integration is gone"

    asyncio.run(script())


def test_a_forwarded_text_is_inbound_and_its_outcome_is_told(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url, topology="forward")
            id_ = lab.org.perform(CustomerSays("i1", "u-1", "hello"))
            await lab.host.until(lambda: any(c.kind == "message.status" for c in lab.org.changes.read(0)))
            body = orjson.loads(lab.host.seen[0][3])
            assert (body["id"], body["direction"], body["channel"]["from"]["id"]) == (id_, "Inbound", "u-1")
            change = lab.org.changes.read(lab.org.changes.end - 1)[0]
            assert (change.data["message"], change.data["status"]) == (id_, "sent")

    asyncio.run(script())


def test_what_is_said_in_topology_forward_is_shown_and_not_posted(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url, topology="forward")
            message = lab.say("shown")
            await lab.settled(message)
            assert lab.host.seen == []
            assert [one["text"] for one in lab.org.live["forward.inbox"]["u-1"]] == ["shown"]

    asyncio.run(script())


def test_an_answer_is_read_up_to_its_bound(lab: Lab) -> None:
    async def flood(request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"x" * 300_000)

    async def script() -> None:
        lab.host.answers = [flood]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            message = lab.say()
            await lab.settled(message)
            (answer,) = lab.host.named("200")
            assert (message.status, len(answer.body), answer.data["truncated"]) == ("sent", 65_536, True)

    asyncio.run(script())


def test_a_probe_goes_past_lanes_and_returns_what_came_back(lab: Lab) -> None:
    async def script() -> None:
        lab.host.answers = [401]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            spec = {
                "integration": "i1", "customer": "u-1", "body": {"text": "hi"}, "signature": "none",
                "header_case": "lower", "path_suffix": "/x", "test": "t", "check": "OM-02",
            }  # fmt: skip
            answer = await lab.driver.probe(lab.org, spec)
            assert (answer["status"], answer["body"], answer["outcome"]) == (401, "heard", "answered")
            assert answer["message"] in lab.org.live["open_messaging.probed"]
            ((_, path, headers, _),) = lab.host.seen
            assert path == "/hook/x"
            assert not [name for name, _ in headers if name.lower().startswith("x-hub")]
            sent, got = (next(e for e in lab.host.recorder.ring.read(0) if e.id == id_) for id_ in answer["entries"])
            assert (sent.data["signature"], sent.data["check"], sent.customer, got.status) == (
                "none",
                "OM-02",
                "u-1",
                401,
            )
            assert lab.org.is_quiet()

    asyncio.run(script())


def test_header_case_reaches_the_wire(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            await lab.driver.probe(lab.org, {"integration": "i1", "body": {"text": "hi"}, "header_case": "lower"})
            assert "x-hub-signature-256" in dict(lab.host.seen[0][2])

    asyncio.run(script())


def test_a_probe_without_a_content_type_or_body_sends_none(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            await lab.driver.probe(lab.org, {"integration": "i1", "raw": "", "method": "GET", "content_type": None})
            ((method, _, headers, body),) = lab.host.seen
            assert (method, body) == ("GET", b"")
            assert "content-type" not in {name.lower() for name, _ in headers}

    asyncio.run(script())


def test_an_unanswered_probe_has_no_status(lab: Lab) -> None:
    async def script() -> None:
        async with lab.host.peer(lab.driver):
            lab.integrate("http://127.0.0.1:9")
            answer = await lab.driver.probe(lab.org, {"integration": "i1"})
            assert (answer["status"], answer["outcome"], len(answer["entries"])) == (None, "unreachable", 2)

    asyncio.run(script())


def test_stopping_the_driver_leaves_no_task_behind(lab: Lab) -> None:
    async def hang(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def script() -> None:
        lab.host.answers = [hang]
        async with lab.host.peer(lab.driver) as url:
            lab.integrate(url)
            lab.say()
            await lab.host.until(lambda: len(lab.host.seen) == 1)
        await lab.host.until(lambda: lab.org.open_exchanges == 0)

    asyncio.run(script())


def test_the_documented_wait_is_used_unless_shortened(lab: Lab) -> None:
    assert Delivery((), b"", lab.org.limits).wait == 10.0
