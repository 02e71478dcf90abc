"""Hand-made turns through the real driver to a bot on 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web
from tests.bot_connector.test_driver import MORE, Lab, given, given_nothing, play

from understudy.bot_connector.probing import PROBED_MAX
from understudy.errors import SettingsError
from understudy.integrations.bot_sessions import BotReplied, PullBots, sessions_of
from understudy.integrations.bots import bots_of

VEGA = {"id": "vega", "name": "Vega",
        "versions": [{"version": "1", "supportedLanguages": ["en"], "intents": []}]}  # fmt: skip


@pytest.fixture
def lab(loopback: Any) -> Lab:
    return Lab(loopback)


def probing(lab: Lab, script: Callable[[Callable[..., Awaitable[dict[str, Any]]]], Awaitable[None]]) -> None:
    async def played() -> None:
        for variant in ("v1", "v2"):
            lab.begin(variant)
            lab.org.take_effects("bot_connector")

        async def ask(variant: str = "v1", **spec: Any) -> dict[str, Any]:
            return await lab.driver.probe(lab.org, {"integration": variant, **spec})

        await script(ask)

    play(lab, played)


def test_a_hand_made_turn_is_sent_and_answered_with_its_session_and_entries(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        lab.answers(MORE)
        answer = await ask(text="hi", check="BC-01", test="t", customer="ann")
        assert (answer["status"], answer["outcome"], orjson.loads(answer["body"])) == (200, "answered", MORE)
        sent, got = (entry for entry in lab.host.recorder.ring.read(0) if entry.id in answer["entries"])
        assert (sent.direction, got.direction, sent.customer, sent.data["check"]) == ("out", "in", "ann", "BC-01")
        assert (sent.data["session"], sent.data["turn"]) == (answer["session"], 1)
        assert lab.org.open_exchanges == 0

    probing(lab, script)


@pytest.mark.parametrize(("secret", "findable"), [("sesame!", False), ("s3same!!", True), (None, False)])
def test_an_entry_says_whether_the_credential_would_be_found_in_an_answer(
    lab: Lab, secret: str | None, findable: bool
) -> None:
    async def script(ask: Any) -> None:
        info = lab.org.entities.of("integrations.credentials")["cred"].body
        fields = {} if secret is None else {"verify-token": secret}
        lab.org.entities.put("integrations.credentials", "cred", info, {"fields": fields})
        lab.answers(MORE)
        answer = await ask(text="hi")
        data = [entry.data for entry in lab.host.recorder.ring.read(0) if entry.id in answer["entries"]]
        assert [one["secret_is_findable"] for one in data] == [findable, findable]

    probing(lab, script)


@pytest.mark.parametrize(("more", "told"), [({}, ["fault", "undeclared_intent"]), ({"probe": "x"}, [])])
def test_only_a_plain_turn_is_judged(lab: Lab, more: dict[str, Any], told: list[str]) -> None:
    async def script(ask: Any) -> None:
        lab.answers({"botState": "Complete", "intent": "strange"})
        await ask(**more, test="t", check="BC-12")
        assert lab.told() == told
        notes = [entry.data for entry in lab.host.recorder.ring.read(0) if entry.name.startswith("bot_connector.")]
        assert {(data["test"], data["check"]) for data in notes} <= {("t", "BC-12")}

    probing(lab, script)


def test_a_plain_turn_that_is_not_answered_in_time_is_told(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        release = asyncio.Event()

        async def hang(request: Any) -> Any:
            await release.wait()

        lab.answers(hang)
        answer = await ask(wait=0.1)
        release.set()
        assert (answer["status"], answer["outcome"]) == (None, "timed out")
        assert lab.told()[-2:] == ["fault", "timeout"]

    probing(lab, script)


def test_we_hang_up_when_the_test_wants_it(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        release = asyncio.Event()

        async def hang(request: Any) -> Any:
            await release.wait()

        lab.answers(hang)
        answer = await ask(close_after=0.1)
        release.set()
        assert answer["outcome"] == "timed out"
        (sent,) = lab.host.named("POST /bot")
        assert (sent.data["close_after"], "fault" in lab.told()) == (0.1, False)

    probing(lab, script)


def test_a_late_reply_to_a_hand_made_turn_is_judged(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        lab.host.answers.append(given_nothing)
        session = (await ask("v2"))["session"]
        ids = {"botId": "nova", "botVersion": "1", "botSessionId": session, "languageCode": "en-us"}
        lab.org.perform(BotReplied(session, "nova", "1", {**ids, "botState": "Complete", "intent": "order"}))
        await lab.quiet()
        assert lab.told() == []
        lab.org.perform(BotReplied(session, "nova", "1", {**ids, "botState": "Complete", "intent": "order"}))
        await lab.quiet()
        assert lab.told() == ["fault"]
        assert lab.host.named("bot_connector.fault")[0].data["rule"] == "BC-41.final"

    probing(lab, script)


def test_sessions_of_hand_made_turns_are_bounded(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        flows = len(sessions_of(lab.org))
        lab.host.answers += [given(MORE)] * (PROBED_MAX + 3)
        for _ in range(PROBED_MAX + 3):
            await ask()
        assert len(sessions_of(lab.org)) == flows + PROBED_MAX
        assert len(lab.driver._prober._talks) == len(lab.driver._prober._turns) == PROBED_MAX

    probing(lab, script)


def test_v2_s_bots_are_kept_only_where_the_credential_was_right(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        lab.answers({"entities": [VEGA]}, {"entities": [VEGA]})
        await ask("v2", kind="bots", credential="other")
        assert list(bots_of(lab.org, "v2")) == ["nova"]
        await ask("v2", kind="bots")
        assert list(bots_of(lab.org, "v2")) == ["vega"]
        assert lab.told() == []

    probing(lab, script)


def test_a_pull_that_fails_is_told_and_changes_nothing(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        lab.answers(500)
        lab.org.say("bot_connector", "pull", integration="v2")
        lab.org.say("bot_connector", "pull", integration="none")
        lab.org.perform(BotReplied(next(iter(sessions_of(lab.org))), "nova", "1", {}))  # wakes the driver
        await lab.host.until(lambda: "pull_failed" in lab.told())
        assert {"wrong_status", "integration_missing"} <= set(lab.told())
        assert list(bots_of(lab.org, "v2")) == ["nova"]

    probing(lab, script)


def test_an_unknown_bot_is_right_to_be_404(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        lab.answers(404, VEGA)
        assert (await ask("v2", kind="bot", bot="none"))["status"] == 404
        assert (await ask("v2", kind="bot", bot="nova"))["status"] == 200
        assert lab.told() == []

    probing(lab, script)


def test_what_can_not_be_asked_is_refused(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        with pytest.raises(SettingsError, match="there is no integration 'none'"):
            await ask("none")

    probing(lab, script)


def test_a_list_that_comes_after_a_newer_one_or_after_a_reset_is_not_kept(lab: Lab) -> None:
    async def script(ask: Any) -> None:
        go_on = asyncio.Event()

        async def late(request: web.BaseRequest) -> web.StreamResponse:
            await go_on.wait()
            return await given({"entities": []})(request)

        for overtaken in ("newer", "reset"):
            go_on.clear()
            lab.answers(late, {"entities": [VEGA]})
            lab.org.perform(PullBots("v2"))
            await lab.host.until(lambda: lab.org.open_exchanges == 1 and not lab.host.answers[1:])
            if overtaken == "reset":
                lab.org.say("bot_connector", "reset")
            lab.org.perform(PullBots("v2"))
            await lab.host.until(lambda: not lab.host.answers and lab.org.open_exchanges == 1)
            go_on.set()
            await lab.quiet()
            assert list(bots_of(lab.org, "v2")) == ["vega"]

    probing(lab, script)
