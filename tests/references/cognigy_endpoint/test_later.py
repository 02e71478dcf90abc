"""v2's later replies: acknowledged at once, said once, to the same session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from understudy.references.cognigy_endpoint.later import PATH, SLOW_ACKNOWLEDGEMENT

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig
    from tests.references.conftest import FakeGenesys
    from tests.references.conftest import Rig as Polyai

Make = Callable[..., "Rig"]


def test_a_reply_is_acknowledged_and_said_by_the_platform_api(genesys: FakeGenesys, bot: Make) -> None:
    rig = bot(domain="mypurecloud.de")
    assert rig.digital("think about it").status == 202
    (call,) = genesys.wait(PATH)
    assert call.headers["authorization"] == "Bearer token-1"
    assert call.body == {
        "botId": rig.bot,
        "botVersion": "1",
        "botSessionId": "s1",
        "languageCode": "en-us",
        "botState": "MoreData",
        "replyMessages": [{"type": "Text", "text": "I have thought about it."}],
        "intent": "Smalltalk",
        "confidence": 0.9,
        "entities": [],
        "parameters": {},
    }
    assert rig.says("think about it", "s2")["botState"] == "MOREDATA"  # v1 is synchronous


def test_the_faults_say_it_wrong(genesys: FakeGenesys, bot: Make) -> None:
    bot("answers_twice").digital("think about it")
    assert len(genesys.wait(PATH, 2)) == 2
    bot("answers_other_session").digital("think about it")
    assert genesys.wait(PATH, 3)[-1].body["botSessionId"] != "s1"
    assert bot("never_answers_later").digital("think about it").status == 202
    bot().digital("think about it", "s9")
    assert genesys.wait(PATH, 4)[-1].body["botSessionId"] == "s9"


def test_it_acknowledges_late_with_its_fault(bot: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, waited = bot("acknowledges_late", later=0.0), list[float]()
    monkeypatch.setattr(rig.stopping, "wait", waited.append)
    rig.digital("think about it")
    assert SLOW_ACKNOWLEDGEMENT in waited


def test_a_refusal_is_logged(
    genesys: FakeGenesys, bot: Make, start: Callable[..., Polyai], capsys: pytest.CaptureFixture[str]
) -> None:
    genesys.scripts[PATH].append(start().scripted(403, {"code": "missing.permissions", "message": "no"}))
    bot().digital("think about it")
    log = start().until(lambda: "", lambda _: "later: not said: 403 missing.permissions" in _read(capsys))
    assert log == ""


_seen: list[str] = []


def _read(capsys: pytest.CaptureFixture[str]) -> str:
    """All that was logged so far."""
    _seen.append(capsys.readouterr().err)
    return "".join(_seen)
