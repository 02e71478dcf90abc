from __future__ import annotations

import orjson
import pytest

from understudy.record.entry import Entry


def entry(**fields: object) -> Entry:
    return Entry(0, 15, "message", "POST /x", "platform", 1.5, 1_767_225_600.25, 1_767_225_660.25, **fields)  # type: ignore[arg-type]


FULL = entry(
    direction="in", peer="127.0.0.1", exchange="0-7", status=200, headers=(("A", "1"), ("a", "2")), body=b'{"x":1}',
    org="o", conversation="c", customer="u", correlation="k", data={"operation": "getUsersMe", "seconds": 0.1},
)  # fmt: skip


@pytest.mark.parametrize("one", [FULL, entry(), entry(body=b"\xff\x00"), entry(body="é".encode())])
def test_to_json_and_from_json_are_inverse(one: Entry) -> None:
    assert Entry.from_json(orjson.loads(orjson.dumps(one.to_json()))) == one


def test_an_entry_is_named_by_process_and_number() -> None:
    assert FULL.id == "0:15"


def test_headers_keep_order_case_and_repeats() -> None:
    assert FULL.to_json()["headers"] == (("A", "1"), ("a", "2"))


def test_empty_fields_are_left_out_and_bytes_that_are_no_text_are_base64() -> None:
    assert set(entry().to_json()) == {"process", "number", "kind", "name", "interface", "mono", "utc", "org_time"}
    assert entry(body=b"\xff").to_json()["body64"] == "/w=="
