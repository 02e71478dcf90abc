from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from understudy.cli import org as org_commands
from understudy.control import client as control_client
from understudy.errors import SettingsError

EXPORT = {"text": "organization:\n  name: A\n", "secrets": {"A_SECRET": "o'brien"}, "lost": ["3 of presence"]}


class Fake:
    """A control API that knows two orgs."""

    orgs: ClassVar[list[dict[str, Any]]] = [{"id": "1", "name": "First"}, {"id": "2", "name": "Second"}]
    calls: ClassVar[list[tuple[str, str, Any]]] = []

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token

    def call(self, method: str, path: str, body: Any = None, **_: Any) -> Any:
        self.calls.append((method, path, body))
        return (
            {"orgs": self.orgs}
            if path == "orgs"
            else EXPORT
            if path.endswith("export")
            else {"id": "1", "name": "First"}
        )

    def org(self, org: str) -> control_client.OrgClient:
        return control_client.OrgClient(self, org)  # type: ignore[arg-type]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    monkeypatch.setattr(control_client, "ControlClient", Fake)
    monkeypatch.setattr(Fake, "calls", [])
    return Fake


@pytest.mark.parametrize("wanted", ["First", "first", "1"])
def test_an_org_is_meant_by_name_or_id(fake: type[Fake], wanted: str) -> None:
    org_commands.reset(org=wanted, seed=3)
    assert fake.calls[-1] == ("POST", "orgs/1/reset", {"seed": 3})


@pytest.mark.parametrize(
    ("wanted", "orgs", "text"),
    [
        ("", Fake.orgs, "--org is '': there are several: give First or Second"),
        ("Secnd", Fake.orgs, "--org is 'Secnd': did you mean 'Second'?"),
        ("", [], "--org is '': the emulator has no org"),
        (
            "A",
            [{"id": "1", "name": "A"}, {"id": "2", "name": "A"}],
            "--org is 'A': several have this name: give the id",
        ),
    ],
)
def test_an_org_that_is_not_clear_is_told_what_would_be(
    fake: type[Fake], monkeypatch: pytest.MonkeyPatch, wanted: str, orgs: Any, text: str
) -> None:
    monkeypatch.setattr(fake, "orgs", orgs)
    with pytest.raises(SettingsError) as refused:
        org_commands.reset(org=wanted)
    assert str(refused.value) == text


def test_an_export_is_printed_without_its_secrets(fake: type[Fake], capsys: pytest.CaptureFixture[str]) -> None:
    org_commands.export(org="1")
    told = capsys.readouterr()
    assert told.out == EXPORT["text"]
    assert "set before it is loaded: A_SECRET" in told.err
    assert "not in the file: 3 of presence; `understudy org snapshot` holds it" in told.err
    assert "brien" not in told.out + told.err


def test_an_export_into_a_file_has_its_secrets_beside_it(fake: type[Fake], tmp_path: Path) -> None:
    org_commands.export(tmp_path / "org.yaml", org="1")
    assert (tmp_path / "org.yaml").read_text() == EXPORT["text"]
    variables = tmp_path / "org.env"
    assert variables.read_text() == "A_SECRET='o'\"'\"'brien'\n"
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match=r"the secrets go into the \.env beside it"):
        org_commands.export(variables, org="1")


def test_what_was_done_is_told_or_printed_as_json(
    fake: type[Fake], capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    tell: Callable[..., None] = org_commands.reset
    tell(org="1")
    assert capsys.readouterr().err == "reset: First (1)\n"
    tell(org="1", as_json=True)
    assert json.loads(capsys.readouterr().out) == {"id": "1", "name": "First"}
