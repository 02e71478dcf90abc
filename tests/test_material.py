from __future__ import annotations

import pytest

from understudy.errors import StartError
from understudy.material import material


@pytest.mark.parametrize("name", ["contracts", "suites", "reports", "contracts/limits"])
def test_every_material_folder_is_found(name: str) -> None:
    assert material(name).is_dir()


def test_missing_material_is_named() -> None:
    with pytest.raises(StartError, match="material 'nonsense' is not beside the package"):
        material("nonsense")
