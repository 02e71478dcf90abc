from __future__ import annotations

from base64 import b64encode

import pytest

from understudy.oauth.messages import (
    FORM,
    FORM_BYTES_MAX,
    Credentials,
    OAuthError,
    TokenRequest,
    build_token,
    parse_token_request,
)

GRANT = b"grant_type=client_credentials"
BASIC = "Basic " + b64encode(b"c1:s3cret").decode()


def _basic(text: bytes) -> str:
    return "Basic " + b64encode(text).decode()


def test_the_request_of_the_official_sdk_is_read() -> None:
    asked = parse_token_request(GRANT, FORM, BASIC)
    assert isinstance(asked, TokenRequest)
    assert (asked.grant_type, asked.client) == ("client_credentials", Credentials("c1", "s3cret"))


@pytest.mark.parametrize("content_type", [FORM + "; charset=UTF-8", FORM.upper()])
def test_the_content_type_is_compared_without_case_and_parameters(content_type: str) -> None:
    assert isinstance(parse_token_request(GRANT, content_type, BASIC), TokenRequest)


def test_a_secret_may_hold_colons_and_umlauts() -> None:
    asked = parse_token_request(GRANT, FORM, _basic("c1:a:b:ü".encode()))
    assert isinstance(asked, TokenRequest)
    assert asked.client == Credentials("c1", "a:b:ü")


def test_credentials_in_the_form_are_told_apart() -> None:
    asked = parse_token_request(GRANT + b"&client_id=c1&client_secret=s3cret", FORM, "")
    assert isinstance(asked, TokenRequest)
    assert asked.client == Credentials("c1", "s3cret", "body")


def test_the_header_wins_over_the_form() -> None:
    asked = parse_token_request(GRANT + b"&client_id=other", FORM, BASIC)
    assert isinstance(asked, TokenRequest)
    assert asked.client == Credentials("c1", "s3cret", "basic")


def test_a_request_without_a_client_is_well_formed() -> None:
    asked = parse_token_request(GRANT, FORM, "")
    assert isinstance(asked, TokenRequest)
    assert asked.client is None


@pytest.mark.parametrize(
    ("body", "content_type", "authorization"),
    [
        (b"", FORM, BASIC),
        (b"grant_type=", FORM, BASIC),
        (b'{"grant_type":"client_credentials"}', "application/json", BASIC),
        (GRANT, "", BASIC),
        (GRANT + b"&grant_type=client_credentials", FORM, BASIC),
        (b"grant_type=\xff\xfe", FORM, BASIC),
        (b"grant_type=%ff%fe", FORM, BASIC),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM, BASIC),
        (GRANT, FORM, "Bearer token"),
        (GRANT, FORM, "Basic"),
        (GRANT, FORM, "Basic !!!"),
        (GRANT, FORM, "Basic \u00fc"),
        (GRANT, FORM, _basic(b"no-colon")),
        (GRANT, FORM, _basic(b":secret-only")),
        (GRANT, FORM, _basic(b"\xff\xfe:x")),
    ],
)
def test_a_malformed_request_is_an_invalid_request(body: bytes, content_type: str, authorization: str) -> None:
    fault = parse_token_request(body, content_type, authorization)
    assert isinstance(fault, OAuthError)
    assert fault.error == "invalid_request"


def test_an_oversize_form_is_an_invalid_request() -> None:
    fault = parse_token_request(b"", FORM, BASIC, oversize=True)
    assert fault == OAuthError("invalid_request", "the form is too large")
    assert FORM_BYTES_MAX >= 1024


def test_an_error_body_has_three_keys() -> None:
    # facts: platform-api §3, a real body
    assert OAuthError("invalid_client", "authentication failed").body() == {
        "error": "invalid_client",
        "description": "authentication failed",
        "error_description": "authentication failed",
    }


def test_a_success_body_has_what_the_sdks_read() -> None:
    assert build_token("abc", 86400) == {"access_token": "abc", "token_type": "bearer", "expires_in": 86400}


def test_secrets_are_not_printed() -> None:
    asked = parse_token_request(GRANT + b"&client_secret=hidden", FORM, BASIC)
    assert "s3cret" not in repr(asked)
    assert "hidden" not in repr(asked)


def test_a_refresh_token_stands_in_the_answer_where_there_is_one() -> None:
    assert build_token("t", 60) == {"access_token": "t", "token_type": "bearer", "expires_in": 60}
    assert build_token("t", 60, "r")["refresh_token"] == "r"


def test_a_public_client_gives_its_id_and_nothing_else() -> None:
    assert Credentials("c1", "", "body").is_public
    assert not Credentials("c1", "s", "body").is_public
    assert not Credentials("c1", "", "basic").is_public
