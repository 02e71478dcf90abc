from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from understudy.web_deployments.snippet import apps, environment, host_of, program, snippet

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("mypurecloud.com", "prod"),
        ("mypurecloud.ie", "prod-euw1"),
        ("mypurecloud.com.au", "prod-apse2"),
        ("mypurecloud.jp", "prod-apne1"),
        ("aps1.pure.cloud", "prod-aps1"),
        ("nowhere.example", "prod"),
    ],
)
def test_the_environment_is_the_regions_name_shortened(domain: str, name: str) -> None:
    assert environment(domain) == name


def test_the_script_comes_from_the_host_apps_of_the_same_region() -> None:
    assert apps("https://api.euc2.pure.cloud:8443") == "https://apps.euc2.pure.cloud:8443"
    assert apps("http://localhost:1") == "http://localhost:1"
    assert host_of("login", "https://apps.mypurecloud.de") == "https://login.mypurecloud.de"


def test_the_snippet_names_function_script_and_deployment() -> None:
    text = snippet("https://api.mypurecloud.de", "mypurecloud.de", "d1")
    assert text.startswith("<script ")
    assert '"https://apps.mypurecloud.de/genesys-bootstrap/genesys.min.js"' in text
    assert '{"environment":"prod-euc1","deploymentId":"d1"}' in text
    assert '"Genesys"' in text
    assert "_genesysJs" in text


def test_nothing_in_a_snippet_ends_its_element() -> None:
    text = program("http://a", "mypurecloud.de", "</script><b>&\u2028")
    assert re.search("[<>&\u2028]", text.partition("(window")[2]) is None


def test_a_deployment_shows_its_snippet_wherever_it_is_read(ask: Ask, deployment: Make) -> None:
    id_ = deployment()
    source = '"http://127.0.0.1:1/genesys-bootstrap/genesys.min.js"'
    one = ask("GET", f"/webdeployments/deployments/{id_}")[1]
    (listed,) = ask("GET", "/webdeployments/deployments")[1]["entities"]
    expanded = ask("GET", "/webdeployments/deployments?expand=Configuration")[1]["entities"][0]
    shown = ask("GET", f"/webdeployments/deployments/{id_}/configurations")[1]["deployment"]
    changed = ask("PUT", f"/webdeployments/deployments/{id_}", {**one, "name": "Shop"})[1]
    for body in (one, listed, expanded, shown, changed):
        assert source in body["snippet"]
        assert f'"deploymentId":"{id_}"' in body["snippet"]
    assert changed["name"] == "Shop"


def test_a_snippet_can_not_be_written(ask: Ask, deployment: Make) -> None:
    id_ = deployment()
    body = ask("GET", f"/webdeployments/deployments/{id_}")[1]
    changed = ask("PUT", f"/webdeployments/deployments/{id_}", {**body, "snippet": "<script>mine</script>"})[1]
    assert "mine" not in changed["snippet"]
