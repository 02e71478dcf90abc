"""HTTPS and gateways: clients that are not ours, unmodified, find and trust the emulator under Genesys' names."""

from __future__ import annotations

import importlib
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from websockets.sync.client import connect

from understudy.children import Child, python
from understudy.control.client import ControlClient

HOST = "api.mypurecloud.de"
SDK_PROGRAM = """
import sys
import PureCloudPlatformClientV2 as sdk
sdk.configuration.host = sys.argv[1]
client = sdk.api_client.ApiClient(sys.argv[1]).get_client_credentials_token("admin", "secret")
print(sdk.RoutingApi(client).get_routing_queues().total)
"""


@dataclass(frozen=True, slots=True)
class Secure:
    """``understudy serve`` with http and https, and a gateway's prefixes."""

    child: Child
    http: str
    https: str
    authority: Path

    @property
    def port(self) -> int:
        return int(self.https.rpartition(":")[2])


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    arguments = [
        "serve", "--json", "--port", "0", "--tls-port", "0", "--ca-dir", str(folder / "ca"), "--admin-client",
        "admin:secret", "--region", "https://apps.mypurecloud.de/directory/", "--prefix", "login=/login", "--prefix",
        "api=/api", "--limits", "relaxed",
    ]  # fmt: skip
    child = Child("the emulator", python("-m", "understudy", *arguments), env={}, log=folder / "emulator.log")
    try:
        line = child.first_line()
        yield Secure(child, line["url"], line["tls_url"], folder / "ca" / "ca.pem")
        assert child.tail() == "(it wrote nothing)"
    finally:
        child.stop()


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The SDK with settings of its own, put back afterwards: its configuration is one for the process."""
    monkeypatch.setenv("HOME", str(tmp_path))
    package = importlib.import_module("PureCloudPlatformClientV2")
    own = ("host", "ssl_ca_cert", "ssl_context")  # the context is made once, by whichever test comes first
    before = {name: getattr(package.configuration, name) for name in own}
    package.configuration.ssl_context = None
    yield package
    for name, value in before.items():
        setattr(package.configuration, name, value)


def log_in(sdk: Any, url: str) -> Any:
    sdk.configuration.host = url
    return sdk.api_client.ApiClient(url).get_client_credentials_token("admin", "secret")


def test_the_sdk_is_served_by_https_once_it_trusts_the_authority(secure: Secure, sdk: Any) -> None:
    sdk.configuration.ssl_ca_cert = str(secure.authority)
    client = log_in(sdk, secure.https)
    channel = sdk.NotificationsApi(client).post_notifications_channels()
    assert channel.connect_uri.startswith(f"wss://127.0.0.1:{secure.port}/channels/")
    with connect(channel.connect_uri, ssl=ssl.create_default_context(cafile=str(secure.authority))) as peer:
        peer.send(json.dumps({"message": "ping"}))
        assert json.loads(peer.recv(5.0))["eventBody"] == {"message": "pong"}


def test_by_http_the_same_emulator_gives_a_socket_without_tls(secure: Secure, sdk: Any) -> None:
    channel = sdk.NotificationsApi(log_in(sdk, secure.http)).post_notifications_channels()
    assert channel.connect_uri.startswith(secure.http.replace("http", "ws") + "/channels/")


@pytest.mark.parametrize("trusting", [True, False])
def test_the_environment_alone_makes_the_sdk_trust_it(secure: Secure, tmp_path: Path, trusting: bool) -> None:
    env = {**os.environ, "HOME": str(tmp_path)} | ({"SSL_CERT_FILE": str(secure.authority)} if trusting else {})
    done = subprocess.run(
        [sys.executable, "-c", SDK_PROGRAM, secure.https], env=env, capture_output=True, text=True, check=False
    )
    if trusting:
        assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    else:
        assert done.returncode != 0
        assert "CERTIFICATE_VERIFY_FAILED" in done.stderr


def test_a_client_that_does_not_trust_it_fails_and_the_emulator_serves_on(secure: Secure) -> None:
    with pytest.raises(urllib3.exceptions.MaxRetryError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=None).request("GET", secure.https, retries=0)
    with pytest.raises(urllib3.exceptions.HTTPError):  # http where https is spoken
        urllib3.request("GET", secure.https.replace("https", "http"), retries=False, timeout=2.0)
    assert ControlClient(secure.http).ready()


def ask(secure: Secure, method: str, host: str, path: str, **arguments: Any) -> tuple[int, Mapping[str, Any]]:
    """What a hosts file would do: the name is checked and sent, the address is this machine's."""
    headers = {**arguments.pop("headers", {}), "Host": f"{host}:{secure.port}"}
    with urllib3.HTTPSConnectionPool(
        "127.0.0.1", secure.port, ca_certs=str(secure.authority), server_hostname=host, assert_hostname=host,
        retries=False,
    ) as pool:  # fmt: skip
        answer = pool.request(method, path, headers=headers, **arguments)
        return answer.status, answer.json()


def token_of(secure: Secure, domain: str) -> tuple[int, Mapping[str, Any]]:
    basic = urllib3.make_headers(basic_auth="admin:secret")
    form = {"grant_type": "client_credentials"}
    return ask(secure, "POST", f"login.{domain}", "/oauth/token", fields=form, encode_multipart=False, headers=basic)


def test_under_genesys_names_host_check_region_and_socket_are_those_of_the_region(secure: Secure) -> None:
    status, body = token_of(secure, "mypurecloud.de")
    assert status == 200
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    status, channel = ask(secure, "POST", HOST, "/api/v2/notifications/channels", headers=bearer)
    assert status == 200
    assert channel["connectUri"] == f"wss://streaming.mypurecloud.de:{secure.port}/channels/{channel['id']}"
    context = ssl.create_default_context(cafile=str(secure.authority))
    with (
        socket.create_connection(("127.0.0.1", secure.port)) as line,
        connect(channel["connectUri"], sock=line, ssl=context, server_hostname="streaming.mypurecloud.de") as peer,
    ):
        peer.send(json.dumps({"message": "ping"}))
        assert json.loads(peer.recv(5.0))["eventBody"] == {"message": "pong"}


def test_another_regions_login_does_not_know_the_client(secure: Secure) -> None:
    status, body = token_of(secure, "mypurecloud.ie")
    assert (status, body["error"], body["description"]) == (400, "invalid_client", "client not found")


def test_urllib3_checks_the_host_name_by_sni(secure: Secure) -> None:
    def get(name: str) -> int:
        with urllib3.HTTPSConnectionPool(
            "127.0.0.1", secure.port, ca_certs=str(secure.authority), server_hostname=name, assert_hostname=name,
            retries=False,
        ) as pool:  # fmt: skip
            return pool.request("GET", "/api/v2/users/me", headers={"Host": name}).status

    assert get(HOST) == 401
    assert get("webmessaging.use2.us-gov-pure.cloud") == 401
    with pytest.raises(urllib3.exceptions.SSLError, match=r"hostname 'api\.example\.org' doesn't match"):
        get("api.example.org")


def test_the_sdk_passes_a_gateway_and_the_record_has_the_target_as_it_came(secure: Secure, sdk: Any) -> None:
    client = sdk.api_client.ApiClient()
    client.set_gateway("127.0.0.1", "http", int(secure.http.rpartition(":")[2]), "login", "api")
    client.get_client_credentials_token("admin", "secret")
    api = sdk.RoutingApi(client)
    queue = sdk.CreateQueueRequest()
    for name in ("One", "Two"):
        queue.name = name
        api.post_routing_queues(queue)
    listed = api.get_routing_queues(page_size=1)
    assert (listed.total, listed.page_count) == (2, 2)
    assert listed.next_uri == "/api/v2/routing/queues?pageSize=1&pageNumber=2"
    channel = sdk.NotificationsApi(client).post_notifications_channels()
    assert channel.connect_uri.startswith(secure.http.replace("http", "ws") + "/channels/")
    entries = ControlClient(secure.http).call("GET", "entries")["entries"]
    names = [entry["name"] for entry in entries if entry.get("direction") == "in"]
    assert "POST /login/oauth/token" in names
    assert "GET /api/api/v2/routing/queues?pageSize=1" in names
    (one,) = [entry for entry in entries if entry["name"] == "GET /api/api/v2/routing/queues?pageSize=1"]
    assert one["data"]["operation"] == "getRoutingQueues"


@pytest.mark.parametrize("path", ["/genesys/api/v2/routing/queues", "/login/api/v2/routing/queues"])
def test_a_prefix_that_was_not_configured_is_no_path_of_the_platform(secure: Secure, path: str) -> None:
    answer = urllib3.request("GET", secure.http + path, retries=False)
    assert (answer.status, answer.json()["status"]) == (404, 404)


def test_the_command_prints_the_authority_that_serve_uses_and_never_a_key(secure: Secure, tmp_path: Path) -> None:
    folder = str(secure.authority.parent)
    command = python("-m", "understudy", "ca", "--ca-dir", folder)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == secure.authority.read_text()
    assert "NODE_EXTRA_CA_CERTS=" in done.stderr
    told = subprocess.run(
        [*command, "--json", "--out", str(tmp_path / "x.pem")], capture_output=True, text=True, check=True
    )
    found = json.loads(told.stdout)
    assert found["path"] == str(tmp_path / "x.pem")
    assert (tmp_path / "x.pem").read_text() == done.stdout
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", found["path"]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip().endswith(f"={found['fingerprint']}")
    assert "PRIVATE" not in done.stdout + done.stderr + told.stdout + told.stderr
