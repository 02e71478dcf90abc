"""Certificates: the authority (CA) and the server's certificate that it signs (RFC 5280), as PEM.

Keys are ECDSA P-256. Serial numbers and keys come from the system's randomness, never from a seed: what clients trust
must not be repeatable.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from understudy.clock import iso
from understudy.regions import hosts_of, regions

LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
AUTHORITY_LIFE: Final = timedelta(days=3650)
AUTHORITY_RENEWED: Final = timedelta(days=90)  # before its end
SERVER_LIFE: Final = timedelta(days=397)  # Apple's clients refuse more than 825 days, and browsers more than 398
BACKDATED: Final = timedelta(days=1)  # a client's clock may be slow
NAME: Final = "Understudy (this computer only)"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: its certificate and the key that signs."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate, without the key."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def secret_pem(self) -> bytes:
        """Key and certificate, as ``read_authority`` takes them."""
        return _key_pem(self.key) + self.pem

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the certificate, as browsers and openssl show it: ``AB:CD:…``."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def expires(self) -> str:
        """When it ends, ISO 8601."""
        return iso(self.certificate.not_valid_after_utc.timestamp())

    def is_fresh(self, now: float) -> bool:
        """It is valid at ``now`` (POSIX seconds) and for a while after it."""
        moment = datetime.fromtimestamp(now, UTC)
        start, end = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        return start <= moment < end - AUTHORITY_RENEWED


def new_authority(now: float) -> Authority:
    """A new authority, valid from ``now`` (POSIX seconds)."""
    key, moment = ec.generate_private_key(ec.SECP256R1()), datetime.fromtimestamp(now, UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = (
        _builder(name, name, key.public_key(), moment, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(built, key)


def read_authority(pem: bytes) -> Authority:
    """The inverse of ``secret_pem``; raises ``ValueError`` for anything else."""
    try:
        key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    except TypeError as error:  # the key is encrypted
        raise ValueError(str(error)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key is not the certificate's")
    return Authority(certificate, key)


def server_pem(authority: Authority, names: Iterable[str], now: float) -> bytes:
    """A new key and a certificate for ``names`` (hosts and IP addresses), with its authority's behind it."""
    key, moment = ec.generate_private_key(ec.SECP256R1()), datetime.fromtimestamp(now, UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "understudy")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    life = min(SERVER_LIFE, authority.certificate.not_valid_after_utc - moment)
    certificate = (
        _builder(subject, authority.certificate.subject, key.public_key(), moment, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    return _key_pem(key) + certificate.public_bytes(Encoding.PEM) + authority.pem


def server_names(more: Iterable[str] = ()) -> tuple[str, ...]:
    """Every host of every region, this machine, and ``more``. They are listed, not covered by wildcards: a wildcard
    stands for one label, and some domains share theirs with others."""
    hosts = (host for domain in regions().values() for host in hosts_of(domain))
    return tuple(dict.fromkeys([*LOCAL_NAMES, *hosts, *filter(None, more)]))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name if name.isascii() else name.encode("idna").decode())


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
