from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from understudy.record.entry import Entry
from understudy.reporter.report import Report
from understudy.reporter.sequence import STEPS_MAX, Diagram, Step, diagram

if TYPE_CHECKING:
    from collections.abc import Collection


def drawn(*lines: dict[str, Any], failing: Collection[str] = ()) -> Diagram:
    return diagram(lines, failing)


def message(number: int, interface: str, direction: str, name: str = "POST /x", **more: Any) -> dict[str, Any]:
    told: Any = direction
    at = 100.0 + number
    return Entry(0, number, "message", name, interface, at, at, at, direction=told, **more).to_json()


def note(number: int, name: str, **data: Any) -> dict[str, Any]:
    return Entry(0, number, "note", name, "world", 100.0 + number, 1.0, 1.0, data=data).to_json()


def ends(shown: Diagram, step: Step) -> tuple[str, str]:
    titles = {lane.x: lane.title for lane in shown.lanes}
    return titles[step.x], titles[step.to]


@pytest.mark.parametrize(
    ("interface", "direction", "ends_"),
    [
        ("platform", "in", ("Vendor's endpoint", "Platform API")),
        ("platform", "out", ("Platform API", "Vendor's endpoint")),
        ("oauth", "in", ("Vendor's endpoint", "Platform API")),
        ("open_messaging", "out", ("Open Messaging", "Vendor's endpoint")),
        ("open_messaging", "in", ("Vendor's endpoint", "Open Messaging")),
        ("user_side", "out", ("Customer", "Vendor's endpoint")),
        ("user_side", "in", ("Vendor's endpoint", "Customer")),
        ("notifications", "out", ("Notifications", "Vendor's endpoint")),
        ("bot_connector", "out", ("Bot Connector", "Vendor's endpoint")),
        ("web_messaging", "in", ("Messenger", "Web Messaging")),
        ("web_messaging", "out", ("Web Messaging", "Messenger")),
        ("something_new", "out", ("Something new", "Vendor's endpoint")),
    ],
)
def test_an_arrow_goes_from_who_spoke_to_who_heard(interface: str, direction: str, ends_: tuple[str, str]) -> None:
    shown = drawn(message(1, interface, direction))
    assert ends(shown, shown.steps[0]) == ends_


def test_only_lanes_that_speak_are_drawn_and_in_one_order_always() -> None:
    shown = drawn(
        message(1, "notifications", "out"), message(2, "open_messaging", "out"), message(3, "user_side", "in")
    )
    assert [lane.title for lane in shown.lanes] == [
        "Customer", "Vendor's endpoint", "Open Messaging", "Platform API", "Notifications",
    ]  # fmt: skip
    shown = drawn(message(1, "bot_connector", "out"), message(2, "web_messaging", "in"))
    assert [lane.title for lane in shown.lanes] == [
        "Messenger", "Web Messaging", "Vendor's endpoint", "Bot Connector", "Platform API",
    ]  # fmt: skip
    assert [lane.title for lane in drawn(note(1, "clock.jumped")).lanes] == ["Vendor's endpoint", "Platform API"]


def test_an_answer_tells_status_and_how_long_it_took() -> None:
    shown = drawn(
        message(1, "platform", "in", exchange="0-1"),
        message(3, "platform", "out", "202", exchange="0-1", status=202),
        message(4, "open_messaging", "in", "200", exchange="0-2", status=200, data={"seconds": 0.0123}),
        message(5, "open_messaging", "in", "200", exchange="0-9", status=200),
    )
    assert [(step.form, step.label) for step in shown.steps] == [
        ("message", "POST /x"), ("answer", "202 after 2.000 s"), ("answer", "200 after 0.012 s"), ("answer", "200"),
    ]  # fmt: skip


def test_notes_are_bands_and_borders_of_tests_are_told_apart() -> None:
    shown = drawn(note(1, "check.began", check="V1", test="t"), note(2, "flow.step", action="transfer", empty=""))
    assert [(step.form, step.label) for step in shown.steps] == [
        ("border", "check.began: V1"),
        ("note", "flow.step: transfer"),
    ]
    assert all(step.x < shown.lanes[0].x and step.to > shown.lanes[-1].x for step in shown.steps)


def test_bare_ids_in_a_note_are_left_to_its_whole_text() -> None:
    id_ = "2b1f0c2e-1111-4222-8333-444455556666"
    step = drawn(note(1, "participant.added", participant=id_, purpose="agent")).steps[0]
    assert (step.label, step.whole) == ("participant.added: agent", f"participant.added: {id_}, agent")


def test_time_counts_from_the_first_entry() -> None:
    shown = drawn(message(1, "platform", "in"), message(3, "platform", "in"))
    assert [step.offset for step in shown.steps] == ["+0.000", "+2.000"]


def test_failing_evidence_is_marked() -> None:
    shown = drawn(message(1, "platform", "in"), message(2, "platform", "in"), failing={"0:2"})
    assert [step.is_failing for step in shown.steps] == [False, True]


def test_a_long_path_loses_ids_first_then_its_beginning_and_is_kept_whole_beside() -> None:
    path = "/api/v2/conversations/messages/2b1f0c2e-1111-4222-8333-444455556666/inbound/open/message"
    wide = drawn(message(1, "notifications", "in", f"POST {path}"), message(2, "open_messaging", "in")).steps[0]
    narrow = drawn(message(1, "open_messaging", "out", f"POST {path}")).steps[0]
    assert wide.label == "POST /api/v2/conversations/messages/{…}/inbound/open/message"
    assert narrow.label == "POST …/open/message"
    assert narrow.whole == f"POST {path}"


@pytest.mark.parametrize(
    ("body", "gist"),
    [
        (b'{"text":"hello"}', "“hello”"),
        (b'{"textBody":"hi"}', "“hi”"),
        (b'{"type":"Event","events":[{"eventType":"Typing"}]}', "Event Typing"),
        (b'{"type":"Receipt","status":"Delivered"}', "Receipt Delivered"),
        (b'{"action":"onMessage","message":{"type":"Text","text":"hello"}}', "“hello”"),
        (b'{"type":"message","body":{"text":"hello","direction":"Inbound"}}', "“hello”"),
        (b'{"botId":"b","inputMessage":{"type":"Text","text":"hello"}}', "“hello”"),
        (b'{"replymessages":[7,{"text":""},{"text":"hello"}]}', "“hello”"),
        (b'{"replyMessages":[{"text":"hello"}]}', "“hello”"),
        (b'{"replymessages":"x","body":[],"message":null}', ""),
        (b'{"text":7,"type":[],"events":[[]]}', ""),
        (b"[1]", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_a_message_says_what_it_is_about(body: bytes, gist: str) -> None:
    assert drawn(message(1, "platform", "in", body=body)).steps[0].gist == gist


@pytest.mark.parametrize(("interface", "gist"), [("bot_connector", "“hello”"), ("platform", "")])
def test_of_answers_only_those_to_people_say_what_they_are_about(interface: str, gist: str) -> None:
    body = b'{"replymessages":[{"text":"hello"}],"text":"hello"}'
    shown = drawn(message(1, interface, "in", status=200, body=body))
    assert (shown.steps[0].form, shown.steps[0].gist) == ("answer", gist)


def test_steps_stand_below_each_other_and_within_the_drawing(report: Report) -> None:
    shown = drawn(*(dict(line) for line in report.entries.values()))
    places = [step.y for step in shown.steps]
    assert places == sorted(set(places))
    assert places[-1] < shown.height
    assert all(lane.x < shown.width for lane in shown.lanes)


def test_a_long_conversation_is_cut_and_says_so() -> None:
    shown = drawn(*(note(number, "mark") for number in range(STEPS_MAX + 7)))
    assert (len(shown.steps), shown.left_out) == (STEPS_MAX, 7)


def test_a_hostile_name_is_one_visible_line() -> None:
    step = drawn(message(1, "platform", "in", "GET /\u202e\x1b\n<script>")).steps[0]
    assert step.whole == "GET /‹U+202E›‹ESC› <script>"
