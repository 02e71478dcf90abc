"""Routes, and in which order a request is judged; what v2 serves; each fault of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig

Make = Callable[..., "Rig"]
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_reaches_the_bot(bot: Make, method: str) -> None:
    reply = bot().request(method, "/genesys/ENDPOINT-1f0a7c52", {})
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")
    assert bot("any_method").request(method, "/genesys/ENDPOINT-1f0a7c52").status == 200


@pytest.mark.parametrize("media", ["text/plain", "", "application/xml"])
def test_another_media_type_is_refused(bot: Make, media: str) -> None:
    rig = bot()
    headers = {"Content-Type": media, "verify-token": rig.token}
    assert rig.request("POST", rig.path, rig.body("hi"), headers).status == 415
    assert bot("any_media_type").request("POST", rig.path, rig.body("hi"), headers).status == 200
    with_charset = {**headers, "Content-Type": "Application/JSON; charset=utf-8"}
    assert rig.request("POST", rig.path, rig.body("hi"), with_charset).status == 200


def test_a_wrong_credential_is_refused_before_anything_is_read(bot: Make) -> None:
    rig = bot()
    for path in (rig.path, "/digital/messages"):
        reply = rig.request("POST", path, b"no JSON", {"verify-token": "wrong"})
        assert reply.status == 401
        assert set(reply.body) == {"error"}
        assert rig.token not in str(reply)
    assert rig.request("GET", "/digital/bots", headers={}).status == 401


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_malformed_json_is_400_with_a_json_error(bot: Make, raw: bytes) -> None:
    rig = bot()
    reply = rig.request("POST", rig.path, raw)
    assert (reply.status, list(reply.body)) == (400, ["error"])
    assert bot("malformed_is_500").request("POST", rig.path, raw).status == 500
    page = bot("refuses_as_page").request("POST", rig.path, raw)
    assert (page.status, page.headers["Content-Type"], (page.raw or b"")[:4]) == (400, "text/html", b"<h1>")


@pytest.mark.parametrize("name", ["botId", "botSessionId", "inputMessage"])
@pytest.mark.parametrize("value", [None, "", 5, "x" * 300])
def test_a_missing_field_is_named(bot: Make, name: str, value: Any) -> None:
    rig = bot()
    body = {**rig.body("hi"), name: value}
    reply = rig.request("POST", rig.path, body)
    assert reply.status == 400
    assert name in reply.body["error"]
    assert bot("missing_is_500").request("POST", rig.path, body).status == 500


def test_an_unknown_bot_or_version_is_404(bot: Make) -> None:
    rig = bot()
    assert rig.turn("hi", botId="another").status == 404
    assert rig.turn("hi", botVersion="2").status == 404
    assert bot("any_bot_answers").turn("hi", botId="another").status == 200


def test_unknown_fields_are_ignored(bot: Make) -> None:
    more: dict[str, Any] = {"chatBot": {"id": 1}, "reqId": "x"}
    assert bot().turn("hi", **more).status == 200
    assert bot("strict_fields").turn("hi", **more).status == 400


@pytest.mark.parametrize(
    ("fault", "fields"),
    [
        ("empty_is_500", {"inputMessage": {"type": "Text", "text": " "}}),
        ("attachment_is_500", {"inputMessage": {"text": "", "content": [{"contentType": "Attachment"}]}}),
        ("long_is_500", {"inputMessage": {"type": "Text", "text": "a" * 4096}}),
        ("language_is_500", {"languageCode": "fr-fr"}),
        ("direct_click_is_500", {"inputMessage": {"text": "", "buttonResponse": {"payload": "p"}}}),
    ],
)
def test_what_fails_with_a_fault_works_without(bot: Make, fault: str, fields: dict[str, Any]) -> None:
    assert bot().turn("x", **fields).status == 200
    broken = bot(fault)
    assert broken.turn("x", **fields).status == 500
    assert broken.turn("hi").status == 200


def test_texts_of_20_kb_are_answered_and_huge_ones_refused(bot: Make) -> None:
    rig = bot()
    assert rig.turn("é" * 10_000).status == 200
    assert rig.turn("x" * 70_000).status == 413
    assert rig.turn(None).status == 200
    assert rig.turn("hi", inputMessage={"text": 5}).status == 400


def test_v2_lists_and_shows_its_bots(bot: Make) -> None:
    rig = bot()
    (listed,) = rig.request("GET", "/digital/bots").body["entities"]
    assert listed == rig.request("GET", f"/digital/bots/{rig.bot}").body
    assert rig.request("GET", "/digital/bots/another").status == 404
    assert rig.request("POST", "/digital/bots").status == 405
    assert rig.request("GET", "/digital/messages").status == 405
    assert rig.request("GET", "/digital/more").status == 404
    assert bot("any_bot").request("GET", "/digital/bots/another").status == 200
    assert len(bot("repeats_bot").request("GET", "/digital/bots").body["entities"]) == 2


def test_v2_has_its_own_keys_and_strings(bot: Make) -> None:
    body = bot().digital("done").body
    assert (body["botState"], body["intent"]) == ("Complete", "Success")
    (entity,) = body["entities"]
    assert entity["name"] == "processedTimestamp"
    assert entity["value"].isdigit()
    assert "replyMessages" in body
    assert "replymessages" not in body


def test_a_disabled_endpoint_is_404_in_both_contracts(bot: Make) -> None:
    for rig, status in ((bot(), 404), (bot("ignores_disabled"), 200)):
        assert rig.request("POST", "/enabled", {"enabled": False}, {}).body == {"enabled": False}
        assert rig.turn("hi").status == status
        assert rig.request("GET", "/digital/bots").status == status
        rig.request("POST", "/enabled", {"enabled": True}, {})
        assert rig.turn("hi").status == 200
    assert rig.request("GET", "/genesys/other").status == 404


def test_no_answer_repeats_a_secret_but_with_its_fault(bot: Make) -> None:
    rig, leaking = bot(), bot("leaks_token")
    wrong = {**JSON, "verify-token": "wrong"}
    assert rig.token not in str(rig.request("POST", rig.path, rig.body("hi"), wrong).body)
    assert rig.token in str(leaking.request("POST", rig.path, rig.body("hi"), wrong).body.values())
    answering = bot("refuses_with_answer").request("POST", rig.path, rig.body("hi"), wrong)
    assert (answering.status, answering.body["botState"]) == (401, "FAILED")


def test_every_tenth_answer_is_slow_with_its_fault(bot: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = bot("slow_now_and_then")
    waited: list[float] = []
    monkeypatch.setattr(rig.stopping, "wait", waited.append)
    for _ in range(20):
        rig.turn("hi")
        rig.turn("weather")
    assert len(waited) == 2
    assert min(waited) > 7
