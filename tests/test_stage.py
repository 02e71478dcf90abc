"""The object behind the fixture ``understudy``: an emulator, an org of a suite, and the actors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from understudy.checker.verdict import Result, Verdict
from understudy.children import Child, python
from understudy.errors import SettingsError
from understudy.stage import NOWHERE, Stage, Verdicts, open_stage
from understudy.suite import load_suite, suite_names


def verdict(result: Result, **more: str) -> Verdict:
    made = {
        "check": "OM-08",
        "rule": "OM-08",
        "title": "t",
        "severity": "must",
        "source": "s",
        "certainty": "documented",
    }
    return Verdict(**{**made, "expected": "one", "observed": "", "reason": "", **more}, result=result)  # type: ignore[arg-type]


def test_verdicts_are_true_when_there_is_one_and_all_passed() -> None:
    passed = verdict(Result.PASSED)
    assert Verdicts([passed, passed])
    assert not Verdicts()
    for other in (Result.FAILED, Result.NOT_SEEN, Result.NOT_APPLICABLE):
        assert not Verdicts([passed, verdict(other)])


def test_verdicts_print_as_one_line_each() -> None:
    passed = verdict(Result.PASSED, observed="one")
    assert repr(Verdicts([passed])) == "OM-08 passed: expected one; observed one"
    two = [verdict(Result.FAILED, observed="two"), verdict(Result.NOT_SEEN, reason="it never began")]
    assert repr(Verdicts([passed, *two])) == (
        "OM-08 failed: expected one; observed two\nOM-08 not seen: expected one; observed it never began"
    )


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage for PolyAI, by a settings file."""
    folder = tmp_path_factory.mktemp("stage")
    file = folder / "understudy.toml"
    file.write_text('suite = "polyai"\nseed = 9\n[settings]\nhandoff_phrase = "human!"\n')
    with open_stage(file, "", folder) as opened:
        yield opened


def test_an_endpoint_is_told_where_the_emulator_is_and_what_the_settings_say(stage: Stage) -> None:
    env = stage.env()
    assert env["GENESYS_BASE_URL"] == stage.client.control.url
    assert env["HANDOFF_PHRASE"] == "human!"
    assert set(load_suite("polyai").env) <= set(env)


def test_an_endpoint_that_is_connected_is_talked_to_and_judged(stage: Stage, tmp_path: Path) -> None:
    webhook = stage.client.get(f"entities/messaging.integrations.open/{stage.slot.integration}")["entities"][0]["body"]
    assert webhook["outboundNotificationWebhookUrl"] == NOWHERE
    env = {**os.environ, **stage.env(), "PORT": "0"}
    child = Child("bot", python(str(load_suite("polyai").reference_file())), env=env, log=tmp_path / "bot.log")
    try:
        url = child.first_line()["listening"]
        stage.connect(url + stage.slot.settings["webhook_path"], user_side=url)
        assert (stage.slot.user_side, stage.slot.side) == (True, url)
        stage.test = "test-1"
        ann, agent = stage.handed_over()
        with stage.check("OM-08", texts=["hello"]):
            agent.says("hello")
            ann.sees(1)
        assert stage.verdicts("OM-08")
        assert {one.check for one in stage.verdicts()} >= {"OM-08"}, "without a name: what was opened with check"
        stage.test = "test-2"
        found = stage.verdicts("OM-08")
        assert not found
        assert "OM-08 not seen" in repr(found), "another test's conversations are not its own"
    finally:
        stage.close()
        child.stop()


def test_a_bot_that_is_connected_is_asked(tmp_path: Path) -> None:
    with open_stage(None, "cognigy", tmp_path) as opened:
        env = {**os.environ, **opened.env(), "PORT": "0", "BOT_LIST": "guide"}
        child = Child("bot", python(str(load_suite("cognigy").reference_file())), env=env, log=tmp_path / "bot.log")
        try:
            url = child.first_line()["listening"]
            opened.connect(url + opened.slot.settings["endpoint_path"], user_side=url)
            opened.test = "test-1"
            answer = opened.bot_turn(text="hi")
            assert (answer["status"], "botState" in answer["body"]) == (200, True)
        finally:
            opened.close()
            child.stop()


@pytest.mark.parametrize(
    ("suite", "text"),
    [
        (
            "",
            "suite is '': set understudy_suite in pytest's ini, or suite in understudy.toml: "
            + ", ".join(suite_names()),
        ),
        ("polyay", "suite is 'polyay': did you mean 'polyai'?"),
    ],
)
def test_without_a_suite_nothing_is_started_and_the_text_says_where_to_name_it(
    tmp_path: Path, suite: str, text: str
) -> None:
    with pytest.raises(SettingsError) as raised, open_stage(None, suite, tmp_path):
        raise AssertionError("never got here")
    assert str(raised.value) == text
    assert list(tmp_path.iterdir()) == []


def test_the_emulator_of_a_stage_ends_with_it(tmp_path: Path) -> None:
    with open_stage(None, "polyai", tmp_path) as opened:
        client = opened.client.control
        assert client.ready()
    assert not client.ready()


def test_a_user_side_may_be_named_in_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "understudy.toml"
    file.write_text('suite = "polyai"\ntopology = "forward"\n[user_side]\nurl = "http://127.0.0.1:9"\n')
    with open_stage(file, "", tmp_path) as opened:
        slot = opened.slot
        assert (slot.profile, slot.user_side, slot.side) == ("forward", True, "http://127.0.0.1:9")
