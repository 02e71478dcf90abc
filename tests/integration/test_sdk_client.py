"""How the official Python SDK, unmodified, lives with limits, expiry and its configuration file."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.integration.conftest import Serve, Serving

DAY: Final = 86_400
FROM_FILE: Final = """
import sys
import PureCloudPlatformClientV2 as sdk
client = sdk.api_client.ApiClient().get_client_credentials_token(*sys.argv[1:])
print(sdk.OrganizationApi(client).get_organizations_me().name)
"""


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve(limits="real") as running:
        yield running


@pytest.fixture
def package(emulator: Serving) -> Any:
    package = importlib.import_module("PureCloudPlatformClientV2")
    package.configuration.host = emulator.url
    return package


@pytest.fixture
def client(package: Any, emulator: Serving) -> Any:
    return package.api_client.ApiClient(emulator.url).get_client_credentials_token(*emulator.client)


def asked(emulator: Serving) -> int:
    return len(emulator.entries(name="GET /api/v2/routing/queues?*", direction="in"))


def test_429_with_retry_after_is_retried_without_a_word(package: Any, client: Any, emulator: Serving) -> None:
    before = asked(emulator)
    emulator.org.post("faults", status=429, retry_after=1, operation="getRoutingQueues")
    found = package.RoutingApi(client).get_routing_queues(page_size=1)
    assert found.page_size == 1
    assert asked(emulator) - before == 2


def test_429_without_retry_after_is_raised_at_once(package: Any, client: Any, emulator: Serving) -> None:
    before = asked(emulator)
    emulator.org.post("faults", status=429, operation="getRoutingQueues")
    with pytest.raises(package.rest.ApiException) as raised:
        package.RoutingApi(client).get_routing_queues(page_size=1)
    assert raised.value.status == 429
    assert asked(emulator) - before == 1


def test_a_token_expires_on_the_orgs_clock(package: Any, client: Any, emulator: Serving) -> None:
    package.RoutingApi(client).get_routing_queues()
    emulator.org.post("advance", seconds=DAY + 1.0)
    with pytest.raises(package.rest.ApiException) as raised:
        package.RoutingApi(client).get_routing_queues()
    assert raised.value.status == 401
    again = package.api_client.ApiClient(emulator.url).get_client_credentials_token(*emulator.client)
    assert package.RoutingApi(again).get_routing_queues() is not None


def test_a_configuration_file_is_all_it_takes(emulator: Serving, tmp_path: Path) -> None:
    folder = tmp_path / ".genesyscloudpython"
    folder.mkdir()
    (folder / "config").write_text(f"[general]\nhost = {emulator.url}\nlive_reload_config = false\n", "utf-8")
    command = [sys.executable, "-c", FROM_FILE, *emulator.client]
    env = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=50)
    assert (done.returncode, done.stdout.strip()) == (0, "Understudy"), done.stderr
