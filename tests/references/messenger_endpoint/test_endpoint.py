from __future__ import annotations

import threading

import pytest

from understudy.references.messenger_endpoint.endpoint import Endpoint
from understudy.references.messenger_endpoint.settings import Settings
from understudy.references.vendor_side.server import Request


@pytest.mark.parametrize(
    ("door", "target", "status"),
    [
        ("", "/ready", 200),
        ("/test", "/test/ready?x=1", 200),
        ("/test", "/ready", 404),
        ("/test", "/testing/ready", 404),
    ],
)
def test_the_door_stands_below_its_path(door: str, target: str, status: int) -> None:
    endpoint = Endpoint(Settings(base_url="http://127.0.0.1:1", deployment="d", door=door), threading.Event())
    assert endpoint.answer(Request("GET", target, [], b"")).status == status
    endpoint.stop()
