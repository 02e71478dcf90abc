from __future__ import annotations

from pathlib import Path

import pytest

from understudy.regions import chosen_domains, hosts_of, regions
from understudy.tls.advice import hosts_lines, trust_hints


def entries(text: str) -> list[list[str]]:
    """Lines of a hosts file that say something."""
    return [line.split() for line in text.splitlines() if line.partition("#")[0].strip()]


def test_lines_are_those_of_a_hosts_file() -> None:
    assert entries(hosts_lines(["mypurecloud.de"], "127.0.0.1", 8443)) == [["127.0.0.1", *hosts_of("mypurecloud.de")]]
    assert len(entries(hosts_lines(chosen_domains("all"), "127.0.0.1", 8443))) == len(regions())


@pytest.mark.parametrize(
    ("address", "told"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::1", "::1"), ("192.0.2.7", "192.0.2.7")],
)
def test_the_address_is_one_that_a_client_can_reach(address: str, told: str) -> None:
    assert entries(hosts_lines(["mypurecloud.de"], address, 8443))[0][0] == told


@pytest.mark.parametrize(
    ("address", "port", "command"),
    [
        ("127.0.0.1", 9443, "iptables -t nat -A OUTPUT -p tcp -d 127.0.0.1 --dport 443 -j REDIRECT --to-ports 9443"),
        ("::1", 443, "ip6tables -t nat -A OUTPUT -p tcp -d ::1 --dport 443 -j REDIRECT --to-ports 8443"),
    ],
)
def test_port_443_is_said_to_need_a_privilege_and_what_to_do_instead(address: str, port: int, command: str) -> None:
    text = hosts_lines(["mypurecloud.de"], address, port)
    assert command in text
    for word in ("privilege", "authbind", "setcap", "set_gateway", "proxy", "configuration.host", "understudy ca"):
        assert word in text


def test_hints_name_the_file_for_each_kind_of_client() -> None:
    hints = trust_hints(Path("/x/ca.pem"))
    assert hints["node"] == "NODE_EXTRA_CA_CERTS=/x/ca.pem"
    assert hints["python"] == "SSL_CERT_FILE=/x/ca.pem"
    assert hints["genesys python sdk"] == "configuration.ssl_ca_cert = '/x/ca.pem'"
