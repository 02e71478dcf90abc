from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import ContractError
from understudy.record.flags import load_flags

CONTRACT = """
[always]
headers = ["Authorization"]
cookies = ["Cookie"]
urls = ["Location"]
query = ["code"]

[[flag]]
operations = ["postThing"]
body = ["entities.*.secret"]

[[flag]]
interfaces = ["oauth"]
form = ["client_secret"]
"""


def test_a_malformed_contract_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "redaction.toml"
    path.write_text("[always]\nheaders = 3\n")
    with pytest.raises(ContractError, match=r"redaction\.toml: not a redaction contract"):
        load_flags(path)


def test_the_flag_of_an_operation_goes_before_that_of_its_interface(tmp_path: Path) -> None:
    (tmp_path / "flags.toml").write_text(CONTRACT)
    flags = load_flags(tmp_path / "flags.toml")
    thing, login = flags.of("postThing", "oauth"), flags.of("getThing", "oauth")
    assert thing is not None
    assert login is not None
    assert (thing.body, thing.form) == ((("entities", "*", "secret"),), frozenset())
    assert (login.body, login.form) == ((), frozenset({"client_secret"}))
    assert flags.of("getThing", "platform_api") is None


def test_headers_are_known_by_their_name_in_lower_case(tmp_path: Path) -> None:
    (tmp_path / "flags.toml").write_text(CONTRACT)
    flags = load_flags(tmp_path / "flags.toml")
    assert flags.headers == {"authorization": "headers", "cookie": "cookies", "location": "urls"}
    assert flags.query == {"code"}


def test_a_value_is_found_behind_its_name_where_the_body_is_broken(tmp_path: Path) -> None:
    (tmp_path / "flags.toml").write_text(CONTRACT)
    flag = load_flags(tmp_path / "flags.toml").of("postThing", "")
    assert flag is not None
    assert flag.leaves is not None
    found = flag.leaves.search(b'{"entities": [{"secret": "abc", "x')
    assert found is not None
    assert found[2] == b"abc"
