from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.checker.contract import Contracts
from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_deployments.configurations import DEPLOYMENTS, VERSIONS
from understudy.web_messaging.deployment import (
    admits,
    config,
    end_shown,
    is_active,
    labels_for,
    language_for,
    languages_of,
    own_hosts,
    session_seconds,
    terms_of,
)
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS

API, SOCKET = "https://api.mypurecloud.de", "wss://webmessaging.mypurecloud.de"
FULL: dict[str, Any] = {
    "languages": ["en-us", "de"],
    "defaultLanguage": "de",
    "customI18nLabels": [
        {"language": "de", "localizedLabels": [{"key": "MessengerHomeHeaderTitle", "value": "Hallo"}]},
        {"language": "en-us", "localizedLabels": [{"key": "MessengerHomeHeaderTitle", "value": "Hello"}]},
    ],
    "authenticationSettings": {"enabled": True, "integrationId": "i", "allowSessionUpgrade": True},
    "journeyEvents": {"enabled": True},
    "messenger": {
        "enabled": True,
        "styles": {"primaryColor": "#123456"},
        "launcherButton": {"visibility": "OnDemand"},
        "fileUpload": {
            "enableAttachments": True,
            "modes": [
                {"fileTypes": ["image/png", "image/gif"], "maxFileSizeKB": 100},
                {"fileTypes": ["image/png"], "maxFileSizeKB": 200},
            ],
        },
        "apps": {
            "conversations": {
                "showAgentTypingIndicator": True,
                "autoStart": {"enabled": True},
                "conversationDisconnect": {"enabled": True, "type": "ReadOnly"},
                "conversationClear": {"enabled": True},
                "notifications": {"enabled": True, "notificationContentType": "IncludeMessagesContent"},
                "sessionDurationSeconds": 3600,
            }
        },
    },
}
Deploy = Callable[..., Entity]


@pytest.fixture
def org() -> Org:
    clock = OrgClock(ManualClock())
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})


@pytest.fixture
def deploy(org: Org) -> Deploy:
    """``deploy(configuration, **fields)`` → a deployment that shows it as version "1"."""

    def make(configuration: dict[str, Any] | None = None, version: str = "1", **fields: Any) -> Entity:
        body = {"id": "c", "name": "C", "version": version, **(configuration or {})}
        org.entities.put(f"{VERSIONS}/c", version, body)
        deployment = {"id": "d", "name": "D", "status": "Active", "configuration": {"id": "c", "version": version}}
        return org.entities.put(DEPLOYMENTS, "d", {**deployment, **fields})

    return make


@pytest.mark.parametrize("configuration", [FULL, {}, {"messenger": None, "languages": None}])
def test_config_has_the_contracts_shape_whatever_is_left_out(
    org: Org, deploy: Deploy, configuration: dict[str, Any]
) -> None:
    told = config(org, deploy(configuration), api=API, socket=SOCKET)
    assert Contracts().judge("web_messaging/config").problems(told) == []
    assert (told["id"], told["apiEndpoint"], told["status"]) == ("d", API, "Active")
    assert told["messenger"]["apps"]["conversations"]["messagingEndpoint"] == SOCKET


def test_config_tells_what_the_configuration_says(org: Org, deploy: Deploy) -> None:
    told = config(org, deploy(FULL), api=API, socket=SOCKET)
    messenger, app = told["messenger"], told["messenger"]["apps"]["conversations"]
    assert (told["version"], told["languages"], told["defaultLanguage"]) == ("1", ["en-us", "de"], "de")
    assert told["auth"] == {"enabled": True, "allowSessionUpgrade": True}
    assert told["journeyEvents"] == {"enabled": True}
    assert told["customI18nLabels"] == FULL["customI18nLabels"]
    assert (messenger["enabled"], messenger["styles"]["primaryColor"]) == (True, "#123456")
    assert messenger["launcherButton"] == {"visibility": "OnDemand"}
    assert messenger["fileUpload"] == FULL["messenger"]["fileUpload"]
    assert app["conversationDisconnect"] == {"enabled": True, "type": "ReadOnly"}
    assert app["notifications"] == {"enabled": True, "notificationContentType": "IncludeMessagesContent"}
    assert (app["autoStart"], app["markdown"]) == ({"enabled": True}, {"enabled": False})
    assert (app["showAgentTypingIndicator"], app["showUserTypingIndicator"]) == (True, False)


def test_a_saved_change_is_told_at_once(org: Org, deploy: Deploy) -> None:
    deploy(FULL)
    told = config(org, deploy({**FULL, "defaultLanguage": "en-us"}, version="2"), api=API, socket=SOCKET)
    assert (told["version"], told["defaultLanguage"]) == ("2", "en-us")


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["en-US"], "en-us"),
        (["en-GB", "de"], "en-us"),
        (["de_AT"], "de"),
        (["fr", "en-us"], "en-us"),
        (["fr"], "de"),
        ([], "de"),
    ],
)
def test_a_guest_reads_the_language_of_the_browser_else_the_default(wanted: list[str], language: str) -> None:
    assert language_for(FULL, wanted) == language


def test_a_configuration_without_languages_has_one() -> None:
    assert languages_of({}) == ["en-us"]
    assert languages_of({"languages": ["fr"], "defaultLanguage": "it"}) == ["fr", "it"]
    assert language_for({"languages": ["fr", "it"]}, ["es"]) == "fr"


def test_labels_are_those_of_the_language() -> None:
    assert labels_for(FULL, "DE") == {"MessengerHomeHeaderTitle": "Hallo"}
    assert labels_for(FULL, "fr") == labels_for({}, "de") == {}


DOMAINS = ["shop.example", "*.sub.example", "local.example:8443"]


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("https://shop.example", True),
        ("http://SHOP.example:8080", True),
        ("https://www.shop.example", False),
        ("https://evilshop.example", False),
        ("https://shop.example.evil", False),
        ("https://a.b.sub.example", True),
        ("https://sub.example", False),
        ("https://evilsub.example", False),
        ("https://local.example:8443", True),
        ("https://local.example", False),
        ("https://webmessaging.mypurecloud.de", True),
        ("null", False),
        ("shop.example", False),
        ("https://[", False),
        ("https://shop.example:port", False),
        (None, True),
        ("", True),
    ],
)
def test_only_pages_of_allowed_domains_are_admitted(
    org: Org, deploy: Deploy, origin: str | None, admitted: bool
) -> None:
    deployment = deploy(allowedDomains=DOMAINS)
    assert admits(org, deployment, origin, ["webmessaging.mypurecloud.de"]) is admitted


@given(st.text())
def test_no_origin_raises(origin: str) -> None:
    clock = OrgClock(ManualClock())
    org = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})
    deployment = org.entities.put(DEPLOYMENTS, "d", {"id": "d", "allowedDomains": DOMAINS})
    assert admits(org, deployment, origin) in (True, False)


def test_all_domains_and_no_domain(org: Org, deploy: Deploy) -> None:
    assert admits(org, deploy(allowAllDomains=True), "https://any.example")
    assert not admits(org, deploy(allowedDomains=None), "https://any.example")


def test_a_socket_without_origin_is_a_switch(org: Org, deploy: Deploy) -> None:
    org.entities.put(ORGANIZATIONS, "acme", {"id": "acme"}, {HIDDEN: {"web_messaging.no_origin": "refuse"}})
    assert not admits(org, deploy(allowedDomains=DOMAINS), None)
    assert admits(org, deploy(allowAllDomains=True), None)


def test_only_an_active_deployment_takes_guests(deploy: Deploy) -> None:
    assert is_active(deploy())
    assert not is_active(deploy(status="Inactive"))


@pytest.mark.parametrize(
    ("wanted", "seconds"), [(3600, 3600), (None, 259_200), (0, 259_200), (60, 900), (10**12, 47_347_200)]
)
def test_a_session_lives_within_the_platforms_bounds(
    org: Org, deploy: Deploy, wanted: int | None, seconds: int
) -> None:
    app = {"messenger": {"apps": {"conversations": {"sessionDurationSeconds": wanted}}}}
    assert session_seconds(org, deploy(app)) == seconds


def test_the_sockets_terms_are_the_configurations_and_the_orgs(org: Org, deploy: Deploy) -> None:
    found = terms_of(org, deploy(FULL))
    assert (found.media.file_types, found.media.max_file_size_kb) == (("image/png", "image/gif"), 200)
    assert (found.clear_enabled, found.closed_reason) == (True, "both")
    org.entities.put(ORGANIZATIONS, "acme", {"id": "acme"}, {HIDDEN: {"web_messaging.closed_reason": "reason"}})
    found = terms_of(org, deploy())
    assert (found.media.file_types, found.clear_enabled) == ((), False)
    assert found.closed_reason == "reason"


def test_uploads_that_are_off_allow_no_type(org: Org, deploy: Deploy) -> None:
    upload = {**FULL["messenger"]["fileUpload"], "enableAttachments": False}
    assert terms_of(org, deploy({"messenger": {"fileUpload": upload}})).media.file_types == ()


@pytest.mark.parametrize(
    ("origin", "host", "count"),
    [
        ("https://api.mypurecloud.de", "webmessaging.mypurecloud.de", 6),
        ("http://127.0.0.1:8080", "127.0.0.1", 1),
        ("http://[::1]:8080", "::1", 1),
        ("https://api.shop.example", "api.shop.example", 1),
    ],
)
def test_the_platforms_own_names_are_a_regions_hosts_or_the_one_it_was_reached_by(
    origin: str, host: str, count: int
) -> None:
    names = own_hosts(origin)
    assert host in names
    assert len(names) == count


def test_where_files_may_be_uploaded_some_extensions_may_not(org: Org, deploy: Deploy) -> None:
    assert ".exe" in terms_of(org, deploy(FULL)).media.blocked_extensions
    assert terms_of(org, deploy()).media.blocked_extensions == ()


@pytest.mark.parametrize(
    ("disconnect", "shown"),
    [
        ({"enabled": True, "type": "ReadOnly"}, "ReadOnly"),
        ({"enabled": True}, "Send"),
        ({"enabled": False, "type": "ReadOnly"}, ""),
        (None, ""),
    ],
)
def test_the_configuration_says_how_the_end_is_shown(
    org: Org, deploy: Deploy, disconnect: dict[str, Any] | None, shown: str
) -> None:
    app = {"messenger": {"apps": {"conversations": {"conversationDisconnect": disconnect}}}}
    assert end_shown(org, deploy(app)) == shown
