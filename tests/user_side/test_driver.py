from __future__ import annotations

import asyncio
import shlex
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from understudy.clock import OrgClock
from understudy.errors import SettingsError, StartError
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.user_side.driver import UserSide
from understudy.user_side.messages import UserSideError
from understudy.world.org import Org


@pytest.fixture
def org(loopback: Any) -> Org:
    clock = OrgClock(loopback.clock)
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})


def listing(count: int) -> Any:
    async def answer(request: web.BaseRequest) -> web.Response:
        messages = [{"id": str(n), "type": "text", "text": f"t{n}", "from": "bot"} for n in range(count)]
        return web.json_response({"messages": messages})

    return answer


def test_what_the_user_does_is_posted_at_the_users_own_address(loopback: Any, org: Org) -> None:
    async def script() -> None:
        loopback.answers = [202, 202, 202]
        async with loopback.peer() as url:
            org.live["user_side"] = {"url": url + "/test/", "command": ""}
            side = UserSide(loopback)
            assert (await side.act(org, "say", "u 1", {"text": "hi"}))["status"] == 202
            await side.act(org, "typing", "u 1", {})
            await side.act(org, "end", "u 1", {})
        assert [(method, path) for method, path, _, _ in loopback.seen] == [
            ("POST", "/test/users/u%201/messages"),
            ("POST", "/test/users/u%201/typing"),
            ("POST", "/test/users/u%201/end"),
        ]
        assert [orjson.loads(body) for _, _, _, body in loopback.seen] == [{"text": "hi"}, {}, {}]
        sent = loopback.named("POST /test/users/u%201/messages")[0]
        assert (sent.interface, sent.customer, sent.direction) == ("user_side", "u 1", "out")
        assert org.is_quiet()

    asyncio.run(script())


def test_seen_waits_for_enough_and_records_only_the_last_look(loopback: Any, org: Org) -> None:
    async def script() -> None:
        loopback.answers = [listing(0), 503, listing(1), listing(2)]
        async with loopback.peer() as url:
            org.live["user_side"] = {"url": url}
            answer = await UserSide(loopback).act(org, "seen", "u-1", {"at_least": 2, "timeout": 5})
        assert [one["text"] for one in answer["messages"]] == ["t0", "t1"]
        assert len(loopback.seen) == 4
        assert len(loopback.recorder.ring.read(0)) == 2

    asyncio.run(script())


def test_seen_returns_what_there_is_when_the_time_is_up(loopback: Any, org: Org) -> None:
    async def script() -> None:
        loopback.answers = [listing(1)] * 50
        async with loopback.peer() as url:
            org.live["user_side"] = {"url": url}
            seen = await UserSide(loopback).seen(org, "u-1", 2, 0.1)
            assert [one["text"] for one in seen] == ["t0"]

    asyncio.run(script())


def test_a_broken_listing_is_recorded_and_named(loopback: Any, org: Org) -> None:
    async def broken(request: web.BaseRequest) -> web.Response:
        return web.Response(text="<html>")

    async def script() -> None:
        loopback.answers = [broken]
        async with loopback.peer() as url:
            org.live["user_side"] = {"url": url}
            with pytest.raises(UserSideError, match="seen: is not JSON"):
                await UserSide(loopback).seen(org, "u-1", 0, 1)
        assert loopback.named("200")[0].body == b"<html>"

    asyncio.run(script())


def test_refusals_and_silence_are_said_so(loopback: Any, org: Org) -> None:
    async def script() -> None:
        loopback.answers = [404, 500]
        async with loopback.peer() as url:
            side = UserSide(loopback)
            org.live["user_side"] = {"url": url}
            with pytest.raises(UserSideError, match="say: answered 404, not 200 or 201 or 202 or 204"):
                await side.say(org, "u-1", "hi")
            with pytest.raises(UserSideError, match="seen: answered 500, not 200"):
                await side.seen(org, "u-1", 0, 0)
            org.live["user_side"] = {"url": "http://127.0.0.1:9"}
            with pytest.raises(StartError, match="user side: end: unreachable"):
                await side.leave(org, "u-1")

    asyncio.run(script())


def test_without_a_user_side_the_settings_are_wrong(loopback: Any, org: Org) -> None:
    with pytest.raises(SettingsError, match="give \\[user_side\\] url or command"):
        asyncio.run(UserSide(loopback).typing(org, "u-1"))
    with pytest.raises(SettingsError, match="did you mean 'seen'"):
        asyncio.run(UserSide(loopback).act(org, "sen", "u-1", {}))


def test_a_command_does_the_same(loopback: Any, org: Org, tmp_path: Path) -> None:
    script = tmp_path / "side.py"
    script.write_text(
        "import json, pathlib, sys\n"
        "verb, user = sys.argv[1:]\n"
        f"store = pathlib.Path({str(tmp_path / 'said')!r})\n"
        "if verb == 'say':\n"
        "    store.write_text(json.load(sys.stdin)['text'])\n"
        "else:\n"
        "    text = store.read_text() + ' to ' + user\n"
        "    print(json.dumps({'messages': [{'id': '1', 'type': 'text', 'text': text, 'from': 'bot'}]}))\n"
    )
    org.live["user_side"] = {"url": "", "command": f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"}

    async def run() -> None:
        side = UserSide(loopback)
        await side.say(org, "o'user", "hello")
        assert [one["text"] for one in await side.seen(org, "o'user", 1, 5)] == ["hello to o'user"]
        org.live["user_side"] = {"command": "exit 3;"}
        with pytest.raises(StartError, match="the command ended with exit code 3"):
            await side.typing(org, "u-1")

    asyncio.run(run())
