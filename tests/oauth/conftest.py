"""A world with one org in eu-central-1 and its client ``c1`` (secret ``s3cret``), on a manual clock."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth.behaviour import HANDLERS, OAuth
from understudy.oauth.messages import FORM
from understudy.orgfile import Item, OrgPlan, apply_org
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.org import Org
from understudy.world.world import World

ROLE = {"name": "everything", "permissionPolicies": [{"domain": "*", "entityName": "*", "actionSet": ["*"]}]}
CLIENT = {"name": "Vendor", "secret": "s3cret", "accessTokenValiditySeconds": 3600}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def org(world: World, clock: ManualClock) -> Org:
    items = (
        Item("authorization.roles", "test", ROLE),
        Item("oauth.clients", "test", CLIENT, "c1", {"roles": ["everything"]}),
    )
    plan = OrgPlan("acme", "Acme", region="mypurecloud.de", items=items)
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(clock),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=HANDLERS,
    )
    world.add(org)
    apply_org(plan, org, world)
    return org


CALLBACK = "https://app.example/back?tab=1"
LOOPBACK = "http://127.0.0.1:8123/callback"
CUSTOM = "com.example.app:/signed-in"
VERIFIER = "v" * 43
MINE = ["conversations", "users:readonly", "user-basic-info"]


@dataclass
class Login:
    """The login service, an org with people and clients of every grant, and one browser with its cookie."""

    world: World
    org: Org
    oauth: OAuth
    cookie: str = ""
    host: str = "127.0.0.1:8080"

    def send(self, method: str, path: str, query: dict[str, str], form: dict[str, str] | None = None) -> Outcome:
        """One request of the browser, which keeps the cookie it is given."""
        target = f"{path}?{urlencode(query)}"
        headers = {"Host": self.host, **({"Cookie": self.cookie} if self.cookie else {})}
        body = b"" if form is None else urlencode(form).encode()
        if form is not None:
            headers["Content-Type"] = FORM
        outcome = self.oauth.answer(ApiRequest(method, target, headers, body, "http://127.0.0.1:8080"))
        assert "emulator_error" not in outcome.data, outcome.data
        for name, value in outcome.headers:
            if name == "Set-Cookie":
                self.cookie = "" if "Max-Age=0" in value else value.partition(";")[0]
        return outcome

    def authorize(self, form: dict[str, str] | None = None, /, **query: str) -> Outcome:
        """``/oauth/authorize`` of the client ``app``, unless told otherwise; a parameter "" is left out."""
        asked = {"client_id": "app", "redirect_uri": CALLBACK, "response_type": "code", **query}
        chosen = {name: value for name, value in asked.items() if value}
        return self.send("GET" if form is None else "POST", "/oauth/authorize", chosen, form)

    def sign_in(self, user: str = "ann", **query: str) -> Outcome:
        """Open the page and send its form."""
        page = self.authorize(**query).answer.payload().decode()
        return self.authorize({"csrf": csrf_of(page), "user": user, "decision": "sign-in"}, **query)

    def code(self, **query: str) -> str:
        """A code from the automatic sign-in."""
        self.automatic()
        return answered(self.authorize(**query))["code"]

    def automatic(self, mode: str = "automatic") -> None:
        """Switch the page off, or on again with ``page``."""
        self.switches(**{"oauth.sign_in": mode})

    def switches(self, **values: str) -> None:
        organization = self.org.entities.of("organizations")[self.org.id]
        known = organization.hidden.get("switches", {})
        self.org.entities.put("organizations", self.org.id, organization.body, {"switches": {**known, **values}})

    def token(self, basic: str = "app:app-secret", **form: str) -> tuple[int, dict[str, Any]]:
        """``POST /oauth/token``: status and body; ``basic`` "" sends no credentials."""
        headers = {"Content-Type": FORM, "Host": self.host}
        if basic:
            headers["Authorization"] = "Basic " + b64encode(basic.encode()).decode()
        outcome = self.oauth.answer(ApiRequest("POST", "/oauth/token", headers, urlencode(form).encode()))
        assert "emulator_error" not in outcome.data, outcome.data
        return outcome.answer.status, dict(outcome.answer.body)

    def exchanged(self, **query: str) -> dict[str, Any]:
        """Tokens for a new code of the confidential client."""
        status, body = self.token(grant_type="authorization_code", code=self.code(**query), redirect_uri=CALLBACK)
        assert status == 200, body
        return body

    def vary(self, client: str, **fields: Any) -> None:
        """Change a client behind the API's back."""
        self.org.entities.put("oauth.clients", client, {**self.org.entities.of("oauth.clients")[client].body, **fields})

    def live(self, value: str) -> bool:
        """Whether the API would let this access token in."""
        return self.world.tokens[value][1].is_live(self.org.now())


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]


def answered(outcome: Outcome) -> dict[str, str]:
    """What a redirect carries, in its query or in its fragment."""
    assert outcome.answer.status in (302, 303), outcome.answer.payload()
    parts = urlsplit(outcome.answer.headers["Location"])
    return dict(parse_qsl(parts.fragment or parts.query, keep_blank_values=True))


@pytest.fixture
def login(world: World, org: Org) -> Login:
    for name, state in (("ann", "active"), ("bob", "inactive"), ("cleo", "active")):
        body = {"id": name, "name": name.title(), "email": f"{name}@acme.example", "state": state}
        org.entities.put("users", name, {**body, "username": f"{name}.user"})
    grants = {"app": "CODE", "page": "TOKEN", "saml": "SAML2-BEARER"}
    for id_, grant in grants.items():
        fields: dict[str, Any] = {
            "id": id_, "name": f"The {id_}", "authorizedGrantType": grant, "secret": f"{id_}-secret", "state": "active",
            "registeredRedirectUri": [CALLBACK, LOOPBACK, CUSTOM], "scope": MINE, "accessTokenValiditySeconds": 3600,
        }  # fmt: skip
        org.entities.put("oauth.clients", id_, fields)
        world.clients[id_] = org
    return Login(world, org, OAuth(world))
