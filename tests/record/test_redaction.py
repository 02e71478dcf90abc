"""No secret reaches the record, and one secret reads the same everywhere."""

from __future__ import annotations

from base64 import b64encode

import orjson
import pytest

from understudy.record.flags import Flag, load_flags
from understudy.record.redaction import KNOWN_KEPT, MARK, Redactor

SECRET = "s3cr3t-of-the-client_42"
TOKEN = "fT0kEn-abcdefghijklmnopqrstuv"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(load_flags(), "key of the run")


def flag(redactor: Redactor, operation: str = "", interface: str = "") -> Flag:
    found = redactor.flag_of(operation, interface)
    assert found is not None
    return found


def test_a_stand_in_depends_on_secret_and_key_alone(redactor: Redactor) -> None:
    assert redactor.stand_in(SECRET) == Redactor(load_flags(), "key of the run").stand_in(SECRET)
    assert redactor.stand_in(SECRET) != redactor.stand_in(TOKEN)
    assert redactor.stand_in(SECRET) != Redactor(load_flags(), "another key").stand_in(SECRET)
    assert redactor.stand_in(redactor.stand_in(SECRET)) == redactor.stand_in(SECRET)


def test_fingerprint_tells_keys_apart_and_is_not_the_key(redactor: Redactor) -> None:
    assert redactor.fingerprint == Redactor(load_flags(), "key of the run").fingerprint
    assert redactor.fingerprint != Redactor(load_flags(), "another key").fingerprint
    assert "key of" not in redactor.fingerprint


def test_forgotten_stand_ins_come_back_the_same() -> None:
    redactor = Redactor(load_flags(), "k")
    first = redactor.stand_in(SECRET)
    for number in range(KNOWN_KEPT + 10):
        redactor.stand_in(f"token {number}")
    assert redactor.stand_in(SECRET) == first
    assert len(redactor._known) <= KNOWN_KEPT


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION", "Cookie", "Set-Cookie"])
def test_a_secret_header_keeps_its_scheme_and_loses_its_value(redactor: Redactor, name: str) -> None:
    headers = redactor.headers(((name, f"Bearer {TOKEN}"), ("Accept", "*/*")))
    assert headers == ((name, f"Bearer {redactor.stand_in(TOKEN)}"), ("Accept", "*/*"))


def test_basic_keeps_the_client_id(redactor: Redactor) -> None:
    credentials = b64encode(f"client-1:{SECRET}".encode()).decode()
    assert redactor.headers([("Authorization", f"Basic {credentials}")]) == (
        ("Authorization", f"Basic client-1:{redactor.stand_in(SECRET)}"),
    )


@pytest.mark.parametrize("value", ["Basic %%%", "Basic bm9jb2xvbg==", TOKEN, "Basic /w==", "Digest a=b, c=d"])
def test_a_malformed_credential_goes_whole(redactor: Redactor, value: str) -> None:
    ((_, shown),) = redactor.headers([("Authorization", value)])
    assert MARK in shown
    assert value.split(" ", 1)[-1] not in shown


def test_the_customers_own_webhook_headers_go_by_value(redactor: Redactor) -> None:
    body = orjson.dumps({"webhookHeaders": {"X-Api-Key": "k1"}, "name": "n"})
    redactor.body(body, flag(redactor, "postConversationsMessagingIntegrationsOpen"))
    delivery = (("X-Api-Key", "k1"), ("X-Hub-Signature-256", "sha256=abc"))
    shown = redactor.headers(delivery, flag(redactor, interface="open_messaging"))
    assert shown == (("X-Api-Key", redactor.stand_in("k1")), ("X-Hub-Signature-256", "sha256=abc"))
    assert redactor.headers(delivery) == delivery


def test_repeated_headers_and_their_order_stay(redactor: Redactor) -> None:
    headers = (("A", "1"), ("a", "2"), ("A", "3"))
    assert redactor.headers(headers) is headers


def test_invented_header_names_do_not_fill_the_memory(redactor: Redactor) -> None:
    for number in range(5_000):
        redactor.headers([(f"X-{number}", "v")])
    assert len(redactor._names) <= 1_025


def test_what_a_guests_client_puts_into_a_query_by_mistake_is_a_secret_too(redactor: Redactor) -> None:
    for name in ("jwt", "token"):
        shown = redactor.target(f"GET /v1?deploymentId=d&{name}={TOKEN}")
        assert shown == f"GET /v1?deploymentId=d&{name}={redactor.stand_in(TOKEN)}"


def test_query_secrets_go_from_the_request_line(redactor: Redactor) -> None:
    shown = redactor.target(f"GET /x?a=1&access_token={TOKEN}&b=2")
    assert shown == f"GET /x?a=1&access_token={redactor.stand_in(TOKEN)}&b=2"
    assert redactor.target("GET /x?a=1") == "GET /x?a=1"
    assert redactor.target("GET /x") == "GET /x"


def test_token_answer_and_bearer_header_read_the_same(redactor: Redactor) -> None:
    body = orjson.dumps({"access_token": TOKEN, "token_type": "bearer", "expires_in": 86399})
    shown = redactor.body(body, flag(redactor, interface="oauth"))
    assert orjson.loads(shown)["access_token"] == redactor.stand_in(TOKEN)
    assert redactor.headers([("Authorization", f"Bearer {TOKEN}")])[0][1].endswith(redactor.stand_in(TOKEN))


def test_form_secret_goes_and_the_rest_stays_to_the_byte(redactor: Redactor) -> None:
    body = b"grant_type=client_credentials&client%5Fsecret=s3cr3t%2Fof&client_id=c1"
    shown = redactor.body(body, flag(redactor, interface="oauth"))
    stand_in = redactor.stand_in("s3cr3t/of").encode()
    assert shown == b"grant_type=client_credentials&client%5Fsecret=" + stand_in + b"&client_id=c1"


def test_bytes_around_a_secret_stay_as_they_were(redactor: Redactor) -> None:
    body = b'{ "secret" :\t"' + SECRET.encode() + b'",\n "name":"caf\\u00e9", "name":"twice"}'
    shown = redactor.body(body, flag(redactor, "postOauthClients"))
    assert shown == body.replace(SECRET.encode(), redactor.stand_in(SECRET).encode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"secret":"pw"}',  # too short to cut out
        b'{"secret":"s3cr3t\\u002dof-the"}',  # escaped on the wire
        b'{"secret":{"inner":"s3cr3t-of-the"}}',
        b'{"secret":12345678901}',
        b'{"s\\u0065cret":"s3cr3t-of-the"}',
        b'{"secret":"first-s3cr3t-of","secret":"second-s3cr3t-of"}',
        b'{"secret":"s3cr3t-of-the',  # cut
        b'{"secret":"s3cr3t, of the',
        b'{"secret":"s3cr3t-of-the",}',  # malformed
        b"{'secret': 's3cr3t of the'}",
        b"secret=s3cr3t-of-the",
        b'\xff{"secret":"s3cr3t-of-the"}',
        b'{"deep":' + b"[" * 300 + b"]" * 300 + b',"secret":"pw"}',  # deeper than can be written again
        b'{"secret":' + b"[" * 300 + b'"s3cr3t-of-the"' + b"]" * 300 + b"}",
    ],
)
def test_a_hostile_form_of_a_flagged_body_loses_its_secret(redactor: Redactor, body: bytes) -> None:
    shown = redactor.body(body, flag(redactor, "postOauthClients"))
    assert MARK.encode() in shown
    for secret in (b'"pw"', b"s3cr3t", b"12345678901"):
        assert secret not in shown


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"secret":null}', b'{"secret":""}', b'{"name":"secret"}']
)
def test_a_body_without_a_secret_stays(redactor: Redactor, body: bytes) -> None:
    assert redactor.body(body, flag(redactor, "postOauthClients")) == body


def test_every_item_of_a_listing_is_covered(redactor: Redactor) -> None:
    body = orjson.dumps({"entities": [{"secret": SECRET}, {"secret": TOKEN}, {"id": 1}, 7]})
    shown = orjson.loads(redactor.body(body, flag(redactor, "getOauthClients")))
    assert [item.get("secret") for item in shown["entities"][:2]] == [
        redactor.stand_in(SECRET),
        redactor.stand_in(TOKEN),
    ]


def test_known_secrets_go_from_flagged_bodies_that_are_no_json(redactor: Redactor) -> None:
    redactor.register_secret("a phrase with blanks")
    redactor.stand_in(TOKEN)
    shown = redactor.body(
        b"<x>a phrase with blanks " + TOKEN.encode() + b"</x>\xff", flag(redactor, "postOauthClients")
    )
    assert b"phrase" not in shown
    assert TOKEN.encode() not in shown


def test_a_known_secret_goes_from_anywhere_in_a_body_that_is_flagged_so(redactor: Redactor) -> None:
    token, beginning = "!s3cret$verify%token!", "!s3cret$verify%"
    for secret in (beginning, token):
        redactor.register_secret(secret)
    body = f'{{"error": "not {token}", "also": "{beginning}"}}'.encode()
    shown = redactor.body(body, flag(redactor, interface="bot_connector")).decode()
    expected = f'{{"error": "not {redactor.stand_in(token)}", "also": "{redactor.stand_in(beginning)}"}}'
    assert shown == expected


@pytest.mark.parametrize(
    "written",
    [
        r"""{"error":"not s3<cret\/\"&\\verify!","n":1}""",  # as PHP writes it
        r"""{"error":"not s3\u003Ccret/\u0022\u0026\\verify!","n":1}""",  # as .NET writes it
        r"""{"error":"not s3<cret/\"&\u005cverify!","n":1}""",  # as Python writes it, or might
    ],
)
def test_a_known_secret_is_known_as_json_escapes_it(redactor: Redactor, written: str) -> None:
    secret = 's3<cret/"&\\verify!'
    assert orjson.loads(written) == {"error": f"not {secret}", "n": 1}
    redactor.register_secret(secret)
    shown = redactor.body(written.encode(), flag(redactor, interface="bot_connector")).decode()
    assert shown == f'{{"error":"not {redactor.stand_in(secret)}","n":1}}'


def test_escapes_that_are_no_secret_stay_as_they_were(redactor: Redactor) -> None:
    redactor.register_secret("n-apple-12")
    body = rb'{"text":"one\n\n-apple\u002D13","also":"\u00e4\ud83d\ude42"}'
    assert redactor.body(body, flag(redactor, interface="bot_connector")) == body


def test_a_secret_too_short_to_be_told_from_words_is_not_cut_out_of_a_body(redactor: Redactor) -> None:
    redactor.register_secret("order")
    body = b'{"text":"your order"}'
    assert redactor.body(body, flag(redactor, interface="bot_connector")) == body


def test_what_is_not_flagged_is_not_touched(redactor: Redactor) -> None:
    assert redactor.flag_of("getUsersMe", "platform") is None


def test_a_cookie_keeps_its_name_and_loses_its_value(redactor: Redactor) -> None:
    given = [("Set-Cookie", f"sid={SECRET}; Path=/; HttpOnly; SameSite=Lax"), ("cookie", f"sid={SECRET}; path={TOKEN}")]
    shown, secret = redactor.headers(given), redactor.stand_in(SECRET)
    assert shown[0][1] == f"sid={secret}; Path=/; HttpOnly; SameSite=Lax"
    assert shown[1][1] == f"sid={secret}; path={redactor.stand_in(TOKEN)}"


@pytest.mark.parametrize("value", [f"path={SECRET}", SECRET, f"{SECRET}; a=b", f" a = {SECRET} ", f"a=b;c={SECRET}"])
def test_an_odd_cookie_leaks_nothing(redactor: Redactor, value: str) -> None:
    for name in ("Cookie", "Set-Cookie"):
        assert SECRET not in redactor.headers([(name, value)])[0][1]


@pytest.mark.parametrize("name", ["Location", "location", "Referer"])
def test_a_redirect_loses_code_and_token_and_keeps_the_rest(redactor: Redactor, name: str) -> None:
    given = f"app:/back?tab=1&code={SECRET}&state=s#access_token={TOKEN}&expires_in=60"
    code, token = redactor.stand_in(SECRET), redactor.stand_in(TOKEN)
    shown = f"app:/back?tab=1&code={code}&state=s#access_token={token}&expires_in=60"
    assert redactor.headers([(name, given)]) == ((name, shown),)
    assert redactor.headers([(name, "https://app.example/")]) == ((name, "https://app.example/"),)


def test_a_flagged_message_loses_the_same_headers(redactor: Redactor) -> None:
    deliveries = flag(redactor, interface="open_messaging")
    assert redactor.headers([("Set-Cookie", f"a={SECRET}")], deliveries)[0][1] == f"a={redactor.stand_in(SECRET)}"


def test_a_hidden_field_of_a_page_goes(redactor: Redactor) -> None:
    page = f'<p>Acme</p><input type="hidden" name="csrf" value="{SECRET}"><b>code</b>'.encode()
    shown = redactor.body(page, flag(redactor, interface="oauth"))
    assert shown == page.replace(SECRET.encode(), redactor.stand_in(SECRET).encode())


@pytest.mark.parametrize("field", ["code", "code_verifier", "refresh_token", "assertion", "client_secret", "csrf"])
def test_every_secret_field_of_a_login_goes(redactor: Redactor, field: str) -> None:
    shown = redactor.body(f"a=1&{field}={SECRET}&b=<2>".encode(), flag(redactor, interface="oauth"))
    assert SECRET.encode() not in shown
    assert shown.startswith(b"a=1&")


@pytest.mark.parametrize("given", [SECRET, {"instance": SECRET}, {"value": {"instance": SECRET, "default": ""}}])
def test_the_password_of_a_trunk_is_hidden_in_whatever_shape_it_comes(redactor: Redactor, given: object) -> None:
    trunk = {"name": "T", "properties": {"trunk_sip_authentication_credentials_password": given}}
    for operation, body in (
        ("postTelephonyProvidersEdgesTrunkbasesettings", trunk),
        ("getTelephonyProvidersEdgesTrunkbasesettings", {"entities": [trunk]}),
    ):
        shown = redactor.body(orjson.dumps(body), flag(redactor, operation))
        assert SECRET.encode() not in shown
        assert b'"name":"T"' in shown
