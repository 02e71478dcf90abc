"""The forms of v1 and v2 (their faults: test_dialogue)."""

from __future__ import annotations

from understudy.references.cognigy_endpoint.answers import Answers, entity
from understudy.references.cognigy_endpoint.spoken import Spoken, text
from understudy.references.cognigy_endpoint.turn import Turn

TURN = Turn(bot="b", version="1", session="s", text="hi")
SPOKEN = Spoken(state="MoreData", intent="Greeting", slots={"count": 2})


def test_the_same_in_two_forms() -> None:
    v1, v2 = Answers().v1(TURN, SPOKEN), Answers().v2(TURN, SPOKEN, {"count": "Integer"})
    assert (v1.body["botState"], v1.body["slotValues"], v1.body["replymessages"]) == ("MOREDATA", {"count": 2}, [])
    assert (v2.body["botState"], v2.body["entities"]) == ("MoreData", [entity("count", "Integer", 2)])
    assert "intent" not in Answers().v1(TURN, Spoken(state="Failed")).body


def test_a_fault_of_the_form_breaks_only_the_test_word() -> None:
    answers = Answers(frozenset({"odd_state", "wrong_content_type"}))
    assert answers.v1(TURN, SPOKEN).body["botState"] == "Finished"
    assert answers.v1(TURN, SPOKEN).headers == {"Content-Type": "text/html"}
    other = Turn(bot="b", version="1", session="s", text="hello")
    assert answers.v1(other, SPOKEN) == Answers().v1(other, SPOKEN)


def test_latin_1_is_a_fault_that_only_other_letters_show() -> None:
    answers = Answers(frozenset({"answers_in_latin_1"}))
    for words, is_utf8 in (("ok", True), ("Grüße", False)):
        raw = answers.v1(TURN, Spoken(state="MoreData", messages=(text(words),))).raw
        assert raw is not None
        assert words.encode("latin-1") in raw
        assert (raw.decode("utf-8", "ignore").encode() == raw) is is_utf8


def test_values_of_v2_are_strings() -> None:
    assert entity("a", "Boolean", True) == {"name": "a", "type": "Boolean", "value": "true"}
    assert entity("a", "Currency", {"amount": 1.5, "code": "USD"})["value"] == '{"amount": 1.5, "code": "USD"}'
    assert entity("a", "IntegerCollection", [1, 2])["values"] == ["1", "2"]
