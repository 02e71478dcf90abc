"""Settings come from the environment; what is wrong is named with its remedy."""

from __future__ import annotations

import pytest

from understudy.references.cognigy_endpoint.settings import read_settings
from understudy.references.cognigy_endpoint.words import defaults
from understudy.references.vendor_side.settings import WrongSetting

GIVEN = {
    "GENESYS_BASE_URL": "http://127.0.0.1:8080/",
    "GENESYS_CLIENT_ID": "c",
    "GENESYS_CLIENT_SECRET": "s",
    "VERIFY_TOKEN": "t!",
    "BOT_ID": "b",
}


def test_defaults_fill_what_is_not_set() -> None:
    settings = read_settings({**GIVEN, "PORT": "", "OAUTH2_URL": "mypurecloud.de"})
    assert (settings.host, settings.port, settings.topology, settings.bot_list) == ("127.0.0.1", 0, "messenger", "full")
    assert (settings.path, settings.digital) == ("/genesys/ENDPOINT-1f0a7c52", "/digital")
    assert (settings.login.domain, settings.login.scope) == ("mypurecloud.de", "*")
    assert settings.phrases == defaults()


def test_all_missing_settings_are_named_at_once() -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings({})
    assert [line.split()[0] for line in str(caught.value).splitlines()] == list(GIVEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GENESYS_BASE_URL", "mypurecloud.de"), ("VERIFY_TOKEN", "a b"), ("VERIFY_TOKEN", "ü"), ("BOT_LIST", "none"),
        ("TOPOLOGY", "v3"), ("ENDPOINT_PATH", "x"), ("ENDPOINT_PATH", "/enabled"), ("DIGITAL_PATH", "/copilot/x"),
        ("SLOW_SECONDS", "61"), ("PORT", "1.5"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_and_a_secret_not_shown(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name) as caught:
        read_settings({**GIVEN, name: value})
    assert name != "VERIFY_TOKEN" or value not in str(caught.value).split()
