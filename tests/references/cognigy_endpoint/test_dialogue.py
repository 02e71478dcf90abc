"""The bot: what it answers to what, over several turns, and what it never says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from understudy.bot_connector.answers import judge_answer, read_answer
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.slots import Declared
from understudy.references.cognigy_endpoint.bots import Bots

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig

Make = Callable[..., "Rig"]
PHRASES = [
    "hi", "weather", "order", "order tea", "done", "agent please", "I want an AGENT please", "bye", "fail please",
    "what do you know", "all types", "show options", "quick replies", "card", "carousel", "take your time", "blah", "",
]  # fmt: skip


def test_an_order_asks_for_item_and_number_and_completes_with_the_guides_slot(bot: Make) -> None:
    rig = bot()
    first = rig.says("Order")
    assert (first["botState"], first["intent"], first["slotValues"]) == ("MOREDATA", "Order", {})
    assert rig.heard("tea") == "How many of tea?"
    wrong = rig.says("lots")
    assert (wrong["botState"], wrong["slotValues"]) == ("MOREDATA", {"item": "tea"})
    last = rig.says("2")
    assert (last["botState"], last["intent"], last["parameters"]) == ("COMPLETE", "Success", {"order": "2 x tea"})
    assert isinstance(last["slotValues"]["processedTimestamp"], int)
    assert "errorInfo" not in last


@pytest.mark.parametrize(
    ("text", "state", "intent"),
    [
        ("agent please", "COMPLETE", "Handoff"),
        ("well, agent PLEASE!", "COMPLETE", "Handoff"),
        ("bye", "COMPLETE", "Goodbye"),
        ("fail please", "FAILED", None),
        ("done", "COMPLETE", "Success"),
        ("hi", "MOREDATA", "Greeting"),
        ("weather", "MOREDATA", "Smalltalk"),
        ("", "MOREDATA", "Greeting"),
    ],
)
def test_a_phrase_leads_to_its_intent(bot: Make, text: str, state: str, intent: str | None) -> None:
    said = bot().says(text)
    assert (said["botState"], said.get("intent")) == (state, intent)


def test_a_hand_off_carries_context_in_strings(bot: Make) -> None:
    rig = bot()
    rig.says("my tea is cold")
    said = rig.says("agent please")
    assert said["parameters"] == {
        "reason": "The customer asked for a person.",
        "summary": "my tea is cold / agent please",
    }


def test_a_failure_says_why_in_the_form_of_the_contract(bot: Make) -> None:
    rig = bot()
    assert rig.says("fail please")["errorInfo"]["errorCode"] == "ORDERS_DOWN"
    assert rig.digital("fail please").body["errorInfo"]["code"] == "ORDERS_DOWN"


@pytest.mark.parametrize(
    ("fault", "text", "key", "right", "wrong"),
    [
        ("no_handoff", "agent please", "botState", "COMPLETE", "MOREDATA"),
        ("no_handoff_context", "agent please", "parameters", None, {}),
        ("no_end", "bye", "botState", "COMPLETE", "MOREDATA"),
        ("fails_as_success", "fail please", "botState", "FAILED", "COMPLETE"),
        ("no_slots", "done", "slotValues", None, {}),
    ],
)
def test_a_fault_of_the_dialogue_breaks_one_phrase(
    bot: Make, fault: str, text: str, key: str, right: Any, wrong: Any
) -> None:
    said = bot().says(text)[key]
    assert said == right if right is not None else said
    assert bot(fault).says(text)[key] == wrong


@pytest.mark.parametrize("text", ["blah", "weather"])
def test_no_intent_is_named_a_third_time_in_a_row(bot: Make, text: str) -> None:
    rig = bot()
    intents = [rig.says(text)["intent"] for _ in range(7)]
    assert all(len(set(intents[n : n + 3])) > 1 for n in range(5))
    looping = bot("loops")
    assert len({looping.says(text)["intent"] for _ in range(7)}) == 1


@pytest.mark.parametrize("text", ["🙂 é é עברית العربية \u0001\t", "<script>alert(1)</script>", '{"a": "b"}', "${x}"])
def test_what_is_not_understood_is_repeated_as_it_came(bot: Make, text: str) -> None:
    assert bot().heard(text) == f"You said: {text}"


def test_half_a_character_does_no_harm_and_long_texts_are_cut(bot: Make) -> None:
    assert bot().heard("a \ud83d b") == "You said: a ? b"
    for text in ("agent please \ud83d", "order \ud83d"):
        body = bot().says(text, parameters={"a\ud83d": "\ud83d"})
        assert orjson.loads(json.dumps(body)) == body  # a strict reader's JSON, whatever was said
    long = bot().heard("é" * 20_000)
    assert len(long) < 1_100
    assert long.endswith("20000 characters.")


def test_a_click_means_its_payload_in_either_shape(bot: Make) -> None:
    click = {"type": "Button", "text": "Tea", "payload": "order tea"}
    content = {
        "type": "Structured",
        "text": "Tea",
        "content": [{"contentType": "ButtonResponse", "buttonResponse": click}],
    }
    assert bot().heard("", inputMessage=content) == "How many of tea?"
    assert (
        bot().heard("", inputMessage={"type": "Structured", "text": "Tea", "buttonResponse": click})
        == "How many of tea?"
    )
    assert bot("ignores_payload").heard("", inputMessage=content) == "You said: Tea"


def test_an_attachment_is_thanked_for_and_not_fetched(bot: Make) -> None:
    content = [{"contentType": "Attachment", "attachment": {"url": "http://127.0.0.1:1/x.png", "filename": "x.png"}}]
    said = bot().heard("", inputMessage={"type": "Text", "text": "", "content": content})
    assert said.startswith("Thank you for x.png.")


def test_a_template_is_text_but_with_its_fault(bot: Make) -> None:
    assert bot().heard("{{6*7}} ${x}") == "You said: {{6*7}} ${x}"
    assert bot("runs_templates").heard("{{6*7}} ${x}") == "You said: {{6*7}} ${x} (42)"


def test_the_context_of_turn_one_is_kept(bot: Make) -> None:
    rig = bot()
    rig.says("hi", parameters={"name": "Ann", "plan": "gold", "wrong": 5})
    assert rig.heard("what do you know") == "I know: name=Ann, plan=gold"
    assert rig.heard("what do you know", "s2") == "I know: nothing"


def test_another_language_falls_back_as_declared(bot: Make) -> None:
    assert bot().says("hi", languageCode="de-de")["parameters"] == {"languageFallback": "en-us"}
    assert bot().says("hi", languageCode="en-US")["parameters"] == {}
    exact = bot("spelling_is_500")
    assert [exact.turn("hi", languageCode=tag).status for tag in ("en-us", "en-US", "tlh")] == [200, 500, 200]


def test_structures_have_payloads_that_differ_and_absolute_links(bot: Make) -> None:
    messages = bot().says("show options")["replymessages"]
    assert [[item["contentType"] for item in message["content"]] for message in messages] == [
        ["QuickReply"] * 3, ["Card"], ["Carousel"],
    ]  # fmt: skip
    assert all(message["text"] for message in messages)
    assert len(bot().says("card")["replymessages"]) == 1
    assert bot().says("show unsupported")["replymessages"] == [
        {"type": "Structured", "text": "A form.", "content": [{"contentType": "AdaptiveCard"}]}
    ]


def problems(body: dict[str, Any], declared: Declared, variant: Variant) -> list[str]:
    """What the emulator finds in an answer."""
    reading = read_answer(body, variant)
    assert reading.answer is not None, reading.faults
    return [str(fault) for fault in (*reading.faults, *judge_answer(reading.answer, variant, declared).faults)]


@pytest.mark.parametrize("listed", ["guide", "full"])
@pytest.mark.parametrize("text", PHRASES)
def test_no_answer_breaks_a_rule_or_says_what_is_not_declared(bot: Make, listed: str, text: str) -> None:
    rig = bot(bot_list=listed)
    version = Bots(rig.bot, listed).body()["chatBots"][0]["versions"][0]
    for answer, variant in ((rig.says(text), Variant.V1), (rig.digital(text, "s2").body, Variant.V2)):
        assert problems(answer, Declared.of(version), variant) == []
        if listed == "guide":
            assert answer.get("intent") in (None, "Success")


@pytest.mark.parametrize(
    ("fault", "text", "rule"),
    [
        ("odd_state", "hi", "BC-07"),
        ("wrong_key", "hi", "BC-08"),
        ("message_without_text", "hi", "BC-09"),
        ("nested_parameters", "hi", "BC-10"),
        ("percent_confidence", "hi", "BC-11"),
        ("undeclared_intent", "done", "BC-12"),
        ("fails_silently", "fail please", "BC-13"),
        ("wrong_slot_type", "done", "BC-14"),
        ("bad_structures", "card", "BC-37"),
    ],
)
@pytest.mark.parametrize("variant", list(Variant))
def test_a_fault_of_the_answer_breaks_its_rule_and_no_other(
    bot: Make, fault: str, text: str, rule: str, variant: Variant
) -> None:
    rig = bot(fault)
    body = rig.says(text) if variant is Variant.V1 else rig.digital(text).body
    reading = read_answer(body, variant)
    version = Bots(rig.bot, "full").body()["chatBots"][0]["versions"][0]
    judged = judge_answer(reading.answer, variant, Declared.of(version)).faults if reading.answer else ()
    assert {one.rule.partition(".")[0] for one in (*reading.faults, *judged)} == {rule}
    other = rig.says("weather", "s3")
    assert problems(other, Declared.of(version), Variant.V1) == []
