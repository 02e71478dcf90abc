"""The committed contracts are what the generator makes, and what it puts right is what it says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.material import material
from understudy.platform.build import SOURCE_NAME, BuildReport, build_contracts

COMMITTED = material("contracts/platform_api")
GENERATED = ("operations.json", "models.json", "topics.json", "regions.json", "error_codes.json")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    target = tmp_path_factory.mktemp("contracts")
    return target, build_contracts(COMMITTED / SOURCE_NAME, target)


@pytest.mark.parametrize("name", GENERATED)
def test_committed_file_is_what_the_generator_makes(built: tuple[Path, BuildReport], name: str) -> None:
    fresh = (built[0] / name).read_bytes()
    same = fresh == (COMMITTED / name).read_bytes()
    assert same, f"contracts/platform_api/{name} differs from its source: run understudy contracts build"


def test_source_is_kept_word_by_word(built: tuple[Path, BuildReport]) -> None:
    kept = gzip.decompress((built[0] / SOURCE_NAME).read_bytes())
    assert kept == gzip.decompress((COMMITTED / SOURCE_NAME).read_bytes())


def test_report_counts_what_was_built(built: tuple[Path, BuildReport]) -> None:
    report = built[1]
    assert (report.operations, report.models, report.topics) == (3355, 6438, 242)
    assert sum(report.kinds.values()) == report.operations
    assert set(report.written) == {*GENERATED, SOURCE_NAME}


def test_building_again_writes_nothing(built: tuple[Path, BuildReport]) -> None:
    assert build_contracts(built[0] / SOURCE_NAME, built[0]).written == ()


def test_one_operation_and_one_model_a_line(built: tuple[Path, BuildReport]) -> None:
    target, report = built
    assert len((target / "operations.json").read_text("utf-8").splitlines()) == report.operations + 2
    assert len((target / "models.json").read_text("utf-8").splitlines()) == report.models + 2


def catalogue(**operation: Any) -> dict[str, Any]:
    raw = {
        "group": "users",
        "operationId": "getUser",
        "method": "GET",
        "path": "/api/v2/users/{userId}",
        "query": [],
        "response": "User",
        "permissions": {"mode": "NO", "list": []},
        "oauthScopes": [],
        "oauthScopesSource": "rule",
        "tier": 1,
    }
    return {
        "regions": [{"region": "us-east-1", "domain": "mypurecloud.com"}],
        "errorCodes": {},
        "operations": [{**raw, **operation}],
        "models": {"User": {"id": {"type": "string", "readOnly": True}}},
        "notificationTopics": [{"topic": "v2.users.{id}.presence", "model": "User", "modelIncluded": True}],
    }


def build_one(folder: Path, **operation: Any) -> tuple[dict[str, Any], BuildReport]:
    source = folder / "catalogue.json"
    source.write_text(json.dumps(catalogue(**operation)), "utf-8")
    report = build_contracts(source, folder / "out")
    lines = json.loads((folder / "out/operations.json").read_text("utf-8"))
    return lines[0], report


def test_defaults_are_left_out(tmp_path: Path) -> None:
    line, _ = build_one(tmp_path)
    assert line == {
        "id": "getUser",
        "method": "GET",
        "path": "/api/v2/users/{userId}",
        "group": "users",
        "tier": 1,
        "kind": "get",
        "resource": "users",
        "response": "User",
        "mode": "NO",
        "scopesSource": "rule",
    }


def test_cut_map_type_is_put_right_and_told(tmp_path: Path) -> None:
    line, report = build_one(tmp_path, response="dict(str")
    assert line["response"] == "map<object>"
    assert report.notes == ("getUser: response type 'dict(str' read as map<object>",)


def test_word_that_is_no_permission_falls_out_and_is_told(tmp_path: Path) -> None:
    line, report = build_one(tmp_path, permissions={"mode": "ANY", "list": ["admin", "directory:user:view"]})
    assert (line["mode"], line["permissions"]) == ("ANY", ["directory:user:view"])
    assert report.notes == ("getUser: 'admin' is not a permission, left out",)


@pytest.mark.parametrize("permissions", [None, {"mode": "ANY", "list": ["They"]}])
def test_permissions_that_nothing_names_are_unknown(tmp_path: Path, permissions: object) -> None:
    line, _ = build_one(tmp_path, permissions=permissions)
    assert line["mode"] == "UNKNOWN"
    assert "permissions" not in line


def test_operation_without_oauth_is_public(tmp_path: Path) -> None:
    assert build_one(tmp_path, auth=[])[0]["public"] is True


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"operations": [{}], "models": {}}', b'{"operations": 1}'])
def test_source_that_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "catalogue.json"
    source.write_bytes(content)
    with pytest.raises(ContractError, match=r"catalogue\.json is not a catalogue of the Platform API"):
        build_contracts(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["missing.json", "cut.json.gz"])
def test_source_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(b"{}" * 100)[:20])
    with pytest.raises(ContractError, match="can't be read"):
        build_contracts(tmp_path / name, tmp_path / "out")
