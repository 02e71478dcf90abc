"""Every module has its test at the same place: ``sip/transaction.py`` → ``tests/sip/test_transaction.py``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "emulator" / "understudy"
TOLD_ELSEWHERE = {"__init__.py", "__main__.py"}


def modules() -> list[Path]:
    return [path.relative_to(CODE) for path in CODE.rglob("*.py") if path.name not in TOLD_ELSEWHERE]


def test_every_module_has_a_test() -> None:
    missing = [str(m) for m in modules() if not (ROOT / "tests" / m.parent / f"test_{m.name}").is_file()]
    assert missing == []


def test_no_module_is_longer_than_500_lines() -> None:
    long = {str(m): n for m in modules() if (n := len((CODE / m).read_text("utf-8").splitlines())) > 500}
    assert long == {}


def test_material_holds_no_imported_code() -> None:
    code = [
        str(path.relative_to(ROOT)) for folder in ("contracts", "reports") for path in (ROOT / folder).rglob("*.py")
    ]
    assert code == []
