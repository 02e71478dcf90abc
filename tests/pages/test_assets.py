from __future__ import annotations

import re

import pytest

from understudy.pages.assets import FOLDERS, STATIC, asset

LINES_MAX = 300


def test_files_are_served_by_their_listed_paths() -> None:
    script = asset("/genesys-bootstrap/genesys.min.js")
    assert script is not None
    assert script.type == "text/javascript; charset=utf-8"
    assert script.data == (STATIC / "messenger" / "genesys.min.js").read_bytes()
    assert re.fullmatch('"[0-9a-f]{32}"', script.tag)


@pytest.mark.parametrize(
    "path",
    [
        "/genesys-bootstrap/",
        "/genesys-bootstrap/../desktop.html",
        "/genesys-bootstrap/%2e%2e/desktop.html",
        "/desktop/../assets.py",
        "/desktop/desktop.html",
        "/genesys-bootstrap//etc/passwd",
        "",
    ],
)
def test_what_is_not_listed_is_not_served(path: str) -> None:
    assert asset(path) is None


def test_everything_that_a_script_imports_is_served() -> None:
    for served, folder in FOLDERS.items():
        for file in (STATIC / folder).glob("*.js"):
            for name in re.findall(r'(?:from|import\() ?"([^"]+)"', file.read_text("utf-8")):
                path = served + name.removeprefix("./")
                path = name.replace("..", "") if name.startswith("../") else path
                assert asset(path) is not None, f"{file.name} imports {name}"


def test_scripts_are_readable_and_load_nothing_from_anybody_else() -> None:
    for file in STATIC.rglob("*.*"):
        text = file.read_text("utf-8")
        assert len(text.splitlines()) <= LINES_MAX, file.name
        addresses = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+[^\s\"']*", text) if file.suffix != ".js" else []
        addresses += re.findall(r"[\"'`](https?://[a-z][^\"'`$]*)", text)
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, file.name


def test_scripts_make_no_markup_of_text() -> None:
    for file in STATIC.rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", file.read_text()
        )
