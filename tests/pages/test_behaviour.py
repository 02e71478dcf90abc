from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import unescape

import orjson

from understudy.platform.messages import Answer
from understudy.world.org import Org

Get = Callable[..., Answer]


def text(answer: Answer) -> str:
    assert answer.encoded is not None
    return answer.encoded.decode()


def attribute(answer: Answer, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]*)"', text(answer))
    assert found is not None
    return unescape(found[1])


def test_the_messenger_page_carries_the_deployments_snippet(get: Get, deployment: str) -> None:
    answer = get(f"/messenger/{deployment}")
    (program,) = re.findall(r"<script>(.*?)</script>", text(answer), re.DOTALL)
    assert '"http://127.0.0.1:1/genesys-bootstrap/genesys.min.js"' in program
    assert '{"environment":"prod-euc1","deploymentId":"d1"}' in program
    digest = b64encode(sha256(program.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_names_are_text_and_no_markup_and_no_place_for_other_values(get: Get, deployment: str) -> None:
    page = text(get(f"/messenger/{deployment}"))
    assert "&lt;b&gt;Site&lt;/b&gt; [[org]]" in page
    assert "<b>" not in page
    assert "Shop &lt;1&gt;" in page


def test_a_deployment_that_nobody_has_is_a_page_that_says_so(get: Get, deployment: str, org: Org) -> None:
    answer = get("/messenger/<i>nope")
    assert answer.status == 404
    assert "&lt;i&gt;nope" in text(answer)
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    org.entities.of("webdeployments.deployments").clear()
    assert get(f"/messenger/{deployment}").status == 404


def test_the_script_comes_by_the_way_that_the_page_came(get: Get, deployment: str) -> None:
    page = text(get(f"/messenger/{deployment}", prefix="/apps"))
    assert '"http://127.0.0.1:1/apps/genesys-bootstrap/genesys.min.js"' in page
    assert 'href="/apps/genesys-bootstrap/page.css"' in page
    page = text(get(f"/messenger/{deployment}", origin="https://webmessaging.mypurecloud.de"))
    assert '"https://apps.mypurecloud.de/genesys-bootstrap/genesys.min.js"' in page


def test_the_desktop_knows_where_login_and_api_are(get: Get) -> None:
    prefixes = {"apps": "/apps", "login": "/login", "api": "/api"}
    answer = get("/desktop", prefix="/apps", prefixes=prefixes)
    assert attribute(answer, "login") == "http://127.0.0.1:1/login"
    assert attribute(answer, "api") == "http://127.0.0.1:1/api"
    assert attribute(answer, "page") == "http://127.0.0.1:1/apps/desktop"
    answer = get("/desktop", prefixes=prefixes)
    assert attribute(answer, "api") == "http://127.0.0.1:1"
    answer = get("/desktop", origin="https://apps.mypurecloud.de")
    assert attribute(answer, "login") == "https://login.mypurecloud.de"
    assert attribute(answer, "api") == "https://api.mypurecloud.de"


def test_the_desktop_lists_the_orgs_that_people_can_sign_in_to(get: Get, org: Org) -> None:
    answer = get("/desktop")
    assert attribute(answer, "orgs") == "[]"
    body = orjson.loads(attribute(answer, "client"))
    assert body["registeredRedirectUri"] == ["http://127.0.0.1:1/desktop"]
    org.entities.put("oauth.clients", "desk", {"id": "desk", **body})
    (found,) = orjson.loads(attribute(get("/desktop"), "orgs"))
    assert found == {"org": org.id, "name": "Shop <1>", "client": "desk", "grant": "CODE"}


def test_a_page_is_not_kept_and_a_script_is_asked_for_again(get: Get) -> None:
    assert get("/desktop").headers["Cache-Control"] == "no-store"
    script = get("/genesys-bootstrap/genesys.min.js")
    assert script.headers["Cache-Control"] == "no-cache"
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    again = get("/genesys-bootstrap/genesys.min.js", tag=script.headers["ETag"])
    assert (again.status, again.encoded) == (304, b"")
    assert get("/genesys-bootstrap/genesys.min.js", tag='"old"').status == 200


def test_only_reading_is_allowed_and_unknown_paths_are_told(get: Get) -> None:
    assert get("/desktop", method="POST").status == 405
    assert get("/desktop/", method="HEAD").status == 200
    for path in ("/desktop/nothing.js", "/genesys-bootstrap/nothing.js", "/messenger/", "/desktopper"):
        assert get(path).status == 404, path
