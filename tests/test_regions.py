from __future__ import annotations

import pytest

from understudy.errors import SettingsError
from understudy.platform.catalogue import load_catalogue
from understudy.regions import chosen_domains, hosts_of, region_domain, region_of_host, regions


def test_the_regions_are_those_of_the_catalogue() -> None:
    assert load_catalogue().regions == regions()


@pytest.mark.parametrize(
    "given",
    [
        "eu-central-1",
        "EU-CENTRAL-1",
        " mypurecloud.de ",
        "MyPureCloud.de",
        "mypurecloud.de.",
        "https://apps.mypurecloud.de/directory/#/engage/admin/queues",
        "apps.mypurecloud.de/directory/",
        "https://apps.mypurecloud.de#/analytics",
        "https://login.mypurecloud.de:443/oauth/token",
        "https://api.mypurecloud.de?x=/y",
        "api.mypurecloud.de",
        "wss://streaming.mypurecloud.de/channels/1",
        "webmessaging.mypurecloud.de",
        "https://api-cdn.mypurecloud.de/webdeployments/v1/deployments/d/config.json",
    ],
)
def test_a_region_goes_by_name_domain_host_or_browser_address(given: str) -> None:
    assert region_domain(given) == "mypurecloud.de"


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("eu-centrl-1", "eu-central-1"),
        ("https://apps.mypurecloud.dee/directory/", "mypurecloud.de"),
        ("api.mypureclod.jp", "mypurecloud.jp"),
        ("www.mypurecloud.de", "mypurecloud.de"),
    ],
)
def test_an_unknown_region_is_named_with_the_nearest(given: str, near: str) -> None:
    with pytest.raises(SettingsError) as refused:
        region_domain(given)
    assert str(refused.value) == f"region is {given!r}: did you mean {near!r}?"


@pytest.mark.parametrize("given", ["", "://", "https://", "all", "x" * 10_000])
def test_what_is_near_to_nothing_is_told_what_there_is(given: str) -> None:
    with pytest.raises(SettingsError, match="known are ap-northeast-1") as refused:
        region_domain(given)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("login.mypurecloud.de", "mypurecloud.de"),
        ("LOGIN.mypurecloud.de:443", "mypurecloud.de"),
        ("apps.mypurecloud.de", "mypurecloud.de"),
        ("streaming.mypurecloud.ie", "mypurecloud.ie"),
        ("webmessaging.mypurecloud.jp", "mypurecloud.jp"),
        ("api.euw2.pure.cloud", "euw2.pure.cloud"),
        ("login.mypurecloud.com.au", "mypurecloud.com.au"),
        ("127.0.0.1:8080", ""),
        ("localhost", ""),
        ("[::1]:8080", ""),
        ("login.example.org", ""),
        ("www.mypurecloud.de", ""),
        ("mypurecloud.de", ""),
        ("", ""),
    ],
)
def test_every_host_of_genesys_names_its_region_and_no_other(host: str, domain: str) -> None:
    assert region_of_host(host) == domain


def test_all_regions_or_one_are_chosen() -> None:
    assert set(chosen_domains("ALL")) == set(regions().values())
    assert chosen_domains("us-east-1") == ("mypurecloud.com",)
    assert {"webmessaging.mypurecloud.com", "api-cdn.mypurecloud.com"} <= set(hosts_of("mypurecloud.com"))
