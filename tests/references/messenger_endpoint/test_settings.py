from __future__ import annotations

import pytest

from understudy.references.messenger_endpoint.settings import read_settings
from understudy.references.vendor_side.settings import WrongSetting

GIVEN = {"GENESYS_BASE_URL": "https://gateway.example/x/", "GENESYS_DEPLOYMENT_ID": "d-1"}


def test_the_socket_is_at_the_address_of_the_api() -> None:
    settings = read_settings(GIVEN)
    assert settings.socket_url == "wss://gateway.example/x/v1?deploymentId=d-1"
    assert (settings.door, settings.port, settings.health) == ("", 0, 30.0)
    assert read_settings({**GIVEN, "GENESYS_BASE_URL": "http://h:1"}).socket_url == "ws://h:1/v1?deploymentId=d-1"
    assert read_settings({**GIVEN, "DOOR_PATH": "/test/"}).door == "/test"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("GENESYS_DEPLOYMENT_ID", "", "GENESYS_DEPLOYMENT_ID is not set: give id of the messenger deployment"),
        ("GENESYS_BASE_URL", "x", "GENESYS_BASE_URL is 'x', not an address such as http://127.0.0.1:8080"),
        ("DOOR_PATH", "test", "DOOR_PATH is 'test', not a path such as /"),
        ("PORT", "1.5", "PORT is '1.5', not a number from 0 to 65535"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, text: str) -> None:
    with pytest.raises(WrongSetting) as error:
        read_settings({**GIVEN, name: value})
    assert str(error.value) == text
