from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.architect.stub_actions import STUBBED, UNSCRIPTED
from understudy.clock import ManualClock
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Begin = Callable[..., Conversation]
CALL = (
    "callData: {name: Find, timeout: {lit: {seconds: 5}}, category: {CRM: {dataAction: {Find: {inputs: {N: {exp: "
    "Message.Message.body}}, successOutputs: {A: {var: Flow.t}}, failureOutputs: {errorCode: {var: Flow.t}, status: "
    "{var: Flow.n}}}}}}, outputs: {failure: {actions: [{sendResponse: "
    "{messageBody: {exp: 'Append(Flow.t, Flow.n)'}}}]}}}"
)
BOT = "callBotFlow: {name: Bot, botFlow: {Nova: {ver_latestPublished: {none: true}}}}"
STAY = "wait: {duration: {lit: {hours: 1}}}"


def script(org: Org, *given: dict[str, Any]) -> None:
    org.entities.of("flows")["f1"].hidden["stubs"] = list(given)


def said(conversation: Conversation) -> list[str]:
    return [m.text for m in conversation.messages.values() if m.direction == "outbound"]


def noted(org: Org) -> list[dict[str, Any]]:
    return [note.data for note in org.notes if note.name == "flow.stub"]


def test_the_record_says_that_nothing_was_called(org: Org, begin: Begin) -> None:
    script(org, {"dataAction": "CRM/Find", "outputs": {"A": "Gold"}})
    begin(CALL, STAY)
    (note,) = noted(org)
    assert note == {
        "flow": "f1", "action": "Find", "kind": "dataAction", "thing": "CRM/Find", "inputs": {"N": "hello"},
        "then": "success", "outputs": {"A": "Gold"}, "meaning": STUBBED,
    }  # fmt: skip
    (step,) = [note.data for note in org.notes if note.name == "flow.step" and note.data["action"] == "callData"]
    assert (step["branch"], step["inputs"]["stub"]) == ("success", "success")


def test_without_a_script_the_action_fails_and_no_success_is_made_up(org: Org, begin: Begin) -> None:
    conversation = begin(CALL, BOT, STAY)
    assert said(conversation) == ["NoStub"]
    assert [note["meaning"] for note in noted(org)] == [UNSCRIPTED, UNSCRIPTED]
    failed = [note.data["reason"] for note in org.notes if note.name == "flow.failed"]
    assert failed == [f"data action 'CRM/Find' is {UNSCRIPTED}", f"bot flow 'Nova' is {UNSCRIPTED}"]


def test_a_scripted_failure_gives_its_outputs(org: Org, begin: Begin) -> None:
    script(org, {"dataAction": "CRM/Find", "then": "failure", "outputs": {"errorCode": "gone", "status": 503}})
    assert said(begin(CALL, STAY)) == ["gone503"]


def test_an_output_of_a_failure_that_is_of_another_type_ends_in_the_error_handling(org: Org, begin: Begin) -> None:
    script(org, {"dataAction": "CRM/Find", "then": "failure", "outputs": {"status": "many"}})
    assert begin(CALL, STAY).ended is not None


def test_a_timeout_takes_the_org_s_time(org: Org, begin: Begin, clock: ManualClock) -> None:
    script(org, {"dataAction": "CRM/Find", "then": "timeout"})
    late = CALL.replace("outputs: {failure:", "outputs: {timeout:")
    late = late.replace("{exp: 'Append(Flow.t, Flow.n)'}", "{lit: slow}")
    conversation = begin(late, STAY)
    clock.advance(4)
    org.tick()
    assert said(conversation) == []
    clock.advance(1)
    org.tick()
    assert said(conversation) == ["slow"]


def test_a_timeout_that_is_no_duration_is_an_error(org: Org, begin: Begin) -> None:
    assert begin(CALL.replace("{lit: {seconds: 5}}", "{exp: 1 + 1}"), STAY).ended is not None


def test_what_a_scripted_bot_says_is_said_by_the_bot(org: Org, begin: Begin) -> None:
    script(org, {"botFlow": "Nova", "says": ["One", "Two"]})
    conversation = begin(BOT, STAY)
    assert [(m.text, m.sender.value) for m in conversation.messages.values() if m.direction == "outbound"] == [
        ("One", "bot"), ("Two", "bot"),
    ]  # fmt: skip


def test_what_the_bot_cannot_say_fails_the_action(org: Org, begin: Begin) -> None:
    script(org, {"botFlow": "Nova", "says": ["x" * 5000]})
    begin(BOT, STAY)
    (step,) = [note.data for note in org.notes if note.name == "flow.step" and note.data["action"] == "callBotFlow"]
    assert step["branch"] == "failure"


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], True])
def test_an_output_that_its_variable_does_not_take_is_a_failure(org: Org, begin: Begin, value: object) -> None:
    script(org, {"dataAction": "CRM/Find", "outputs": {"A": value}})
    conversation = begin(CALL, STAY)
    assert said(conversation) == ["InvalidOutput"]
