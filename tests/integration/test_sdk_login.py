"""The official Python SDK, unmodified, logs in by every grant that it has; urllib3 plays the browser."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.conftest import Answer, Serve, Serving

CALLBACK = "http://127.0.0.1:8123/callback"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
ORG = """
organization: {name: Login, understudy: {switches: {oauth.sign_in: automatic}}}
authorization.roles:
  - name: everything
    permissionPolicies: [{domain: "*", entityName: "*", actionSet: ["*"]}]
users:
  - {id: ann, name: Ann, email: ann@login.example, roles: [everything]}
  - {id: cleo, name: Cleo, email: cleo@login.example}
oauth.clients:
  - {id: boss, name: Boss, secret: boss-secret-of-the-org, roles: [everything]}
"""
CLIENTS = {"app": "CODE", "page": "TOKEN", "saml": "SAML2-BEARER"}
for _id, _grant in CLIENTS.items():
    ORG += (
        f"  - {{id: {_id}, name: {_id}, secret: {_id}-secret-of-the-org, authorizedGrantType: {_grant}, "
        f'registeredRedirectUri: ["{CALLBACK}"], scope: [users, user-basic-info], accessTokenValiditySeconds: 600}}\n'
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The SDK; its settings come from the home directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield importlib.import_module("PureCloudPlatformClientV2")


@pytest.fixture(scope="module")
def emulator(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    path: Path = tmp_path_factory.mktemp("org") / "org.yaml"
    path.write_text(ORG)
    with serve(orgs=[str(path)]) as running:
        yield running
        assert running.mistakes() == []


@pytest.fixture
def client(package: Any, emulator: Serving) -> Any:
    """A client of the SDK that is not logged in."""
    package.configuration.host = emulator.url
    return package.api_client.ApiClient(emulator.url)


def authorize(emulator: Serving, cookie: str = "", **query: str) -> Answer:
    asked = {"client_id": "app", "redirect_uri": CALLBACK, "response_type": "code", "state": "s1", **query}
    return emulator.send("GET", f"/oauth/authorize?{urlencode(asked)}", headers={"Cookie": cookie} if cookie else {})


def answered(answer: Answer) -> dict[str, str]:
    """What the redirect carries back to the application."""
    assert answer.status in (302, 303), answer.body
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return dict(parse_qsl(parts.query or parts.fragment))


def code(emulator: Serving, **query: str) -> str:
    found = answered(authorize(emulator, **query))
    assert found["state"] == "s1"
    return found["code"]


def me(package: Any, client: Any) -> str:
    return str(package.UsersApi(client).get_users_me().id)


def advance(emulator: Serving, seconds: float) -> None:
    """Move the clock of the org of this file on; the first org is the emulator's own."""
    orgs = emulator.control.call("GET", "orgs")["orgs"]
    (id_,) = [org["id"] for org in orgs if org["name"] == "Login"]
    emulator.control.org(id_).post("advance", seconds=seconds)


def test_client_credentials_have_no_user(package: Any, emulator: Serving, client: Any) -> None:
    client.get_client_credentials_token("boss", "boss-secret-of-the-org")
    assert {user.id for user in package.UsersApi(client).get_users().entities} == {"ann", "cleo"}
    with pytest.raises(package.rest.ApiException) as refused:
        me(package, client)
    assert (refused.value.status, json.loads(refused.value.body)["code"]) == (400, "not.a.user")


def test_a_code_lets_the_application_act_for_the_user(package: Any, emulator: Serving, client: Any) -> None:
    client, body = client.get_code_authorization_token(
        "app", "app-secret-of-the-org", code(emulator, login_hint="cleo@login.example"), CALLBACK
    )
    assert (body["token_type"], body["expires_in"]) == ("bearer", 600)
    assert me(package, client) == "cleo"
    assert package.TokensApi(client).get_tokens_me().authorized_scope == ["users", "user-basic-info"]


def test_pkce_needs_no_secret(package: Any, emulator: Serving, client: Any) -> None:
    verifier = client.generate_pkce_code_verifier(128)
    challenge = client.compute_pkce_code_challenge(verifier)
    given = code(emulator, code_challenge=challenge, code_challenge_method="S256")
    client, _ = client.get_pkce_token("app", verifier, given, CALLBACK)
    assert me(package, client) == "ann"


def test_an_expired_token_is_refreshed_by_the_sdk_itself(package: Any, emulator: Serving, client: Any) -> None:
    client, first = client.get_code_authorization_token("app", "app-secret-of-the-org", code(emulator), CALLBACK)
    advance(emulator, 601.0)
    assert me(package, client) == "ann"
    assert client.access_token != first["access_token"]
    assert client.refresh_token != first["refresh_token"]
    advance(emulator, 601.0)
    assert me(package, client) == "ann"


def test_a_saml_assertion_names_the_user(package: Any, emulator: Serving, client: Any) -> None:
    text = f'<a:Assertion xmlns:a="{SAML}"><a:Subject><a:NameID>ann@login.example</a:NameID></a:Subject></a:Assertion>'
    assertion = base64.b64encode(text.encode()).decode()
    client.get_saml2bearer_token("saml", "saml-secret-of-the-org", "Login", assertion)
    assert me(package, client) == "ann"


def test_the_implicit_grant_hands_the_token_to_the_browser(package: Any, emulator: Serving, client: Any) -> None:
    found = answered(authorize(emulator, client_id="page", response_type="token"))
    assert (found["token_type"], found["expires_in"]) == ("bearer", "600")
    client.access_token = found["access_token"]
    assert me(package, client) == "ann"


def test_a_scope_that_was_not_granted_is_refused(package: Any, emulator: Serving, client: Any) -> None:
    client, _ = client.get_code_authorization_token("app", "app-secret-of-the-org", code(emulator), CALLBACK)
    with pytest.raises(package.rest.ApiException) as refused:
        package.RoutingApi(client).get_routing_queues()
    assert (refused.value.status, json.loads(refused.value.body)["code"]) == (403, "not.authorized")


def test_an_end_of_a_session_is_an_end_of_its_token(package: Any, emulator: Serving, client: Any) -> None:
    client, _ = client.get_code_authorization_token("app", "app-secret-of-the-org", code(emulator), CALLBACK)
    package.TokensApi(client).delete_tokens_me()
    client.refresh_token = ""
    with pytest.raises(package.rest.ApiException) as refused:
        me(package, client)
    assert refused.value.status == 401


def test_a_person_walks_the_page_and_nothing_secret_stays_in_the_record(emulator: Serving) -> None:
    page = authorize(emulator, prompt="login")  # automatic sign-in has no page to prompt with
    assert page.status == 302
    own = default_org_login(emulator)
    token = answered(authorize(emulator, client_id="page", response_type="token"))["access_token"]
    told = json.dumps(emulator.entries(), ensure_ascii=False)
    assert [secret for secret in (*own.values(), code(emulator), token) if secret in told] == []
    assert "code=«secret:" in told
    assert "#access_token=«secret:" in told


def default_org_login(emulator: Serving) -> dict[str, str]:
    """In the emulator's own org people see the page: sign in as one, and return what must stay secret."""
    division = emulator.api("GET", "/authorization/divisions/home").json["id"]
    user = emulator.made("/users", {"name": "Dora", "email": "dora@understudy.example", "divisionId": division})
    request = {
        "name": "Widget", "authorizedGrantType": "CODE", "registeredRedirectUri": [CALLBACK], "scope": ["users"],
    }  # fmt: skip
    made = emulator.made("/oauth/clients", request)
    page = authorize(emulator, client_id=made["id"])
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    csrf = page.body.decode().partition('name="csrf" value="')[2].partition('"')[0]
    query = urlencode({"client_id": made["id"], "redirect_uri": CALLBACK, "response_type": "code", "state": "s1"})
    form = urlencode({"csrf": csrf, "user": user["id"], "decision": "sign-in"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    done = emulator.send("POST", f"/oauth/authorize?{query}", form, headers)
    given = answered(done)["code"]
    session = done.headers["Set-Cookie"].partition(";")[0]
    assert answered(authorize(emulator, session, client_id=made["id"]))["code"] != given
    token = emulator.send(
        "POST", "/oauth/token",
        urlencode({"grant_type": "authorization_code", "code": given, "redirect_uri": CALLBACK}).encode(),
        {**headers, "Authorization": "Basic " + base64.b64encode(f"{made['id']}:{made['secret']}".encode()).decode()},
    )  # fmt: skip
    assert token.status == 200, token.body
    gone = emulator.send("GET", f"/logout?client_id={made['id']}", headers={"Cookie": session})
    assert gone.status == 200
    assert authorize(emulator, session, client_id=made["id"]).status == 200
    return {
        "cookie": cookie.partition("=")[2], "session": session.partition("=")[2], "csrf": csrf, "code": given,
        "secret": made["secret"], "access": token.json["access_token"], "refresh": token.json["refresh_token"],
    }  # fmt: skip
