from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from understudy.references.messenger_endpoint.files import File, Files, Refused

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging


def test_a_file_is_announced_by_what_it_is() -> None:
    frame = File("cat.png", "image/png", b"meow").announced("a-1", "t")
    md5 = hashlib.md5(b"meow", usedforsecurity=False).hexdigest()
    assert (frame["fileSize"], frame["fileMd5"], frame["attachmentId"]) == (4, md5, "a-1")


def test_a_file_without_a_name_gets_one(fake: FakeMessaging) -> None:
    files = Files(frozenset())
    assert files.fetch(f"{fake.url}/files/cat", "image/png").name == "cat.png"
    assert files.fetch(f"{fake.url}/files/", "x/y").name == "file.bin"
    files.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://"])
def test_what_can_not_be_read_is_refused(url: str) -> None:
    files = Files(frozenset())
    with pytest.raises(Refused, match="it can't be read"):
        files.fetch(url, "image/png")
    files.put(File("x", "y", b""), url, {})
    files.close()
