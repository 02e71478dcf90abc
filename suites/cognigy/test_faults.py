"""F1 to F6: one thing is wrong, and the record names it. All are derived from the guide's steps."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.doors import disabled_endpoint
from understudy.actors.variations import unauthorized, varied, with_credentials, without_tokens

TOKEN = "verify-token"
OTHER_TOKEN = "Not-what-Cognigy-was-told.7"
ELSEWHERE = "https://elsewhere.example"
SETTLE = 0.5  # seconds in which something unwanted would still arrive
CLIENTS = "oauth.clients"

pytestmark = [pytest.mark.exclusive]


def first_turn(rehearsal: Rehearsal, text: str = "hello") -> None:
    """A customer writes; the flow takes its failure path, or the bot answers."""
    ann = rehearsal.guest()
    ann.joins()
    ann.converses([text])


@pytest.mark.checks("CG-F1.wrong")
def test_wrong_verify_token(rehearsal: Rehearsal) -> None:
    with with_credentials(rehearsal, {TOKEN: OTHER_TOKEN}), rehearsal.check("CG-F1.wrong"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-F1.missing")
def test_missing_verify_token(rehearsal: Rehearsal) -> None:
    with with_credentials(rehearsal, {}), rehearsal.check("CG-F1.missing"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-F2")
def test_client_that_nobody_authorized(rehearsal: Rehearsal) -> None:
    with unauthorized(rehearsal), without_tokens(rehearsal), rehearsal.check("CG-F2"):
        cursor = rehearsal.entry_cursor()
        first_turn(rehearsal)
        rehearsal.wait_entry(after=cursor, kind="note", name="oauth.client_not_authorized")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("CG-F3")
@pytest.mark.needs("unsupported_phrase")
def test_unsupported_output_type(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-F3"):
        first_turn(rehearsal, rehearsal.setting("unsupported_phrase"))


@pytest.mark.checks("CG-F4.socket")
def test_socket_of_a_domain_that_is_not_allowed(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-F4.socket", origin=ELSEWHERE):
        rehearsal.guest(origin=ELSEWHERE).joins()


@pytest.mark.checks("CG-F4.api")
def test_api_request_of_a_domain_that_is_not_allowed(rehearsal: Rehearsal) -> None:
    ann = rehearsal.guest()
    with rehearsal.check("CG-F4.api", origin=ELSEWHERE):
        ann.joins()
        ann.history_by_jwt(ELSEWHERE)


@pytest.mark.checks("CG-F5")
@pytest.mark.needs("enabled_door")
def test_endpoint_that_is_not_enabled(rehearsal: Rehearsal) -> None:
    with disabled_endpoint(rehearsal), rehearsal.check("CG-F5"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-F6")
def test_client_without_a_role(rehearsal: Rehearsal) -> None:
    roleless: dict[str, list[str]] = {"roleIds": [], "roleDivisions": []}
    with (
        varied(rehearsal, CLIENTS, rehearsal.slot.ids["UNDERSTUDY_CLIENT_ID"], roleless),
        without_tokens(rehearsal),
        rehearsal.check("CG-F6"),
    ):
        cursor = rehearsal.entry_cursor()
        first_turn(rehearsal)
        rehearsal.wait_entry(after=cursor, kind="note", name="permission.denied")
        rehearsal.pause(SETTLE)
