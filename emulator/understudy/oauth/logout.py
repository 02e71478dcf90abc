"""``GET /logout``: a browser's session with an org ends (facts: platform-api §3).

Tokens live on, since the API has operations that revoke them, and a redirect URI must be a registered one (both
assumed).
"""

from __future__ import annotations

from typing import Final

from understudy.oauth.browser import build_cookie, cookie_name, read_cookie
from understudy.oauth.messages import OAuthError
from understudy.oauth.pages import Pages
from understudy.oauth.redirects import is_registered
from understudy.oauth.regions import is_elsewhere
from understudy.oauth.request import parse_authorization
from understudy.oauth.sign_in import SignOut
from understudy.platform.grants import CLIENTS
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.world import World

TITLE: Final = "This logout request is wrong"


class Logout:
    """The logout of all orgs on the one port; the client names the org."""

    def __init__(self, world: World, pages: Pages) -> None:
        self.world, self.pages = world, pages

    def answer(self, request: ApiRequest, outcome: Outcome) -> None:
        """Fill in the outcome. The session ends even where the redirect is refused."""
        asked = parse_authorization(request.target.partition("?")[2])
        if isinstance(asked, OAuthError):
            outcome.answer = self.pages.problem(400, TITLE, asked.description)
            return
        id_, uri = asked["client_id"], asked["redirect_uri"]
        org = outcome.org = self.world.clients.get(id_)
        client = org.entities.get(CLIENTS, id_) if org is not None else None
        if org is None or client is None or is_elsewhere(org, request.headers.get("Host", ""), id_):
            outcome.answer = self.pages.problem(400, TITLE, "client_id names no client that is known here.")
            return
        outcome.data["client"] = id_
        name = cookie_name(org)
        org.perform(SignOut(read_cookie(request.headers.get("Cookie", ""), name)))
        outcome.headers = (("Set-Cookie", build_cookie(name, "", request.origin)),)
        if not uri:
            outcome.answer = self.pages.message("You are signed out", f"Of {org.name}. You may close this page.")
        elif is_registered(client.body, uri):
            headers = {"Location": uri, "Content-Type": "text/plain; charset=utf-8"}
            outcome.answer = Answer(302, encoded=b"", headers=headers)
        else:
            text = "You are signed out, but redirect_uri is not registered with the client."
            outcome.answer = self.pages.problem(400, TITLE, text)
