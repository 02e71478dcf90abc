"""The topology forward: the bot answers what Genesys forwards, by the operation that was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.polyai_endpoint.forward import GOODBYE, communication_of

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig


def inbound(rig: Any, text: str, id_: str = "m1", **fields: Any) -> dict[str, Any]:
    """A customer's text as it is forwarded."""
    message = dict(rig.outbound("i-1", text, id_=id_, direction="Inbound", **fields))
    message["channel"] = {**message["channel"], "from": {"id": "ann", "idType": "Opaque", "nickname": "Ann"}}
    return message


def test_agentless_is_the_default(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start(topology="forward")
    assert rig.deliver(inbound(rig, "hi")) == 200
    (call,) = genesys.wait("/agentless")
    assert (call.body["toAddress"], call.body["textBody"]) == ("ann", "You said: hi")
    assert call.body["fromAddress"] == "integration-1"


def test_inbound_posts_as_the_customer(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start(topology="forward", reply_operation="inbound")
    rig.deliver(inbound(rig, "hi"))
    assert genesys.wait("/inbound/open/message")[0].body["text"] == "You said: hi"


@pytest.mark.parametrize("place", ["metadata", "top"])
def test_communication_uses_the_leg_of_whoever_takes_part(
    genesys: FakeGenesys, start: Callable[..., Rig], place: str
) -> None:
    rig = start(topology="forward", reply_operation="communication")
    ids = {"conversationId": genesys.conversation}
    rig.deliver(inbound(rig, "hi", **({"metadata": ids} if place == "metadata" else ids)))
    (call,) = genesys.wait("/communications/leg-agent/messages")
    assert call.body == {"textBody": "You said: hi"}


def test_a_leg_that_the_message_names_is_used_at_once(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start(topology="forward", reply_operation="communication")
    rig.deliver(inbound(rig, "hi", metadata={"conversationId": "c1", "communicationId": "k1"}))
    genesys.wait("/c1/communications/k1/messages")
    assert genesys.to(genesys.conversation) == []


def test_without_a_leg_nothing_is_sent_and_the_log_says_so(
    genesys: FakeGenesys, start: Callable[..., Rig], capsys: pytest.CaptureFixture[str]
) -> None:
    rig = start(topology="forward", reply_operation="communication")
    rig.deliver(inbound(rig, "hi"))
    rig.deliver(inbound(rig, "hi", "m2", metadata={"conversationId": "c1", "communicationId": "k1"}))
    genesys.wait("/k1/messages")
    assert "no leg to answer by in conversation (the message names none)" in capsys.readouterr().err


@pytest.mark.parametrize(("faults", "keys"), [((), {"reason", "summary", "language"}), (("no_context",), set())])
def test_a_hand_off_is_an_inbound_message_with_context(
    genesys: FakeGenesys, start: Callable[..., Rig], faults: tuple[str, ...], keys: set[str]
) -> None:
    rig = start(*faults, topology="forward")
    rig.deliver(inbound(rig, "I want an agent please"))
    (call,) = genesys.wait("/inbound/open/message")
    assert call.body["channel"]["from"] == {"id": "ann", "idType": "Opaque", "nickname": "Ann"}
    assert set(call.body["channel"]["metadata"].get("customAttributes", {})) == keys


def test_the_end_phrase_is_answered_with_a_goodbye(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start(topology="forward")
    rig.deliver(inbound(rig, "Bye"))
    assert genesys.wait("/agentless")[0].body["textBody"] == GOODBYE


@pytest.mark.parametrize(("faults", "answered"), [((), ["human"]), (("bot_loop",), ["bot", "human"])])
def test_a_bot_is_not_answered(
    genesys: FakeGenesys, start: Callable[..., Rig], faults: tuple[str, ...], answered: list[str]
) -> None:
    rig = start(*faults, topology="forward")
    rig.deliver(inbound(rig, "bot", "m1", originatingEntity="Bot"))
    rig.deliver(inbound(rig, "human", "m2"))
    genesys.wait("/agentless", len(answered))
    assert [call.body["textBody"] for call in genesys.to("/agentless")] == [f"You said: {text}" for text in answered]


def test_a_retried_message_is_answered_once(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start(topology="forward")
    for text, id_ in (("hi", "m1"), ("hi", "m1"), ("next", "m2")):
        assert rig.deliver(inbound(rig, text, id_)) == 200
    genesys.wait("/agentless", 2)
    assert [call.body["textBody"] for call in genesys.to("/agentless")] == ["You said: hi", "You said: next"]


def test_never_replies_is_silent(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("never_replies", topology="forward")
    rig.deliver(inbound(rig, "hi"))
    rig.deliver(rig.outbound("nobody", "x", id_="m2"))
    genesys.wait("/receipt")
    assert genesys.to("/agentless") == []


def test_the_channel_topology_ignores_a_customers_message(start: Callable[..., Rig]) -> None:
    rig = start()
    assert rig.deliver(inbound(rig, "hi")) == 200


def test_the_newest_live_leg_that_is_not_the_customers_counts() -> None:
    flow = {"purpose": "workflow", "state": "disconnected", "messages": [{"id": "k2"}]}
    agent = {"purpose": "agent", "state": "connected", "messages": [{}, {"id": "k3"}]}
    customer = {"purpose": "customer", "state": "connected", "messages": [{"id": "k1"}]}
    assert communication_of({"participants": [customer, flow, agent]}) == "k3"
    assert communication_of({"participants": [customer, flow]}) == ""
    assert communication_of({}) == ""
