"""``/oauth/authorize``: a person lets a client act for them (RFC 6749 §4.1.1, §4.2.1; facts: platform-api §3).

A request whose client or redirect URI is not known gets a page and never a redirect; every other fault goes back to the
client. GET asks who it is (switch ``oauth.sign_in``: on a page, or automatically), POST is the page's form.
"""

from __future__ import annotations

from typing import Final

from understudy.ids import secret
from understudy.oauth.authorized import Authorize as RecordAuthorization
from understudy.oauth.browser import build_cookie, cookie_name, form_proof, is_proven, read_cookie
from understudy.oauth.codes import IssueCode
from understudy.oauth.messages import OAuthError, parse_form
from understudy.oauth.pages import Pages, SignInForm, listed
from understudy.oauth.redirects import is_registered, policy_source, with_fragment, with_query
from understudy.oauth.regions import is_elsewhere
from understudy.oauth.request import AuthorizationRequest, fault, is_limited, parse_authorization, scopes_for
from understudy.oauth.sign_in import SignIn, SignOut, is_active, people, person, sessions, split_hint
from understudy.oauth.tokens import IssueToken, make_known, validity
from understudy.platform.grants import CLIENTS, USERS
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch
from understudy.world.tokens import Token
from understudy.world.world import World

METHODS: Final = ("GET", "POST")
DENIED: Final = OAuthError("access_denied", "the user refused")
NOBODY: Final = OAuthError("access_denied", "there is no active user who could sign in")
FOUND, SEE_OTHER = 302, 303  # RFC 9110 §15.4.4: what follows a form is fetched with GET
SHOWN: Final = 200  # letters of a peer's text on a page


class Authorize:
    """The authorization endpoint of all orgs on the one port."""

    def __init__(self, world: World, pages: Pages, key: str) -> None:
        self.world, self.pages, self.key = world, pages, key

    def answer(self, request: ApiRequest, outcome: Outcome) -> None:
        """Fill in the outcome of a GET or a POST."""
        asked = parse_authorization(request.target.partition("?")[2])
        if isinstance(asked, OAuthError):
            self._stop(outcome, asked.description)
            return
        outcome.data |= {"client": asked["client_id"][:SHOWN], "response_type": asked["response_type"][:SHOWN]}
        client = self._client(asked, request, outcome)
        if client is None:
            self._stop(outcome, f"Client {asked['client_id'][:SHOWN]!r} is not known here: check client_id and region.")
        elif not is_registered(client.body, asked["redirect_uri"]):
            uri = asked["redirect_uri"][:SHOWN]
            self._stop(
                outcome, f"Redirect URI {uri!r} is not registered with client {client.name!r}, letter by letter."
            )
        elif outcome.org is not None:
            _Sign(self, request, outcome, outcome.org, client, asked).answer()

    def _client(self, asked: AuthorizationRequest, request: ApiRequest, outcome: Outcome) -> Entity | None:
        org = outcome.org = self.world.clients.get(asked["client_id"])
        if org is None or is_elsewhere(org, request.headers.get("Host", ""), asked["client_id"]):
            return None
        return org.entities.get(CLIENTS, asked["client_id"])

    def _stop(self, outcome: Outcome, text: str) -> None:
        outcome.data |= {"error": "invalid_request", "description": text}
        outcome.answer = self.pages.problem(400, "This sign-in request is wrong", text)


class _Sign:
    """One request whose client and redirect URI are known."""

    def __init__(
        self,
        endpoint: Authorize,
        request: ApiRequest,
        outcome: Outcome,
        org: Org,
        client: Entity,
        asked: AuthorizationRequest,
    ) -> None:
        self.world, self.pages, self.key = endpoint.world, endpoint.pages, endpoint.key
        self.request, self.outcome, self.org, self.client, self.asked = request, outcome, org, client, asked
        self.scopes = scopes_for(asked["scope"], client.body)
        self.query = request.target.partition("?")[2]
        self.cookie = read_cookie(request.headers.get("Cookie", ""), cookie_name(org))

    def answer(self) -> None:
        if error := fault(self.asked, self.org, self.client.body):
            self._refuse(error)
        elif self.request.method == "POST":
            self._form()
        elif switch(self.org, "oauth.sign_in") == "automatic":
            user = self._hinted() if self._hint() else next(people(self.org), None)
            if user is None:
                self._refuse(NOBODY)
            else:
                self._grant(user)
        elif user := self._signed_in():
            self._grant(user)
        else:
            self._page()

    def _hint(self) -> str:
        return split_hint(self.asked["login_hint"])[0]

    def _hinted(self) -> Entity | None:
        return person(self.org, self._hint())

    def _signed_in(self) -> Entity | None:
        """The user of the browser's session, unless the request wants the page or somebody else."""
        session = sessions(self.org).get(self.cookie, self.org.now()) if self.cookie else None
        if session is None or self.asked.wants_page:
            return None
        user = self.org.entities.get(USERS, session.user)
        if user is None or not is_active(user) or (self._hint() and self._hinted() is not user):
            return None
        return user

    def _page(self, problem: str = "") -> None:
        if not self.cookie:
            self.cookie = secret()
            self._set_cookie(self.cookie)
        hinted = self._hinted()
        chosen = hinted.id if hinted is not None else ""
        shown, left_out = listed(list(people(self.org)), chosen)
        proof = form_proof(self.key, self.cookie, self.query)
        form = SignInForm(self.client.name, self.scopes, proof, shown, chosen, left_out)
        target = policy_source(self.asked["redirect_uri"])
        self.outcome.answer = self.pages.sign_in(self.org.name, form, target, problem)

    def _form(self) -> None:
        form = parse_form(
            self.request.body, self.request.headers.get("Content-Type", ""), oversize=self.request.oversize
        )
        if isinstance(form, OAuthError) or not is_proven(self.key, self.cookie, self.query, form.get("csrf", "")):
            text = "The form did not come from this browser's sign-in page, or its cookie is gone: begin again."
            self.outcome.data |= {"error": "access_denied", "description": text}
            self.outcome.answer = self.pages.problem(403, "This sign-in can't go on", text)
            return
        user = self.org.entities.get(USERS, form.get("user", ""))
        if form.get("decision") == "deny":
            self._refuse(DENIED)
        elif user is None or not is_active(user):
            self._page("Choose one of the users.")
        else:
            self.org.perform(SignOut(self.cookie))  # who was signed in here before is so no more
            self._set_cookie(self.org.perform(SignIn(user.id)))
            self._grant(user)

    def _set_cookie(self, value: str) -> None:
        cookie = build_cookie(cookie_name(self.org), value, self.request.origin)
        self.outcome.headers = (*self.outcome.headers, ("Set-Cookie", cookie))

    def _grant(self, user: Entity) -> None:
        self.outcome.data["user"] = user.id
        self.org.perform(RecordAuthorization(self.client.id, user.id, self.scopes))
        self._send(self._token(user.id) if self.asked.is_implicit else self._code(user.id))

    def _code(self, user: str) -> dict[str, str]:
        asked = self.asked
        command = IssueCode(self.client.id, user, asked["redirect_uri"], self.scopes, asked["code_challenge"])
        return {"code": self.org.perform(command)}

    def _token(self, user: str) -> dict[str, str]:
        seconds = validity(self.org, self.client.body)
        family = self.org.ids.uuid("sign-in")
        scoped = is_limited(self.org, self.client.body)
        command = IssueToken(self.client.id, seconds, user, self.scopes, scoped=scoped, family=family)
        token: Token = self.org.perform(command)
        make_known(self.world, self.org, token)
        self.outcome.token = token
        return {"access_token": token.value, "expires_in": str(seconds), "token_type": "bearer"}

    def _refuse(self, error: OAuthError) -> None:
        self.outcome.data |= {"error": error.error, "description": error.description}
        self.org.note("oauth.refused", client=self.client.id, error=error.error, description=error.description)
        self._send({"error": error.error, "error_description": error.description})

    def _send(self, parameters: dict[str, str]) -> None:
        """Back to the client: a token's answer in the fragment, all others in the query; ``state`` as it came."""
        if "state" in self.asked.parameters:
            parameters["state"] = self.asked["state"]
        build = with_fragment if self.asked.is_implicit else with_query
        location = build(self.asked["redirect_uri"], parameters)
        status = SEE_OTHER if self.request.method == "POST" else FOUND
        headers = {"Location": location, "Content-Type": "text/plain; charset=utf-8", "Referrer-Policy": "no-referrer"}
        self.outcome.answer = Answer(status, encoded=b"", headers=headers)
