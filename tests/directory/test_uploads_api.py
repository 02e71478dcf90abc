from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from understudy.attachments import store
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
IMAGES = "/api/v2/uploads/publicassets/images"


def test_an_image_has_an_address_to_be_put_to(ask: Ask, office: Org) -> None:
    status, body = ask("POST", IMAGES, {"fileName": "logo.png"})
    assert (status, body["headers"]) == (200, {"Content-Type": "image/png"})
    media = store.get(office, body["uploadKey"].partition("/")[0])
    assert urlsplit(body["url"]).path == media.path
    assert store.upload(office, media, b"png")
    assert (media.status, media.data) == ("valid", b"png")


def test_the_type_may_be_given(ask: Ask) -> None:
    body = ask("POST", IMAGES, {"fileName": "logo", "contentType": "image/webp"})[1]
    assert body["headers"] == {"Content-Type": "image/webp"}


@pytest.mark.parametrize("body", [{"fileName": "x" * 256}, {"contentType": "a\r\nb"}, {"fileName": 1}])
def test_a_wrong_image_is_refused(ask: Ask, office: Org, body: Any) -> None:
    assert ask("POST", IMAGES, body)[0] == 400
    assert store.stored(office) == {}
