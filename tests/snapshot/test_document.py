from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.errors import SettingsError
from understudy.snapshot import document
from understudy.snapshot.document import parse, seal, unseal

BODY: dict[str, Any] = {"org": {"id": "o"}, "entities": [], "live": {}, "clients": [], "integrations": [], "ids": {}}


def test_a_sealed_body_is_given_back_after_a_way_through_json() -> None:
    assert unseal(parse(orjson.dumps(seal(BODY, "now")), "x")) == BODY


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"version": 2}, "f.json: version is 2: this understudy reads version 1: take it again"),
        ({"version": None}, "f.json: version is None: this understudy reads version 1"),
        ({"sha256": "0" * 64}, "f.json is 'damaged': its checksum is not that of its content: take it again"),
        ({"body": {**BODY, "clients": ["x"]}}, "f.json is 'damaged'"),
        ({"body": None}, "f.json is 'damaged'"),
        ({"format": "other"}, "f.json is 'no snapshot': take it again"),
    ],
)
def test_what_is_not_whole_or_of_another_version_is_refused_with_file_and_remedy(
    change: dict[str, Any], text: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        unseal({**seal(BODY, "now"), **change}, "f.json")
    assert str(refused.value).startswith(text)


@pytest.mark.parametrize("value", [None, [], "x", 3, {}])
def test_what_is_no_document_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match="no snapshot"):
        unseal(value)


def test_a_body_that_lacks_a_part_is_refused_even_where_the_checksum_fits() -> None:
    short = {key: value for key, value in BODY.items() if key != "live"}
    with pytest.raises(SettingsError, match="it has no live"):
        unseal(seal(short, "now"))


def test_each_cut_of_a_document_is_refused() -> None:
    whole = orjson.dumps(seal(BODY, "now"))
    for length in range(0, len(whole), 7):
        with pytest.raises(SettingsError, match="x is 'damaged'"):
            parse(whole[:length], "x")


def test_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "SIZE_MAX", 50)
    with pytest.raises(SettingsError, match="at most 50 can be kept"):
        seal(BODY, "now")
    with pytest.raises(SettingsError, match="more than 50 bytes long"):
        parse(b" " * 51, "x")
