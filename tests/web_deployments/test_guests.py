from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.model import Conversation, Leg, Message, Sender
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging.guests import Guest, guests_of
from understudy.web_messaging.identity import Identity, SignInGuest, identity_of
from understudy.web_messaging.intentions import RefuseSession
from understudy.web_messaging.jwt import issue
from understudy.web_messaging.terms import GuestRates, terms
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
EXCHANGE = "/webdeployments/token/oauthcodegrantjwtexchange"
REFRESH = "/webdeployments/token/refresh"
REVOKE = "/webdeployments/token/revoke"
HISTORY = "/webmessaging/messages"
AUTHENTICATED = {"authenticationSettings": {"enabled": True, "integrationId": "idp"}}
SHOP = {"allowAllDomains": False, "allowedDomains": ["shop.example"]}


def exchanged(ask: Ask, deployment: str, page: str | None = None, **oauth: str) -> tuple[int, Any]:
    body = {"deploymentId": deployment, "oauth": {"redirectUri": "https://shop.example/", **oauth}}
    return ask("POST", EXCHANGE, body, bearer="", page=page)


def signed_in(ask: Ask, office: Org, deployment: str) -> dict[str, str]:
    code = office.perform(SignInGuest(deployment, "ann@idp", "Ann"))
    status, answer = exchanged(ask, deployment, code=code)
    assert status == 200, answer
    return dict(answer)


def guest_with(office: Org, deployment: str, messages: int = 0) -> Guest:
    """A guest as the socket leaves it: with a conversation of so many messages."""
    rates = GuestRates(terms(office.limits))
    guest = Guest(id="g1", tokens=["t"], deployment=deployment, expires=9e9, duration=60, rates=rates)
    guests_of(office).add(guest)
    conversation = Conversation("c1", office.now(), Leg("web_messaging", deployment, "g1"))
    office.conversations["c1"] = conversation
    guest.conversations.append("c1")
    for number in range(messages):
        at = office.now() - messages + number
        one = Message(f"m{number}", "c1", "comm", "inbound", Sender.CUSTOMER, "Text", at, text=f"text {number}")
        conversation.messages[one.id] = one
    return guest


def test_a_code_of_the_identity_provider_becomes_a_jwt_and_a_refresh_token(
    ask: Ask, deployment: Make, office: Org
) -> None:
    id_ = deployment(AUTHENTICATED)
    answer = signed_in(ask, office, id_)
    found = identity_of(office, id_, answer["jwt"])
    assert isinstance(found, Identity)
    assert (found.subject, found.name) == ("ann@idp", "Ann")
    status, again = ask("POST", REFRESH, {"deploymentId": id_, "refreshToken": answer["refreshToken"]}, bearer="")
    assert (status, list(again)) == (200, ["jwt"])
    assert isinstance(identity_of(office, id_, again["jwt"]), Identity)


def test_a_code_of_no_identity_provider_is_refused(ask: Ask, deployment: Make) -> None:
    id_ = deployment(AUTHENTICATED)
    status, answer = exchanged(ask, id_, code="c")
    assert (status, answer["code"]) == (401, "bad.credentials")
    assert exchanged(ask, id_, idToken="t")[0] == 401
    status, answer = exchanged(ask, id_)
    assert (status, answer["code"]) == (400, "invalid.value")
    assert ask("POST", EXCHANGE, {"deploymentId": id_}, bearer="")[0] == 400


def test_an_unknown_refresh_token_is_refused(ask: Ask, deployment: Make) -> None:
    body = {"deploymentId": deployment(AUTHENTICATED), "refreshToken": "r"}
    status, answer = ask("POST", REFRESH, body, bearer="")
    assert (status, answer["message"].startswith("Session authentication failed")) == (401, True)


@pytest.mark.parametrize("path", [EXCHANGE, REFRESH])
def test_signing_in_is_off_unless_the_configuration_turns_it_on(ask: Ask, deployment: Make, path: str) -> None:
    body = {"deploymentId": deployment(), "refreshToken": "r", "oauth": {"redirectUri": "u", "code": "c"}}
    status, answer = ask("POST", path, body, bearer="")
    assert (status, answer["code"]) == (403, "not.authorized")


def test_a_revoked_sign_in_is_over(ask: Ask, deployment: Make, office: Org) -> None:
    id_ = deployment(AUTHENTICATED)
    answer = signed_in(ask, office, id_)
    assert ask("DELETE", REVOKE, bearer=answer["jwt"]) == (204, None)
    assert isinstance(identity_of(office, id_, answer["jwt"]), RefuseSession)
    assert ask("DELETE", REVOKE, bearer=answer["jwt"])[0] == 401
    body = {"deploymentId": id_, "refreshToken": answer["refreshToken"]}
    assert ask("POST", REFRESH, body, bearer="")[0] == 401
    assert office.is_quiet()  # nobody used it


def test_an_anonymous_guest_has_no_sign_in_to_revoke(ask: Ask, deployment: Make, office: Org) -> None:
    jwt, _ = issue(office, guest_with(office, deployment()))
    assert ask("DELETE", REVOKE, bearer=jwt)[0] == 401


def test_history_comes_a_page_at_a_time_newest_first(ask: Ask, deployment: Make, office: Org) -> None:
    jwt, _ = issue(office, guest_with(office, deployment(), messages=60))
    status, first = ask("GET", HISTORY, bearer=jwt)
    assert (status, first["pageSize"], first["pageNumber"]) == (200, 25, 1)
    assert (first["total"], first["pageCount"], len(first["entities"])) == (60, 3, 25)
    assert (first["entities"][0]["text"], first["entities"][-1]["text"]) == ("text 59", "text 35")
    third = ask("GET", f"{HISTORY}?pageNumber=3", bearer=jwt)[1]
    assert [one["text"] for one in third["entities"]] == [f"text {number}" for number in range(9, -1, -1)]
    assert ask("GET", f"{HISTORY}?pageNumber=4", bearer=jwt)[1]["entities"] == []
    assert len(ask("GET", f"{HISTORY}?pageSize=40", bearer=jwt)[1]["entities"]) == 40
    assert ask("GET", f"{HISTORY}?pageSize=x", bearer=jwt)[0] == 400


def test_too_many_looks_at_the_history_are_refused(ask: Ask, deployment: Make, office: Org) -> None:
    jwt, _ = issue(office, guest_with(office, deployment()))
    assert [ask("GET", HISTORY, bearer=jwt)[0] for _ in range(11)] == [200] * 10 + [429]


def test_a_token_ends_with_its_time_its_guest_and_its_deployment(ask: Ask, deployment: Make, office: Org) -> None:
    id_ = deployment()
    guest = guest_with(office, id_)
    jwt, _ = issue(office, guest)
    assert ask("GET", HISTORY, bearer=jwt)[0] == 200
    office.clock.jump(3600)
    status, answer = ask("GET", HISTORY, bearer=jwt)
    assert (status, "Try to authenticate again" in answer["message"]) == (401, True)
    jwt, _ = issue(office, guest)
    guests_of(office).drop(guest)
    assert ask("GET", HISTORY, bearer=jwt)[0] == 401
    guests_of(office).add(guest)
    assert ask("DELETE", f"/webdeployments/deployments/{id_}")[0] == 204
    assert ask("GET", HISTORY, bearer=jwt)[0] == 401


def test_the_token_of_a_sign_in_reads_no_history(ask: Ask, deployment: Make, office: Org) -> None:
    answer = signed_in(ask, office, deployment(AUTHENTICATED))
    assert ask("GET", HISTORY, bearer=answer["jwt"])[0] == 401


@pytest.mark.parametrize(
    ("page", "fits"),
    [
        ("https://shop.example", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://shop.example.evil.example", False),
        (None, True),  # switch web_messaging.no_origin
        ("http://127.0.0.1:1", True),  # the platform's own pages
    ],
)
def test_only_pages_of_allowed_domains_may_ask(
    ask: Ask, deployment: Make, office: Org, page: str | None, fits: bool
) -> None:
    id_ = deployment(AUTHENTICATED, **SHOP)
    jwt, _ = issue(office, guest_with(office, id_))
    assert ask("GET", HISTORY, bearer=jwt, page=page)[0] == (200 if fits else 403)
    code = office.perform(SignInGuest(id_, "ann@idp"))
    status, answer = exchanged(ask, id_, page, code=code)
    assert status == (200 if fits else 403)
    body = {"deploymentId": id_, "refreshToken": answer.get("refreshToken", "r")}
    assert ask("POST", REFRESH, body, bearer="", page=page)[0] == (200 if fits else 403)
    bearer = answer.get("jwt") or signed_in(ask, office, id_)["jwt"]
    assert ask("DELETE", REVOKE, bearer=bearer, page=page)[0] == (204 if fits else 403)


def test_a_changed_list_of_domains_holds_at_once(ask: Ask, deployment: Make, office: Org) -> None:
    id_ = deployment(**SHOP)
    jwt, _ = issue(office, guest_with(office, id_))
    assert ask("GET", HISTORY, bearer=jwt, page="https://new.example")[0] == 403
    body = office.entities.of(DEPLOYMENTS)[id_].body
    changed = {name: body[name] for name in ("name", "configuration", "allowAllDomains")}
    path = f"/webdeployments/deployments/{id_}"
    assert ask("PUT", path, {**changed, "allowedDomains": ["new.example"]})[0] == 200
    assert ask("GET", HISTORY, bearer=jwt, page="https://new.example")[0] == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_cobrowse_session(ask: Ask, deployment: Make, method: str) -> None:
    status, answer = ask(method, f"/webdeployments/deployments/{deployment()}/cobrowse/none", bearer="")
    assert (status, "Cobrowse" in answer["message"]) == (404, True)


@pytest.mark.parametrize(("method", "path"), [("GET", HISTORY), ("DELETE", REVOKE)])
def test_history_and_revocation_need_a_guests_token(ask: Ask, method: str, path: str) -> None:
    for bearer in ("", "unknown", "a.b.c", None):  # None: the administrator is no guest
        status, answer = ask(method, path, bearer=bearer)
        assert (status, answer["message"].startswith("Session authentication failed")) == (401, True)
