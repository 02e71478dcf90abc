"""Settings come from the environment; what is wrong is named with its remedy."""

from __future__ import annotations

import pytest

from understudy.references.polyai_endpoint.settings import read_settings
from understudy.references.vendor_side.settings import WrongSetting

GIVEN = {
    "GENESYS_BASE_URL": "http://127.0.0.1:8080/",
    "GENESYS_INTEGRATION_ID": "i",
    "GENESYS_CLIENT_ID": "c",
    "GENESYS_CLIENT_SECRET": "s",
    "WEBHOOK_SECRET": "w",
}


def test_defaults_fill_what_is_not_set() -> None:
    settings = read_settings({**GIVEN, "PORT": ""})
    assert (settings.host, settings.port, settings.topology, settings.reply_operation) == (
        "127.0.0.1",
        0,
        "channel",
        "agentless",
    )
    assert (settings.handoff_phrase, settings.end_phrase, settings.backoff) == ("agent please", "bye", 0.2)
    assert settings.base_url == "http://127.0.0.1:8080"


def test_all_missing_settings_are_named_at_once() -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings({"GENESYS_CLIENT_ID": "c", "WEBHOOK_SECRET": "w", "GENESYS_BASE_URL": "http://x"})
    assert str(caught.value) == (
        "GENESYS_INTEGRATION_ID is not set: give id of the Open Messaging integration\n"
        "GENESYS_CLIENT_SECRET is not set: give its secret"
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("PORT", "70000", "PORT is '70000', not a number from 0 to 65535"),
        ("PORT", "1.5", "PORT is '1.5', not a number from 0 to 65535"),
        ("PORT", "http", "PORT is 'http', not a number from 0 to 65535"),
        ("BACKOFF_SECONDS", "nan", "BACKOFF_SECONDS is 'nan', not a number from 0 to 60"),
        ("TOPOLOGY", "both", "TOPOLOGY is 'both', not one of channel, forward"),
        ("REPLY_OPERATION", "mail", "REPLY_OPERATION is 'mail', not one of agentless, inbound, communication"),
        (
            "GENESYS_BASE_URL",
            "localhost:1",
            "GENESYS_BASE_URL is 'localhost:1', not an address such as http://127.0.0.1:8080",
        ),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, text: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings({**GIVEN, name: value})
    assert str(caught.value) == text
