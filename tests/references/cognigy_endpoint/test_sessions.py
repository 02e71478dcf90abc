"""Sessions: apart from each other, one turn at a time, one step per turn, forgotten in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from understudy.references.cognigy_endpoint.sessions import ANSWERED_MAX, SAID_LENGTH, Sessions
from understudy.references.cognigy_endpoint.spoken import Spoken
from understudy.references.cognigy_endpoint.turn import PARAMETERS_MAX, Turn

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig

Make = Callable[..., "Rig"]
PATIENCE = 5.0


def turn(session: str = "s1", text: str = "", message_id: str = "") -> Turn:
    """A turn whose bytes are told apart by its text."""
    return Turn(bot="b", version="1", session=session, text=text, message_id=message_id, digest=text, timeout=30)


def test_two_interleaved_sessions_keep_apart_and_leak_with_their_fault(bot: Make) -> None:
    for faults, known in (((), "I know: name=Ann"), (("leaks_between_sessions",), "I know: name=Bob")):
        rig = bot(*faults)
        rig.says("hi", "ann", parameters={"name": "Ann"})
        rig.says("hi", "bob", parameters={"name": "Bob"})
        assert rig.heard("what do you know", "ann") == known
        rig.says("hi", "cid", parameters={"name": "Cid"})
        assert rig.heard("what do you know", "cid") == "I know: name=Cid"


def test_a_session_begins_anew_after_complete(bot: Make) -> None:
    rig = bot()
    rig.says("hi", parameters={"name": "Ann"})
    rig.says("done")
    assert rig.heard("what do you know") == "I know: nothing"
    mindful = bot("remembers_after_end")
    mindful.says("hi", parameters={"name": "Ann"})
    mindful.says("done")
    assert mindful.heard("what do you know") == "I know: name=Ann"
    broken = bot("over_is_500")
    broken.says("done")
    assert broken.turn("hi").status == 500


def test_a_session_begins_anew_after_its_timeout(bot: Make) -> None:
    for faults, known in (((), "I know: nothing"), (("never_expires",), "I know: name=Ann")):
        rig = bot(*faults)
        rig.says("hi", parameters={"name": "Ann"}, botSessionTimeout=30)
        assert rig.request("POST", "/clock", {"minutes": 29}, {}).status == 200
        assert rig.heard("what do you know", botSessionTimeout=30) == "I know: name=Ann"
        rig.request("POST", "/clock", {"minutes": 31}, {})
        assert rig.heard("what do you know") == known


def test_context_is_kept_but_with_its_fault(bot: Make) -> None:
    for faults, known in (((), "I know: name=Ann"), (("forgets_context",), "I know: nothing")):
        rig = bot(*faults)
        rig.says("hi", parameters={"name": "Ann"})
        assert rig.heard("what do you know") == known


def test_a_repeated_message_id_is_the_same_step(bot: Make) -> None:
    for faults, doubled in (((), False), (("doubles_turns",), True)):
        rig = bot(*faults)
        rig.says("order")
        first = rig.says("tea", messageId="m1")
        second = rig.says("tea", messageId="m1")
        assert (first != second) is doubled
        last = rig.says("2", messageId="m2")
        if not doubled:
            assert rig.says("2", messageId="m2") == last  # though the session is over


def test_the_same_thing_may_be_said_again(bot: Make) -> None:
    rig = bot()
    assert [rig.says("blah")["intent"] for _ in range(3)] == ["Fallback", "Fallback", "More"]


def until_under_way(sessions: Sessions, count: int) -> None:
    """Wait until so many turns of session s1 are under way."""
    pause, tries = threading.Event(), 0
    while (session := sessions.find("s1")) is None or session.at_it < count:
        tries += 1
        assert tries < PATIENCE * 1000
        pause.wait(0.001)


def concurrent(sessions: Sessions, *turns: Turn) -> list[str]:
    """The steps that are made of turns of which each arrives while the first is being answered."""
    arrived, steps, overlap = threading.Event(), list[str](), list[bool]()

    def answer(session: object, given: Turn) -> Spoken:
        steps.append(given.text)
        arrived.set()
        overlap.append(not release.wait(PATIENCE))
        return Spoken(state="MoreData")

    release = threading.Event()
    threads = [threading.Thread(target=sessions.take, args=(one, answer)) for one in turns]
    threads[0].start()
    assert arrived.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    until_under_way(sessions, len(turns))
    release.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(overlap)
    return steps


def test_the_same_turn_while_it_is_answered_is_one_step() -> None:
    assert concurrent(Sessions(), turn(text="a"), turn(text="a")) == ["a"]
    assert concurrent(Sessions(), turn(text="a", message_id="m"), turn(text="b", message_id="m")) == ["a"]


def test_different_turns_of_a_session_are_taken_one_after_the_other() -> None:
    assert sorted(concurrent(Sessions(), turn(text="a"), turn(text="b"))) == ["a", "b"]


def test_the_number_of_sessions_and_of_kept_answers_is_bounded() -> None:
    sessions = Sessions(most=10)
    for number in range(30):
        sessions.take(turn(f"s{number}"), lambda *_: Spoken(state="MoreData"))
    assert len(sessions) == 10
    kept = []
    for number in range(30):
        sessions.take(turn(text=f"t{number}"), lambda session, _: kept.append(session) or Spoken(state="MoreData"))  # type: ignore[func-returns-value]
    assert len(kept[0].answered) == ANSWERED_MAX


def test_a_slow_answer_holds_up_only_its_own_session_and_is_over_in_time(bot: Make) -> None:
    rig = bot(slow=0.05)
    assert rig.heard("take your time") == "That took a while."
    assert rig.turn("hi").status == 200
    stuck = bot("sticks_when_slow", slow=0.01)
    stuck.says("take your time")
    assert stuck.turn("hi").status == 500
    assert stuck.turn("hi", "s2").status == 200


def test_what_was_said_meanwhile_is_forgotten_with_its_fault(bot: Make) -> None:
    for faults, summary in (((), "take your time / hi / bye and agent please"),
                            (("forgets_concurrent",), "take your time / bye and agent please")):  # fmt: skip
        rig = bot(*faults, slow=PATIENCE)
        turns = [threading.Thread(target=rig.turn, args=(text,)) for text in ("take your time", "hi")]
        for number, thread in enumerate(turns, 1):
            thread.start()
            until_under_way(rig.endpoint.sessions, number)
        rig.stopping.set()
        for thread in turns:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert rig.says("bye and agent please")["parameters"]["summary"] == summary


def test_what_a_session_remembers_is_bounded(bot: Make) -> None:
    rig = bot()
    for number in range(3):
        rig.says("x" * 60_000, parameters={f"{number}-{n}": "v" for n in range(80)})
    session = rig.endpoint.sessions.find("s1")
    assert session is not None
    assert len(session.parameters) == PARAMETERS_MAX
    assert {len(said) for said in session.said} == {SAID_LENGTH}


def test_a_busy_session_refuses_with_its_fault(bot: Make) -> None:
    rig = bot("refuses_concurrent", slow=PATIENCE)
    slow = threading.Thread(target=rig.turn, args=("take your time",))
    slow.start()
    until_under_way(rig.endpoint.sessions, 1)
    assert rig.turn("hi").status == 500
    rig.stopping.set()
    slow.join(PATIENCE)
    assert not slow.is_alive()
