from __future__ import annotations

import asyncio
from typing import Any

import orjson
from tests.history.conftest import Office

from understudy.attachments.driver import AttachmentsDriver
from understudy.attachments.store import get, stored
from understudy.history.files import file_of


def test_a_file_lies_in_the_store_and_is_served_from_there(office: Office) -> None:
    made = file_of(office.org, "a", "a.json", {"said": "hello"})
    found = get(office.org, made.id)
    assert (orjson.loads(found.data), found.status, found.mime) == ({"said": "hello"}, "valid", "application/json")
    assert made.path == f"/media/{office.org.id}/{made.id}"


def test_the_same_thing_again_takes_the_place_of_the_older_file(office: Office) -> None:
    first = file_of(office.org, "a", "a.json", 1)
    file_of(office.org, "b", "b.json", 2)
    again = file_of(office.org, "a", "a.json", 3)
    assert again.id == first.id
    assert [orjson.loads(one.data) for one in stored(office.org).values()] == [2, 3]


def test_a_file_is_downloaded_without_a_token(office: Office, loopback: Any) -> None:
    made = file_of(office.org, "a", "a.json", {"said": "hello"})

    async def download() -> tuple[int, str, bytes]:
        loopback.listen(office.org)
        served = loopback.peer(handle=AttachmentsDriver(loopback).handle)
        async with served as url, loopback.http.get(url + made.path) as answer:
            return answer.status, answer.headers["Content-Type"], await answer.read()

    assert asyncio.run(download()) == (200, "application/json", b'{"said":"hello"}')
