from __future__ import annotations

from typing import Any

import pytest

from understudy.limits import load_limits
from understudy.web_messaging.frames import AllowedMedia
from understudy.web_messaging.messages import OnAttachment
from understudy.web_messaging.terms import terms
from understudy.web_messaging.upload import upload_fault

MEDIA = AllowedMedia(file_types=("image/png", "text/*"), max_file_size_kb=20, blocked_extensions=(".exe", ".js"))


def fault(media: AllowedMedia = MEDIA, **fields: Any) -> int | None:
    given: dict[str, Any] = {"file_name": "a.png", "file_type": "image/png", "file_size": 1, "file_md5": "x", **fields}
    return upload_fault(OnAttachment(token="t", **given), terms(load_limits(), media=media))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, None),
        ({"file_type": "IMAGE/PNG; q=1"}, None),
        ({"file_type": "text/csv", "file_name": "a.b.csv"}, None),
        ({"file_type": "image/gif"}, 4001),
        ({"file_type": ""}, 4001),
        ({"file_name": "a.EXE"}, 4001),
        ({"file_size": 20 * 1024}, None),
        ({"file_size": 20 * 1024 + 1}, 4002),
        ({"file_name": "png"}, 4004),
        ({"file_name": ".png"}, 4004),
        ({"file_name": "png."}, 4004),
        ({"file_name": "x" * 1019 + ".png"}, None),
        ({"file_name": "x" * 1020 + ".png"}, 4005),
        ({"file_size": 0}, 4102),
        ({"file_size": -5}, 4102),
    ],
)
def test_what_may_not_be_uploaded_has_its_code(fields: dict[str, Any], code: int | None) -> None:
    assert fault(**fields) == code


def test_no_deployment_allows_more_than_the_platform() -> None:
    media = AllowedMedia(file_types=("*/*",), max_file_size_kb=1 << 20)
    assert fault(media, file_size=10 << 20) is None
    assert fault(media, file_size=(10 << 20) + 1) == 4002


def test_without_uploads_every_file_is_refused() -> None:
    assert fault(AllowedMedia()) == 4000
