"""What the webhook takes, refuses, ignores and asks for again, and the faults of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.polyai_endpoint.webhook import Seen

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig


@pytest.fixture
def ready(start: Callable[..., Rig]) -> Any:
    """Makes a rig in which ann is known."""

    def make(*faults: str) -> Any:
        rig: Any = start(*faults)
        rig.say("ann", "hi")
        rig.seen("ann", 1)
        return rig

    return make


def shown(rig: Any, count: int) -> list[str]:
    """The texts on ann's screen after the bot's, with a last one as a fence."""
    rig.deliver(rig.outbound("ann", "fence", id_="fence"))
    rig.seen("ann", count + 2)
    return list(rig.texts("ann")[1:-1])


def test_a_wrong_signature_has_no_effect(ready: Any) -> None:
    rig = ready()
    assert rig.deliver(rig.outbound("ann", "x"), Unsigned="yes") == 401
    assert rig.deliver(rig.outbound("ann", "x"), **{"X-Hub-Signature-256": rig.sign(b"else")}) == 401
    assert shown(rig, 0) == []


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[]", b'"x"', b"[" * 100_000, b"{'a': 1}"])
def test_what_is_no_json_object_is_400(ready: Any, body: bytes) -> None:
    assert ready().deliver(body) == 400
    assert ready("malformed_is_500").deliver(body) == 500


def test_a_retry_is_shown_once_and_a_newer_time_is_a_new_message(ready: Any) -> None:
    rig = ready()
    for moment in ("2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.000Z", "2026-11-21T10:00:01.000Z"):
        assert rig.deliver(rig.outbound("ann", "hello", moment=moment)) == 200
    assert shown(rig, 2) == ["hello", "hello"]


def test_faults_of_dedupe(ready: Any) -> None:
    rig = ready("no_dedupe")
    rig.deliver(rig.outbound("ann", "hello"))
    rig.deliver(rig.outbound("ann", "hello"))
    assert shown(rig, 2) == ["hello", "hello"]
    rig = ready("dedupe_ignores_time")
    rig.deliver(rig.outbound("ann", "hello"))
    rig.deliver(rig.outbound("ann", "hello", moment="2026-11-21T10:00:01.000Z"))
    assert shown(rig, 1) == ["hello"]


def test_while_our_own_side_is_down_genesys_is_asked_to_retry_and_nothing_is_lost(ready: Any) -> None:
    rig = ready()
    assert rig.request("POST", "/control/upstream", {"failing": 2}).status == 200
    assert [rig.deliver(rig.outbound("ann", "hello")) for _ in range(3)] == [503, 503, 200]
    assert shown(rig, 1) == ["hello"]


@pytest.mark.parametrize(("fault", "status"), [("upstream_failure_is_400", 400), ("upstream_failure_loses", 200)])
def test_faults_of_upstream(ready: Any, fault: str, status: int) -> None:
    rig = ready(fault)
    rig.request("POST", "/control/upstream", {"failing": 2})
    assert rig.deliver(rig.outbound("ann", "hello")) == status
    assert shown(rig, 0) == []  # and the fence is not lost


IGNORED: list[dict[str, Any]] = [
    {"type": "Event", "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}]},
    {"type": "Receipt", "status": "Published"},
    {"type": "Hologram"},
    {"type": "Event", "events": [{"eventType": "Dance"}]},
    {"type": "Structured", "content": [{"contentType": "Hologram", "hologram": {}}], "text": ""},
    {"channel": "nonsense"},
    {"channel": {}},
    {"type": None},
]


@pytest.mark.parametrize("fields", IGNORED)
def test_what_is_no_message_is_taken_and_not_shown(ready: Any, fields: dict[str, Any]) -> None:
    rig = ready()
    assert rig.deliver({**rig.outbound("ann", "secret", id_="m1"), "text": "", **fields}) == 200
    assert shown(rig, 0) == []


@pytest.mark.parametrize(("fault", "index"), [("shows_typing", 0), ("shows_receipts", 1)])
def test_faults_that_show_it(ready: Any, fault: str, index: int) -> None:
    rig = ready(fault)
    rig.deliver(rig.outbound("ann", **IGNORED[index]))
    assert len(shown(rig, 1)) == 1
    rig.deliver(rig.outbound("nobody", **IGNORED[index]))


@pytest.mark.parametrize("index", [2, 3, 4])
def test_unknown_is_400_refuses_it(ready: Any, index: int) -> None:
    rig = ready("unknown_is_400")
    assert rig.deliver({**rig.outbound("ann", ""), **IGNORED[index]}) == 400
    assert rig.deliver(rig.outbound("ann", **IGNORED[0])) == 200


def test_unknown_fields_and_missing_optional_ones_are_accepted(ready: Any) -> None:
    rig, strict = ready(), ready("strict_fields")
    more = rig.outbound("ann", "more", id_="m1", hologram={"x": 1})
    less = {"id": "m2", "type": "Text", "text": "less", "channel": {"to": {"id": "ann"}}}
    assert [rig.deliver(more), rig.deliver(less)] == [200, 200]
    assert shown(rig, 2) == ["more", "less"]
    assert [strict.deliver(more), strict.deliver(less)] == [400, 400]
    assert strict.deliver(strict.outbound("ann", "usual")) == 200


def test_an_unknown_address_is_200_and_500_with_the_fault(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    good, bad = start(), start("crashes_on_unknown_user")
    assert good.deliver(good.outbound("nobody", "x")) == 200
    assert bad.deliver(bad.outbound("nobody", "x")) == 500


def test_word_is_404_refuses_a_single_word_of_a_bot_though_it_shows_it(ready: Any) -> None:
    rig = ready("word_is_404")
    texts = [("hello", "Bot", 404), ("hello there", "Bot", 200), ("hello", "Human", 200), ("", "Bot", 200)]
    for number, (text, who, status) in enumerate(texts):
        assert rig.deliver(rig.outbound("ann", text, id_=f"m{number}", originatingEntity=who)) == status
    assert shown(rig, 3) == ["hello", "hello there", "hello"]


def test_waits_for_upstream_answers_later_than_upstream(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = ready("waits_for_upstream")
    rig.request("POST", "/control/upstream", {"slow": 9})
    waits: list[float] = []
    monkeypatch.setattr(rig.stopping, "wait", waits.append)
    rig.deliver(rig.outbound("ann", "hello"))
    assert 10.5 in waits


def test_the_memory_of_deliveries_is_bounded_and_can_forget() -> None:
    seen = Seen(most=2)
    assert [seen.is_new((id_, "")) for id_ in "aab"] == [True, False, True]
    seen.forget(("b", ""))
    assert [seen.is_new((id_, "")) for id_ in "bcac"] == [True, True, True, False]
