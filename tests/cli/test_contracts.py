from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from understudy.material import material


def test_contracts_are_built_from_their_source(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    original, copy = material("contracts/platform_api"), tmp_path / "platform_api"
    shutil.copytree(original / "source", copy / "source")
    for name in ("corrections.toml", "statuses.toml", "users_only.toml"):
        if (original / name).is_file():
            shutil.copy(original / name, copy / name)
    monkeypatch.setattr("understudy.material.material", lambda name: tmp_path / Path(name).name)
    code, out, err = run("contracts", "build")
    assert code == 0, err
    assert out.strip()
    assert (copy / "operations.json").read_bytes() == (original / "operations.json").read_bytes()
