from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.integrations.types import credential_types, integration_types, load_types

Ask = Callable[..., tuple[int, Any]]


def test_every_type_is_listed_and_read_by_its_id(ask: Ask) -> None:
    listed = ask("GET", "/integrations/types?pageSize=100")[1]
    assert [one["id"] for one in listed["entities"]] == list(integration_types())
    assert all(ask("GET", f"/integrations/types/{one['id']}")[1] == one for one in listed["entities"])


@pytest.mark.parametrize("which", ["properties", "advanced"])
def test_every_type_has_a_schema_of_its_configuration(ask: Ask, which: str) -> None:
    for id_ in integration_types():
        status, body = ask("GET", f"/integrations/types/{id_}/configschemas/{which}")
        assert (status, body["type"]) == (200, "object")
        assert set(body["required"]) <= set(body["properties"])


@pytest.mark.parametrize("path", ["/integrations/types/none", "/integrations/types/audiohook/configschemas/none"])
def test_an_unknown_type_or_schema_is_not_found(ask: Ask, path: str) -> None:
    assert ask("GET", path)[0] == 404


def test_credentials_of_a_type_are_of_known_credential_types(ask: Ask) -> None:
    known = {one["id"] for one in ask("GET", "/integrations/credentials/types")[1]}
    assert known == set(credential_types())
    named = {t for type_ in integration_types().values() for spec in type_.credentials.values() for t in spec["types"]}
    assert named <= known


@pytest.mark.parametrize(
    "text", ["", "?", "types = 3\ncredentials = {}", "[types.x]\nname = 'X'\n[credentials]", "[types]\n[credentials.x]"]
)
def test_a_malformed_file_is_a_contract_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "types.toml"
    path.write_text(text)
    with pytest.raises(ContractError, match=r"types\.toml: not a file of integration types"):
        load_types(path)


def test_a_field_is_secret_where_its_type_says_so() -> None:
    types = credential_types()
    assert types["userDefined"].is_secret("verify-token")
    assert types["basicAuth"].is_secret("password")
    assert not types["basicAuth"].is_secret("userName")
