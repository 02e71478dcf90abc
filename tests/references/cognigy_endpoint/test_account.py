"""The OAuth client: which hosts it asks, and what it does not ask at all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from understudy.references.cognigy_endpoint.account import Account, Login

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys


def account(fake: FakeGenesys, domain: str, *faults: str) -> Account:
    """A client of the fake."""
    login = Login(domain=domain, client_id="c", client_secret="s", scope="*")
    return Account(fake.url, login, threading.Event(), 0.01, frozenset(faults))


def hosts(fake: FakeGenesys) -> list[str]:
    """The hosts asked, in order."""
    return [call.headers["host"] for call in fake.calls]


def test_a_bare_base_domain_names_the_hosts(genesys: FakeGenesys) -> None:
    assert account(genesys, "cac1.pure.cloud").call("GET", "/api/v2/x").is_ok
    assert hosts(genesys) == ["login.cac1.pure.cloud", "api.cac1.pure.cloud"]
    assert account(genesys, "").call("GET", "/api/v2/x").is_ok
    assert hosts(genesys)[2:] == [genesys.url.removeprefix("http://")] * 2


@pytest.mark.parametrize(
    "domain", ["login.mypurecloud.de", "apps.mypurecloud.de", "https://mypurecloud.de", "de", "a b.c"]
)
def test_anything_else_is_a_problem_and_asks_nobody(genesys: FakeGenesys, domain: str) -> None:
    answer = account(genesys, domain).call("GET", "/api/v2/x")
    assert (answer.status, domain in answer.error) == (0, True)
    assert genesys.calls == []


def test_the_faults_ask_another_host_and_for_no_scope(genesys: FakeGenesys) -> None:
    account(genesys, "mypurecloud.de", "copilot_wrong_host", "no_scope").call("GET", "/api/v2/x")
    assert hosts(genesys)[0] == "login.mypurecloud.jp"
    assert genesys.calls[0].body == "grant_type=client_credentials"
