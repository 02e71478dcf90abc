"""The server's TLS context: our own certificate for all of Genesys' hosts, or the user's."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from understudy.errors import SettingsError
from understudy.tls.certificates import Authority, server_names, server_pem
from understudy.whole_file import write_whole

FILE_MAX: Final = 1_048_576  # bytes of a certificate chain or a key


def own_context(authority: Authority, names: Iterable[str], now: float) -> ssl.SSLContext:
    """A context with a new certificate, signed by ``authority`` for all regions, this machine and ``names``.

    The certificate is made at every start, so there is nothing of it to keep, to guard or to renew. OpenSSL takes files
    only: the key lies in one of the user's own (0600 in 0700) for as long as it is read.
    """
    with TemporaryDirectory(prefix="understudy-") as private:
        file = Path(private) / "server.pem"
        write_whole(file, server_pem(authority, server_names(names), now), private=True)
        return _context(file, None)


def given_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """A context with the user's certificate (chain) and key; raises ``SettingsError`` that names the file at fault."""
    chain, secret = _read("--cert", certificate), _read("--key", key)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        public = x509.load_pem_x509_certificates(chain)[0].public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm) as error:
        _wrong("--cert", certificate, f"not a certificate in PEM, or of a key that is not known here ({error})", error)
    try:
        owned = load_pem_private_key(secret, None).public_key().public_bytes(*form)
    except TypeError as error:
        _wrong("--key", key, "it has a passphrase: write it without one (openssl pkey -in … -out …)", error)
    except (ValueError, UnsupportedAlgorithm) as error:
        _wrong("--key", key, "not a private key in PEM, or of a kind that is not known here", error)
    if owned != public:
        raise SettingsError("--key", str(key), f"not the key of {certificate}: give the pair that was made together")
    try:
        return _context(certificate, key)
    except ssl.SSLError as error:
        _wrong("--cert", certificate, f"TLS can't use it ({error.reason})", error)


def _context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def _read(option: str, file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_MAX)
    except OSError as error:
        raise SettingsError(option, str(file), f"can't be read: {error.strerror}") from error


def _wrong(option: str, file: Path, remedy: str, cause: Exception) -> NoReturn:
    raise SettingsError(option, str(file), remedy) from cause
