from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.web_messaging import blocked
from understudy.web_messaging.blocked import blocked_extensions


def test_every_extension_has_a_dot_and_is_in_lower_case_once() -> None:
    found = blocked_extensions()
    assert ".ade" in found
    assert all(one.startswith(".") and one == one.lower() and len(one) > 1 for one in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("text", ["[", "group = 1", "[[group]]\nname = 1"])
def test_a_file_that_is_no_list_is_refused_with_its_name(monkeypatch: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "web_messaging").mkdir()
    (tmp_path / blocked.FILE).write_text(text)
    monkeypatch.setattr(blocked, "material", lambda name: tmp_path)
    with pytest.raises(ContractError, match="blocked_extensions"):
        blocked.blocked_extensions.__wrapped__()
