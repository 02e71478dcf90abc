from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store

from understudy.regions import hosts_of, regions
from understudy.tls.certificates import new_authority, read_authority, server_names, server_pem

NOW = 1_790_000_000.0
AUTHORITY = new_authority(NOW)


def test_the_names_are_every_host_of_every_region_and_this_machine() -> None:
    names = server_names(["192.0.2.7", "", "localhost"])
    for domain in regions().values():
        assert set(hosts_of(domain)) <= set(names)
    assert {"localhost", "127.0.0.1", "::1", "192.0.2.7"} <= set(names)
    assert len(set(names)) == len(names) == 6 * len(regions()) + 4


@pytest.mark.parametrize(
    "host", ["api.mypurecloud.de", "login.use2.us-gov-pure.cloud", "streaming.edee1.eusc-pure.cloud"]
)
def test_an_independent_verifier_accepts_the_certificate_for_a_host(host: str) -> None:
    leaf, issuer = x509.load_pem_x509_certificates(server_pem(AUTHORITY, server_names(), NOW))
    moment = datetime.fromtimestamp(NOW, UTC)
    builder = PolicyBuilder().store(Store([AUTHORITY.certificate])).time(moment)
    assert builder.build_server_verifier(x509.DNSName(host)).verify(leaf, [issuer])
    with pytest.raises(x509.verification.VerificationError):
        builder.build_server_verifier(x509.DNSName("api.example.org")).verify(leaf, [issuer])


def test_addresses_are_addresses_in_the_certificate() -> None:
    leaf = x509.load_pem_x509_certificates(server_pem(AUTHORITY, server_names(["192.0.2.7"]), NOW))[0]
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    assert addresses == [ip_address("127.0.0.1"), ip_address("::1"), ip_address("192.0.2.7")]
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_the_servers_certificate_lives_no_longer_than_clients_accept_nor_than_its_authority() -> None:
    leaf = x509.load_pem_x509_certificates(server_pem(AUTHORITY, ["localhost"], NOW))[0]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    late = NOW + timedelta(days=3600).total_seconds()
    leaf = x509.load_pem_x509_certificates(server_pem(AUTHORITY, ["localhost"], late))[0]
    assert leaf.not_valid_after_utc == AUTHORITY.certificate.not_valid_after_utc


def test_an_authority_is_fresh_until_ninety_days_before_its_end() -> None:
    def day(number: int) -> float:
        return NOW + timedelta(days=number).total_seconds()

    assert [AUTHORITY.is_fresh(day(n)) for n in (-2, 0, 3559, 3561, 3651)] == [False, True, True, False, False]
    assert AUTHORITY.expires == "2036-09-18T14:13:20.000Z"


def test_two_authorities_have_nothing_in_common() -> None:
    other = new_authority(NOW)
    assert other.fingerprint != AUTHORITY.fingerprint
    assert other.certificate.serial_number != AUTHORITY.certificate.serial_number


def test_an_authority_is_read_as_it_was_written() -> None:
    again = read_authority(AUTHORITY.secret_pem)
    assert again.certificate == AUTHORITY.certificate
    assert again.secret_pem == AUTHORITY.secret_pem
    assert b"PRIVATE" not in AUTHORITY.pem


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"nonsense",
        AUTHORITY.pem,
        AUTHORITY.secret_pem[:200],
        AUTHORITY.secret_pem.replace(AUTHORITY.pem, new_authority(NOW).pem),
    ],
)
def test_what_is_no_key_with_its_certificate_is_none(pem: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the text
        read_authority(pem)
