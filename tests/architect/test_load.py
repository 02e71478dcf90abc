from __future__ import annotations

import re
from pathlib import Path

import pytest

from understudy.architect.actions import CallAction, DisconnectAction, SendResponse, TransferToAcd
from understudy.architect.expression import Function, Literal, Variable
from understudy.architect.load import load
from understudy.errors import FlowError

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "flows"


def test_an_exported_flow_loads_with_its_lines() -> None:
    flow = load((VECTORS / "good" / "handoff.yaml").read_text("utf-8"), "handoff.yaml")
    assert (flow.type, flow.name, flow.start) == ("inboundShortMessage", "PolyAI Handoff Flow", "Initial State_10")
    greet, transfer, disconnect = flow.first.actions
    body = Function(
        "Append",
        (Literal("You said "), Function("ToDisplayString", (Variable("Message.Message.body"),)), Literal(".")),
    )
    assert greet == SendResponse(name="Greet", line=21, message_body=body)
    sorry = SendResponse(name="Sorry", line=44, message_body=Literal("Nobody is there"))
    assert transfer == TransferToAcd(
        name="Transfer to ACD", line=25, queue="Support", priority=Literal(5), branches={"failure": (sorry,)}
    )
    assert disconnect == DisconnectAction(name="Disconnect", line=48)
    assert flow.actions() == [greet, transfer, sorry, disconnect]


def test_json_is_yaml_too() -> None:
    assert load((VECTORS / "good" / "json.yaml").read_text("utf-8"), "json").start == "s1"


def test_a_call_flow_is_parsed_by_the_same_machinery() -> None:
    flow = load((VECTORS / "good" / "call.yaml").read_text("utf-8"), "call.yaml")
    assert (flow.type, flow.first.kind, [action.key for action in flow.actions()]) == (
        "inboundCall",
        "task",
        ["decision", "transferToAcd", "disconnect"],
    )


def test_what_only_calls_do_is_known_by_name() -> None:
    flow = load((VECTORS / "good" / "menu.yaml").read_text("utf-8"), "menu.yaml")
    assert [(one.kind, one.ref) for one in flow.containers()] == [("task", "Hours_10"), ("menu", "Main_20")]
    told = [action.given if isinstance(action, CallAction) else action.key for action in flow.actions()]
    assert told == [
        "evaluateScheduleGroup", "playAudio", "disconnect", "collectInput", "transferToNumber", "jumpToMenu",
        "menuTask", "disconnect", "menuTransferToAcd",
    ]  # fmt: skip
    assert flow.menus["Main_20"].actions[0].branches.keys() == {"task"}
    assert (flow.division, flow.first.name) == ("Home", "Hours")


@pytest.mark.parametrize("path", sorted((VECTORS / "bad").iterdir()), ids=lambda path: str(path.stem))
def test_what_cannot_be_run_is_refused_with_its_line(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = re.match(r"# line (\d+): (.*)", text)
    assert expected is not None
    with pytest.raises(FlowError) as error:
        load(text, path.name)
    assert (error.value.line, error.value.problem) == (int(expected.group(1)), expected.group(2))
    assert str(error.value) == f"{path.name}:{expected.group(1)}: {expected.group(2)}"
