"""What a person must do on the client's side: trust the authority, and find the emulator under Genesys' names.

Lines for a hosts file are for clients that hard-code ``https://login.<region>`` and take no port, with what to do where
port 443 can't be had (facts: platform-api §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from understudy.regions import hosts_of

HTTPS: Final = 443
SPARE: Final = 8443
PRIVILEGED: Final = 1024  # ports below need a privilege on Linux (net.ipv4.ip_unprivileged_port_start)
ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}


def trust_hints(certificate: Path) -> dict[str, str]:
    """Kind of client → what makes it trust the certificate in that file (facts: platform-api §6)."""
    return {
        "python": f"SSL_CERT_FILE={certificate}",
        "genesys python sdk": f"configuration.ssl_ca_cert = {str(certificate)!r}",
        "node": f"NODE_EXTRA_CA_CERTS={certificate}",
        "go, curl": f"SSL_CERT_FILE={certificate}, curl --cacert {certificate}",
        "java": f"keytool -importcert -cacerts -alias understudy -file {certificate}",
    }


def hosts_lines(domains: Sequence[str], address: str, port: int) -> str:
    """Text for ``/etc/hosts``: a line a region, everything else as comments. ``address`` is where the emulator listens
    or will, ``port`` its TLS port."""
    where = ANY.get(address, address)
    lines = [f"{where}  {' '.join(hosts_of(domain))}" for domain in domains]
    return "\n".join(["# understudy: Genesys Cloud is played by this machine", *lines, *_advice(where, port)]) + "\n"


def _advice(address: str, port: int) -> list[str]:
    tables = "ip6tables" if ":" in address else "iptables"
    aim = port if port >= PRIVILEGED else SPARE
    redirect = f"sudo {tables} -t nat -A OUTPUT -p tcp -d {address} --dport {HTTPS} -j REDIRECT --to-ports {aim}"
    return [
        "#",
        "# Append the lines to /etc/hosts (Windows: %SystemRoot%\\System32\\drivers\\etc\\hosts); later remove them.",
        f"# Clients that follow them ask port {HTTPS} by TLS and must trust the certificate of `understudy ca`.",
        f"# Ports from {PRIVILEGED} on need no privilege; on Linux those below do. For port {HTTPS} one of:",
        f"#   redirect  {redirect}",
        f"#             then: understudy serve --tls --port {aim}",
        f"#   authbind  authbind --deep understudy serve --tls --port {HTTPS}   (with /etc/authbind/byport/{HTTPS})",
        '#   setcap    sudo setcap cap_net_bind_service=+ep "$(readlink -f "$(command -v python3)")"',
        "# Without a privilege and without a hosts file:",
        "#   gateway   set_gateway of an SDK, gateway of the Terraform provider; understudy serve --prefix",
        '#   host      configuration.host = "http://127.0.0.1:8080" of an SDK: its login goes there, too',
        "#   proxy     configuration.proxy of an SDK, proxy of the Terraform provider: one that redirects to here",
    ]
