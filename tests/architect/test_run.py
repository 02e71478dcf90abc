from __future__ import annotations

from typing import Any

import pytest

from understudy.architect.actions import EndState
from understudy.architect.place import Await
from understudy.architect.publish import publish
from understudy.architect.run import EXECUTORS, attached_flow, resume
from understudy.conversations.commands import CustomerMessage, Disconnect, FlowTimer, RoutingStatus, StartFlow
from understudy.conversations.messaging import add_customer, new_conversation
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org

HEAD = """
inboundShortMessage:
  name: F
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
"""
SEND = """
          - sendResponse:
              name: Say
              messageBody:
                exp: '{}'
"""
TRANSFER = """
          - transferToAcd:
              name: Transfer
              targetQueue: {lit: {name: Support}}
"""
FAILURE = """
              outputs:
                failure:
                  actions:
                    - sendResponse: {name: Sorry, messageBody: {lit: Sorry}}
"""
DISCONNECT = """
          - disconnect: {name: Bye}
"""


def talk(org: Org, actions: str, text: str = "hello") -> Conversation:
    """Publish a flow of these actions and write to it; the queue is gone before that where the text says so."""
    flow = org.entities.get("flows", "f1")
    assert flow is not None
    publish(org, flow, HEAD + actions, "f.yaml")
    if text == "no queue":
        org.entities.remove("routing.queues", "q1")
    org.notes.clear()
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text=text))[0]
    return conversation


def outbound(conversation: Conversation) -> list[str]:
    return [m.text for m in conversation.messages.values() if m.direction == "outbound"]


def notes(org: Org) -> list[str]:
    return [note.name for note in org.notes]


def told(org: Org, kind: str) -> list[dict[str, Any]]:
    return [c.data for c in org.changes.read(0) if c.kind == kind]


def test_a_response_is_evaluated_with_the_customer_s_text(org: Org) -> None:
    conversation = talk(org, SEND.format('Append("You said: ", Message.Message.body)') + TRANSFER, "hi there")
    assert outbound(conversation) == ["You said: hi there"]
    assert [e.kind for e in org.take_effects("open_messaging")] == ["deliver"]


def test_every_action_is_told_as_a_change_and_a_note_with_inputs_and_branch(org: Org) -> None:
    talk(org, SEND.format('"Hi"') + TRANSFER)
    steps = told(org, "flow.step")
    assert steps == [
        {"flow": "f1", "action": "sendResponse", "name": "Say", "inputs": {"messageBody": "Hi"}, "branch": ""},
        {
            "flow": "f1",
            "action": "transferToAcd",
            "name": "Transfer",
            "inputs": {"targetQueue": "Support", "priority": 0},
            "branch": "",
        },
    ]
    noted = [note.data for note in org.notes if note.name == "flow.step"]
    assert [{k: v for k, v in data.items() if k != "line"} for data in noted] == steps
    assert [data["line"] for data in noted] == [10, 15]
    assert told(org, "flow.started") == [{"flow": "f1", "name": "Front door"}]
    assert told(org, "flow.ended") == [{"flow": "f1", "outcome": "transfer"}]


def test_after_the_transfer_the_flow_has_left(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org, TRANSFER + DISCONNECT)
    workflow = conversation.participants[1]
    assert (workflow.name, workflow.communication.disconnect_type) == ("Front door", "transfer")
    assert [p.purpose for p in conversation.participants] == ["customer", "workflow", "acd", "agent"]
    assert conversation.ended is None
    assert "flow.ended_without_acd" not in notes(org)


def test_a_flow_without_acd_ends_the_conversation_with_a_diagnosis(org: Org) -> None:
    for actions, outcome in ((SEND.format('"Hi"') + DISCONNECT, "disconnect"), (SEND.format('"Hi"'), "end")):
        conversation = talk(org, actions)
        assert conversation.ended is not None
        assert {p.communication.disconnect_type for p in conversation.participants} == {"system"}
        assert told(org, "flow.ended")[-1] == {"flow": "f1", "outcome": outcome}
        assert [n.data for n in org.notes if n.name == "flow.ended_without_acd"] == [{"flow": "f1", "outcome": outcome}]


def test_end_state_ends_the_flow(org: Org) -> None:
    conversation = talk(org, "          - endState: {name: End}\n" + SEND.format('"never"'))
    assert (outbound(conversation), told(org, "flow.ended")[-1]["outcome"]) == ([], "end")


def test_a_queue_that_is_gone_ends_in_the_error_handling(org: Org) -> None:
    conversation = talk(org, TRANSFER, "no queue")
    assert conversation.ended is not None
    assert conversation.participants[1].communication.disconnect_type == "error"
    (failed,) = [note.data for note in org.notes if note.name == "flow.failed"]
    assert failed == {"flow": "f1", "action": "Transfer", "reason": "there is no queue 'Support'"}
    assert told(org, "flow.step")[-1]["branch"] == "failure"
    assert told(org, "flow.ended")[-1]["outcome"] == "error"


def test_the_failure_branch_runs_and_then_what_stands_behind_the_action(org: Org) -> None:
    conversation = talk(org, TRANSFER + FAILURE + SEND.format('"Behind"') + DISCONNECT, "no queue")
    assert outbound(conversation) == ["Sorry", "Behind"]
    assert told(org, "flow.ended")[-1]["outcome"] == "disconnect"


def test_a_response_that_is_refused_fails_the_action(org: Org) -> None:
    conversation = talk(org, SEND.format("Append(Message.Message.body, Message.Message.body)"), "x" * 2001)
    assert outbound(conversation) == []
    assert "flow.failed" in notes(org)
    assert conversation.ended is not None


def test_no_flow_at_the_address_takes_the_message_and_nobody_answers(org: Org) -> None:
    org.entities.remove("routing.message.recipients", "i1")
    conversation, message = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))
    assert message.status == "received"
    assert conversation.ended is not None
    (note,) = [note for note in org.notes if note.name == "routing.no_flow"]
    assert (note.conversation, note.data["integration"]) == (conversation.id, "i1")
    assert note.data["reason"] == "no flow is attached to the address"


def test_a_flow_that_is_not_published_is_no_flow(org: Org) -> None:
    org.entities.put("flows", "f9", {"id": "f9", "name": "Draft"})
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f9"}})
    org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))
    (note,) = [note for note in org.notes if note.name == "routing.no_flow"]
    assert note.data["reason"] == "the flow is gone or not published"


def test_a_run_goes_on_only_for_what_it_waits_for(org: Org) -> None:
    conversation = talk(org, TRANSFER)
    assert conversation.flow["id"] == "f1"
    assert not resume(org, conversation, "timer")
    org.perform(FlowTimer("nope", "timer"))
    cursor = org.changes.end
    org.perform(FlowTimer(conversation.id, "timer"))
    assert org.changes.end == cursor


def test_a_pending_run_is_resumed_where_it_stood(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXECUTORS, EndState, lambda *_: Await("timer"))
    conversation = talk(
        org, SEND.format('"First"') + "          - endState: {name: Wait}\n" + SEND.format('"Second"') + TRANSFER
    )
    assert (outbound(conversation), conversation.live("acd")) == (["First"], None)
    assert not resume(org, conversation, "another timer")
    assert conversation.live("workflow") is not None
    org.perform(FlowTimer(conversation.id, "timer"))
    assert outbound(conversation) == ["First", "Second"]
    assert conversation.live("acd") is not None
    assert not resume(org, conversation, "timer")


def test_a_run_whose_conversation_ended_is_over(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXECUTORS, EndState, lambda *_: Await("timer"))
    conversation = talk(org, "          - endState: {name: Wait}\n" + SEND.format('"Second"'))
    org.perform(Disconnect(conversation.id))
    resume(org, conversation, "timer")
    assert outbound(conversation) == []


def join(org: Org, leg: Leg) -> Conversation:
    """A guest joins without a word."""
    conversation = new_conversation(org, leg)
    add_customer(org, conversation)
    org.perform(StartFlow(conversation.id))
    return conversation


def test_a_messenger_deployment_has_its_own_flow(org: Org) -> None:
    leg = Leg("web_messaging", "d1", "guest")
    org.entities.put("routing.message.recipients", "d1", {"id": "d1", "flow": {"id": "f1"}})
    conversation = join(org, leg)
    assert [note.data["reason"] for note in org.notes if note.name == "routing.no_flow"] == [
        "no flow is attached to the address"
    ]
    org.entities.put("webdeployments.deployments", "d1", {"id": "d1", "name": "Shop", "flow": {"id": "f1"}})
    assert attached_flow(org, leg) == "f1"
    conversation = join(org, leg)
    assert (conversation.flow["id"], outbound(conversation)) == ("f1", ["Welcome"])


@pytest.mark.parametrize("flow", [None, {}, {"id": None}, "f1"])
def test_an_address_without_a_flow_has_none(org: Org, flow: object) -> None:
    org.entities.put("webdeployments.deployments", "d1", {"id": "d1", "flow": flow})
    assert attached_flow(org, Leg("web_messaging", "d1", "guest")) == ""


def test_a_flow_that_starts_without_a_message_has_an_empty_body(org: Org) -> None:
    leg = Leg("open_messaging", "i1", "ann")
    conversation = talk(org, SEND.format('Append("<", Message.Message.body, ">")') + DISCONNECT, "first")
    assert outbound(conversation) == ["<first>"]
    assert outbound(join(org, leg)) == ["<>"]
    conversation.ended = None
    add_customer(org, conversation)  # a new round of the same conversation, which has a message already
    org.perform(StartFlow(conversation.id))
    assert outbound(conversation) == ["<first>", "<>"]


def test_a_run_speaks_the_customer_s_language(org: Org) -> None:
    flow = org.entities.get("flows", "f1")
    assert flow is not None
    languages = "  name: F\n  defaultLanguage: en-us\n  supportedLanguages: {en-us: {}, de: {}}"
    publish(org, flow, HEAD.replace("  name: F", languages) + "          - wait: {duration: {lit: {hours: 1}}}\n", "f")
    for wanted, spoken in (("de-AT", "de"), ("pl", "en-us"), (None, "en-us")):
        conversation = join(org, Leg("open_messaging", "i1", f"c{wanted}", profile={"language": wanted}))
        assert conversation.flow["run"].language == spoken


def test_a_conversation_lies_in_the_division_of_its_flow(org: Org) -> None:
    assert talk(org, TRANSFER).division == "home"
    body = {"id": "f1", "name": "Front door", "division": {"id": "north"}}
    org.entities.put("flows", "f1", body, dict(org.entities.of("flows")["f1"].hidden))
    assert join(org, Leg("open_messaging", "i1", "bob")).division == "north"
