from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode

import pytest

from understudy.oauth.saml import ASSERTION, BYTES_MAX, DEPTH_MAX, PROTOCOL, parse_assertion

SUBJECT = "<a:Subject><a:NameID>ann@acme.example</a:NameID></a:Subject>"


def document(inner: str = SUBJECT, attributes: str = "") -> bytes:
    return f'<a:Assertion xmlns:a="{ASSERTION}"{attributes}>{inner}</a:Assertion>'.encode()


def encoded(text: bytes) -> str:
    return b64encode(text).decode()


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_an_assertion_is_read_in_both_alphabets_with_and_without_padding(encode: object) -> None:
    text = encode(document() + b"<!-- >>>???~~~ -->")  # type: ignore[operator]
    for form in (text.decode(), text.decode().rstrip("="), f" {text.decode()[:40]}\r\n{text.decode()[40:]} "):
        assert parse_assertion(form).name_id == "ann@acme.example"


def test_a_response_may_hold_the_assertion() -> None:
    whole = f'<p:Response xmlns:p="{PROTOCOL}">'.encode() + document() + b"</p:Response>"
    assert parse_assertion(encoded(whole)).name_id == "ann@acme.example"


def test_a_comment_in_a_name_does_not_cut_it() -> None:
    inner = "<a:Subject><a:NameID>ann@acme.example<!-- -->.evil</a:NameID></a:Subject>"
    assert parse_assertion(encoded(document(inner))).name_id == "ann@acme.example.evil"


def test_it_holds_within_the_narrowest_bounds() -> None:
    inner = (
        '<a:Conditions NotBefore="2026-01-01T00:00:10Z" NotOnOrAfter="2026-01-01T00:02:00Z"/><a:Subject>'
        "<a:NameID>ann@acme.example</a:NameID><a:SubjectConfirmation>"
        '<a:SubjectConfirmationData NotOnOrAfter="2026-01-01T00:01:00Z"/></a:SubjectConfirmation></a:Subject>'
    )
    found = parse_assertion(encoded(document(inner)))
    start = 1_767_225_600.0
    assert [found.holds(start + at, 0.0) for at in (9, 10, 59, 60)] == [False, True, True, False]
    assert [found.holds(start + at, 5.0) for at in (4, 5, 64, 65)] == [False, True, True, False]
    assert parse_assertion(encoded(document())).holds(0.0, 0.0)


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TWO = f'<p:Response xmlns:p="{PROTOCOL}">'.encode() + document() + document() + b"</p:Response>"
WRONG = {
    "no Base64": "***",
    "not ASCII": "ä" * 8,
    "empty": "",
    "no XML": encoded(b"hello"),
    "cut": encoded(document()[:-5]),
    "no SAML": encoded(b"<a/>"),
    "another namespace": encoded(document().replace(b"SAML:2.0:assertion", b"SAML:1.0:assertion")),
    "a document type": encoded(BOMB + document()),
    "an outside entity": encoded(OUTSIDE + document(SUBJECT.replace("ann", "&a;"))),
    "an unknown entity": encoded(document(SUBJECT.replace("ann", "&ann;"))),
    "no subject": encoded(document("")),
    "an empty name": encoded(document(SUBJECT.replace("ann@acme.example", " "))),
    "two names": encoded(document(SUBJECT + SUBJECT)),
    "two assertions": encoded(TWO),
    "an assertion in another": encoded(document(SUBJECT + document().decode())),
    "a bound that is no moment": encoded(document(f'<a:Conditions NotBefore="soon"/>{SUBJECT}')),
    "a bound without a zone": encoded(document(f'<a:Conditions NotBefore="2026-01-01T00:00:00"/>{SUBJECT}')),
    "another encoding": encoded('<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16") + document()),
    "too deep": encoded(document("<x>" * DEPTH_MAX + "</x>" * DEPTH_MAX + SUBJECT)),
    "too large": encoded(document(SUBJECT + "<!--" + "x" * BYTES_MAX + "-->")),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_assertion_is_refused(case: str) -> None:
    with pytest.raises(ValueError, match=r"assertion|moment"):
        parse_assertion(WRONG[case])


def test_a_declared_encoding_chooses_no_codec() -> None:
    text = b'<?xml version="1.0" encoding="unicode_escape"?>' + document()
    assert parse_assertion(encoded(text)).name_id == "ann@acme.example"
