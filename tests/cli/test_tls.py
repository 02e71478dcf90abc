from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest
from cryptography import x509

from understudy.cli import tls as tls_commands
from understudy.cli.tls import ca, print_hosts, server_context
from understudy.errors import SettingsError
from understudy.regions import regions
from understudy.tls import context as tls_context
from understudy.tls.certificates import server_pem


def test_lines_of_one_region_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_hosts("https://apps.mypurecloud.ie/directory/#/", "127.0.0.1", 9443)
    out = capsys.readouterr().out
    assert "127.0.0.1  api.mypurecloud.ie login.mypurecloud.ie apps.mypurecloud.ie streaming.mypurecloud.ie" in out
    assert "--to-ports 9443" in out
    assert "mypurecloud.com" not in out


def test_lines_of_all_regions_can_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    print_hosts("all", "127.0.0.1", 443)
    out = capsys.readouterr().out
    assert all(f"webmessaging.{domain}" in out for domain in regions().values())


def test_the_authority_is_printed_as_pem_with_what_clients_do_with_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "ca"
    ca(ca_dir=folder)
    told = capsys.readouterr()
    assert told.out == (folder / "ca.pem").read_text()
    assert told.out.startswith("-----BEGIN CERTIFICATE-----")
    for word in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "configuration.ssl_ca_cert", str(folder / "ca.pem")):
        assert word in told.err
    assert "PRIVATE" not in told.out + told.err


def test_the_authority_is_written_where_wanted_and_told_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ca(tmp_path / "mine.pem", ca_dir=tmp_path / "ca", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"path", "fingerprint", "expires", "trust"}
    assert found["path"] == str(tmp_path / "mine.pem")
    assert (tmp_path / "mine.pem").read_bytes() == (tmp_path / "ca" / "ca.pem").read_bytes()


@pytest.mark.parametrize(
    ("host", "advertised", "name"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("127.0.0.1", "https://gw.example:8443/x", "gw.example"),
        ("127.0.0.1", "https://bücher.example", "xn--bcher-kva.example"),
        ("0.0.0.0", "", platform.node()),
    ],
)
def test_the_certificate_names_where_clients_come(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, advertised: str, name: str
) -> None:
    seen: list[bytes] = []

    def spy(authority: object, names: object, now: object) -> bytes:
        seen.append(made(authority, names, now))  # type: ignore[arg-type]
        return seen[-1]

    made = server_pem
    monkeypatch.setattr(tls_context, "server_pem", spy)
    server_context(tmp_path / "ca", None, None, host, advertised)
    leaf = x509.load_pem_x509_certificates(seen[0])[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    assert name in found


@pytest.mark.parametrize(("cert", "key", "option"), [(Path("a"), None, "--cert"), (None, Path("a"), "--key")])
def test_half_a_pair_is_refused(cert: Path | None, key: Path | None, option: str) -> None:
    with pytest.raises(SettingsError, match=f"{option} is 'a': give both, --cert and --key"):
        server_context(None, cert, key, "127.0.0.1", "")


def test_without_a_folder_it_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert tls_commands._authority(None)[0] == tmp_path / "understudy" / "ca"
