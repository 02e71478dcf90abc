from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.bot_connector.conftest import TOKEN, URI

from understudy.bot_connector.messages import Variant
from understudy.bot_connector.probe import Probe
from understudy.bot_connector.provider import provider_of
from understudy.errors import SettingsError
from understudy.world.org import Org


def made(org: Org, **spec: Any) -> Probe:
    probe = Probe.parse({"integration": "v1", **spec})
    return probe.completed(org, Variant(probe.integration))


def test_a_turn_is_filled_in_from_what_the_integration_has(org: Org) -> None:
    probe = made(org)
    body = orjson.loads(probe.body())
    assert (body["botId"], body["botVersion"], body["languageCode"]) == ("nova", "1", "en-us")
    assert body["inputMessage"] == {"type": "Text", "text": "hi"}
    assert not {"parameters", "messageId"} & set(body)
    assert "messageId" in orjson.loads(made(org, integration="v2").body())
    assert made(org).session != probe.session


@pytest.mark.parametrize(
    ("spec", "path", "value"),
    [
        ({"text": ""}, "inputMessage", {"type": "Text", "text": ""}),
        ({"type": "Event"}, "inputMessage", {"type": "Event", "text": "hi"}),
        ({"content": [{"a": 1}]}, "inputMessage", {"type": "Structured", "text": "hi", "content": [{"a": 1}]}),
        ({"message": {"x": 1}}, "inputMessage", {"x": 1}),
        ({"parameters": {"a": "b"}}, "parameters", {"a": "b"}),
        ({"extra": {"chatBot": {}}}, "chatBot", {}),
        ({"extra": {"botId": 1}}, "botId", 1),
        ({"message_id": "m"}, "messageId", "m"),
        ({"timeout": 0}, "botSessionTimeout", 0),
        ({"drop": ["botSessionId"]}, "botSessionId", None),
        ({"bot": "none", "version": "9"}, "botId", "none"),
    ],
)
def test_a_test_says_what_is_different(org: Org, spec: dict[str, Any], path: str, value: Any) -> None:
    assert orjson.loads(made(org, **spec).body()).get(path) == value


def test_the_body_may_be_any_text_and_the_request_any_method_and_type(org: Org) -> None:
    probe = made(org, raw="{\ud800", method="PUT", content_type="text/plain")
    request = probe.request(provider_of(org, "v1"))
    headers = dict(request.headers)
    assert (request.method, request.url, request.body) == ("PUT", URI, b"{\xed\xa0\x80")
    assert (headers["Content-Type"], headers["Content-Length"], headers["verify-token"]) == ("text/plain", "4", TOKEN)
    without = made(org, content_type=None).request(provider_of(org, "v1"))
    assert "Content-Type" not in dict(without.headers)


def test_v2_s_lists_are_asked_for_below_the_base(org: Org) -> None:
    bots = made(org, integration="v2", kind="bots").request(provider_of(org, "v2"))
    one = made(org, integration="v2", kind="bot", bot="a/b").request(provider_of(org, "v2"))
    assert (bots.method, bots.url, bots.body) == ("GET", f"{URI}/bots", b"")
    assert one.url == f"{URI}/bots/a%2Fb"
    assert "Content-Type" not in dict(bots.headers)
    assert made(org, integration="v2", kind="bot", bot="nova").data(org, Variant.V2)["known"] is True
    assert made(org, integration="v2", kind="bot", bot="x").data(org, Variant.V2)["known"] is False
    with pytest.raises(SettingsError, match="is not asked for its bots"):
        made(org, kind="bots")


def test_the_record_is_told_what_was_made_of_the_turn(org: Org) -> None:
    data = made(org, probe="long", test="t", check="BC-24", credential="other").data(org, Variant.V1)
    told = {key: data[key] for key in ("variant", "kind", "credential", "probe", "test", "check", "bot", "version")}
    assert told == {
        "variant": "v1", "kind": "turn", "credential": "other", "probe": "long", "test": "t", "check": "BC-24",
        "bot": "nova", "version": "1",
    }  # fmt: skip
    assert not {"probe", "test", "check", "known", "close_after"} & set(made(org).data(org, Variant.V1))


@pytest.mark.parametrize(
    ("spec", "plain"),
    [
        ({"text": "x", "session": "s", "test": "t"}, True),
        ({"probe": "x"}, False),
        ({"raw": "x"}, False),
        ({"credential": "none"}, False),
        ({"drop": ["botId"]}, False),
        ({"method": "GET"}, False),
        ({"close_after": 1}, False),
    ],
)
def test_only_a_turn_of_which_nothing_was_made_is_judged(org: Org, spec: dict[str, Any], plain: bool) -> None:
    assert made(org, **spec).is_plain is plain


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "list"},
        {"bot": 1},
        {"content": {}},
        {"drop": [1]},
        {"extra": []},
        {"parameters": "a"},
        {"timeout": True},
        {"wait": 0},
        {"close_after": 1000},
        {"method": "LOOK"},
        {"credential": "best"},
        {"content_type": 1},
        {"unknown": 1},
    ],
)
def test_a_spec_that_is_none_names_its_field(spec: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="bot_turn"):
        Probe.parse({"integration": "v1", **spec})


def test_without_credentials_none_can_be_varied(org: Org) -> None:
    config = org.entities.of("integrations.config/v1")["current"]
    org.entities.put(config.type, "current", {**config.body, "credentials": {}})
    with pytest.raises(SettingsError, match="there is nothing to vary"):
        made(org, credential="other").request(provider_of(org, "v1"))
    assert made(org, credential="none").request(provider_of(org, "v1")).body


def test_an_integration_without_bots_has_made_up_ones(org: Org) -> None:
    org.entities.of("integrations.botconnector.bots/v1").clear()
    assert orjson.loads(made(org).body())["botId"] == "unknown"
