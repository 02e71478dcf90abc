"""The test door: what a suite may look at and change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig

Make = Callable[..., "Rig"]


def test_the_bot_list_is_the_guides_body_to_the_letter(bot: Make) -> None:
    rig = bot(bot_list="guide")
    slot = {"processedTimestamp": {"name": "processedTimestamp", "type": "integer"}}
    version = {"version": "1", "supportedLanguages": ["en-us"], "intents": [{"name": "Success", "slots": slot}]}
    assert rig.request("GET", "/bots-list", headers={}).body == {
        "chatBots": [{"id": rig.bot, "name": "Cognigy.AI Bot", "versions": [version]}]
    }


def test_the_token_can_be_changed(bot: Make) -> None:
    rig = bot()
    assert rig.request("POST", "/token", {"token": "n3w!"}, {}).body == {"changed": True}
    assert rig.turn("hi").status == 401
    headers = {"Content-Type": "application/json", "Verify-Token": "n3w!"}
    assert rig.request("POST", rig.path, rig.body("hi"), headers).status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/token", {}), ("/token", {"token": "a b"}), ("/token", {"token": "é"}), ("/enabled", {"enabled": "no"}),
        ("/enabled", b"x"), ("/clock", {"minutes": "1"}), ("/clock", {"minutes": -1}), ("/clock", {"minutes": True}),
        ("/clock", {"minutes": float("nan")}), ("/credentials", b"[]"),
    ],
)  # fmt: skip
def test_wrong_bodies_are_told(bot: Make, path: str, body: Any) -> None:
    reply = bot().request("POST", path, body, {})
    assert (reply.status, list(reply.body)) == (400, ["error"])


def test_methods_and_paths_that_there_are_not(bot: Make) -> None:
    rig = bot()
    assert rig.request("DELETE", "/enabled", headers={}).headers == {"Allow": "GET, HEAD, POST"}
    assert rig.request("GET", "/token", headers={}).headers == {"Allow": "POST"}
    assert rig.request("POST", "/copilot/x", headers={}).status == 405
    assert rig.request("GET", "/ready", headers={}).body == {"ready": True}
    for path in ("/", "/nothing", "/enabled/more", "/copilot"):
        assert rig.request("GET", path, headers={}).status == 404
