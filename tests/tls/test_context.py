from __future__ import annotations

import ssl
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from understudy.clock import RealClock
from understudy.errors import SettingsError
from understudy.tls.certificates import new_authority, server_pem
from understudy.tls.context import given_context, own_context

NOW = RealClock().utc()
AUTHORITY = new_authority(NOW)


def shake_hands(server: ssl.SSLContext, host: str, trusted: str | None) -> str:
    """A handshake in memory; returns the TLS version, raises what the client says."""
    client = ssl.create_default_context(cadata=trusted)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(back, there, server_hostname=host), server.wrap_bio(there, back, server_side=True)
    left = set(ends)
    for _ in range(8):
        for end in list(left):
            try:
                end.do_handshake()
                left.discard(end)
            except ssl.SSLWantReadError:
                pass
    assert not left
    return str(ends[0].version())


@pytest.mark.parametrize(
    "host", ["api.mypurecloud.de", "webmessaging.use2.us-gov-pure.cloud", "127.0.0.1", "::1", "gw.test"]
)
def test_a_client_that_trusts_the_authority_is_served_under_every_name(host: str) -> None:
    context = own_context(AUTHORITY, ["gw.test"], NOW)
    assert shake_hands(context, host, AUTHORITY.pem.decode()) in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(("host", "trusted"), [("api.example.org", AUTHORITY.pem.decode()), ("localhost", None)])
def test_another_name_and_a_client_that_does_not_trust_it_fail(host: str, trusted: str | None) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(own_context(AUTHORITY, (), NOW), host, trusted)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    pem = server_pem(AUTHORITY, ["mine.test"], NOW)
    key, mark, chain = pem.partition(b"-----BEGIN CERTIFICATE-----")
    (tmp_path / "cert.pem").write_bytes(mark + chain)
    (tmp_path / "key.pem").write_bytes(key)
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def test_a_certificate_of_ones_own_is_served(pair: tuple[Path, Path]) -> None:
    assert shake_hands(given_context(*pair), "mine.test", AUTHORITY.pem.decode())


def test_a_key_that_is_not_the_certificates_is_named(pair: tuple[Path, Path]) -> None:
    certificate, key = pair
    key.write_bytes(server_pem(AUTHORITY, ["mine.test"], NOW).partition(b"-----BEGIN CERT")[0])
    with pytest.raises(SettingsError) as refused:
        given_context(certificate, key)
    assert str(refused.value) == (
        f"--key is '{key}': not the key of {certificate}: give the pair that was made together"
    )


@pytest.mark.parametrize(
    ("option", "text", "remedy"),
    [
        ("--cert", b"nonsense", "not a certificate in PEM"),
        ("--cert", b"", "not a certificate in PEM"),
        ("--key", b"nonsense", "not a private key in PEM"),
        ("--cert", None, "can't be read: No such file or directory"),
        ("--key", None, "can't be read: No such file or directory"),
    ],
)
def test_a_file_that_is_none_is_named(pair: tuple[Path, Path], option: str, text: bytes | None, remedy: str) -> None:
    file = pair[0] if option == "--cert" else pair[1]
    file.unlink() if text is None else file.write_bytes(text)
    with pytest.raises(SettingsError) as refused:
        given_context(*pair)
    assert (refused.value.name, refused.value.value) == (option, str(file))
    assert refused.value.remedy.startswith(remedy)


def test_a_key_with_a_passphrase_is_refused_and_not_asked_for(pair: tuple[Path, Path]) -> None:
    certificate, key = pair
    plain = load_pem_private_key(key.read_bytes(), None)
    key.write_bytes(plain.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")))
    with pytest.raises(SettingsError, match="it has a passphrase"):
        given_context(certificate, key)


def test_a_certificate_of_an_unknown_curve_is_refused(pair: tuple[Path, Path]) -> None:
    certificate, key = pair
    der = x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER)
    odd = der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f"))  # prime256v1, and no curve
    assert odd != der
    certificate.write_bytes(b"-----BEGIN CERTIFICATE-----\n" + b64encode(odd) + b"\n-----END CERTIFICATE-----\n")
    with pytest.raises(SettingsError, match="not known here"):
        given_context(certificate, key)
