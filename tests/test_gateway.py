from __future__ import annotations

import pytest

from understudy.errors import SettingsError
from understudy.gateway import Gateway, origin_form, origin_of, parse_prefixes, socket_origin

GATEWAY = Gateway({"login": "/login", "api": "/api", "streaming": "/gw/sockets"})


@pytest.mark.parametrize(
    ("target", "prefix"),
    [
        ("/login/oauth/token", "/login"),
        ("/login/logout?client_id=1", "/login"),
        ("/api/api/v2/users/me?expand=a", "/api"),
        ("/gw/sockets/channels/1", "/gw/sockets"),
        ("/api/v2/users/me", ""),  # the platform's own paths stay what they are
        ("/oauth/token", ""),
        ("/login/api/v2/users/me", ""),  # a prefix is one host's
        ("/api/oauth/token", ""),
        ("/apiapi/v2/users", ""),
        ("/api/api/v3/users", ""),
        ("/x/api/api/v2/users", ""),
        ("/", ""),
    ],
)
def test_a_prefix_is_taken_off_the_paths_of_its_host_only(target: str, prefix: str) -> None:
    assert GATEWAY.prefix(target) == prefix


def test_without_a_prefix_nothing_is_taken_off() -> None:
    assert Gateway({}).prefix("/api/api/v2/users/me") == ""


def test_prefixes_are_read_from_arguments() -> None:
    assert parse_prefixes(["login=/login", "api=genesys/api/"]) == {"login": "/login", "api": "/genesys/api"}


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (["login"], "give HOST=/path, such as login=/login or api=/api"),
        (["=/x"], "give HOST=/path, such as login=/login or api=/api"),
        (["lgin=/x"], "did you mean 'login'?"),
        (["api=/"], "give a path such as api=/api"),
        (["api=/a b"], "give a path such as api=/api"),
        (["api=/a/../b"], "give a path such as api=/api"),
        (["api=/a%20b"], "give a path such as api=/api"),
        (["api=/a", "api=/b"], "api has the prefix /a already"),
    ],
)
def test_a_prefix_that_is_none_is_told_what_would_be(given: list[str], remedy: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_prefixes(given)
    assert refused.value.name == "--prefix"
    assert refused.value.remedy == remedy


def test_a_proxys_target_loses_scheme_and_host() -> None:
    assert origin_form("http://api.mypurecloud.com/api/v2/users?a=b") == "/api/v2/users?a=b"
    assert origin_form("/api/v2/users") == "/api/v2/users"
    assert origin_form("*") == "/"


@pytest.mark.parametrize(
    ("host", "secure", "origin"),
    [
        ("api.mypurecloud.de", True, "https://api.mypurecloud.de"),
        ("understudy:8080", False, "http://understudy:8080"),
        ("[::1]:8443", True, "https://[::1]:8443"),
        ("", True, "http://known"),
        ("a b", False, "http://known"),
        ("user@host", False, "http://known"),
        ("host/path", False, "http://known"),
        ("host:port", False, "http://known"),
        ("h" * 300, False, "http://known"),
    ],
)
def test_the_way_a_client_came_is_the_way_back_unless_its_host_header_is_none(
    host: str, secure: bool, origin: str
) -> None:
    assert origin_of(host, secure, "http://known") == origin


@pytest.mark.parametrize(
    ("origin", "sockets"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080"),
        ("https://localhost", "wss://localhost"),
        ("https://api.mypurecloud.de", "wss://streaming.mypurecloud.de"),
        ("https://login.euw2.pure.cloud:8443", "wss://streaming.euw2.pure.cloud:8443"),
        ("https://gateway.example/genesys", "wss://gateway.example/genesys"),
        ("http://[::1]:8080", "ws://[::1]:8080"),
    ],
)
def test_sockets_are_on_the_streaming_host_of_a_region_else_on_the_same(origin: str, sockets: str) -> None:
    assert socket_origin(origin) == sockets


def test_another_host_with_sockets_is_named_by_its_label() -> None:
    assert socket_origin("https://api-cdn.mypurecloud.de", "webmessaging") == "wss://webmessaging.mypurecloud.de"
    assert socket_origin("http://127.0.0.1:8080", "webmessaging") == "ws://127.0.0.1:8080"


def test_what_guests_pages_load_may_have_a_prefix_of_its_own() -> None:
    gateway = Gateway({"api-cdn": "/cdn"})
    assert gateway.prefix("/cdn/webdeployments/v1/deployments/d/config.json") == "/cdn"
    assert gateway.prefix("/cdn/api/v2/users") == ""
