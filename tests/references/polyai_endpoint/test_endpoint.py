"""Routes: what is where, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.references.conftest import Rig

HOOK = "/webhooks/genesys/ACCOUNT-27a33660/PROJECT-c4876e30/live/events"


@pytest.mark.parametrize(
    ("method", "target", "status", "allow"),
    [
        ("GET", HOOK, 405, "POST"),
        ("PUT", HOOK, 405, "POST"),
        ("DELETE", HOOK + "?x=1", 405, "POST"),
        ("POST", HOOK, 401, None),
        ("POST", HOOK + "?x=1", 401, None),
        ("POST", HOOK + "/", 404, None),
        ("POST", "/webhooks/genesys/a/b/events", 404, None),
        ("POST", "/webhooks/other/a/b/live/events", 404, None),
        ("GET", "/", 404, None),
        ("GET", "//[", 404, None),
        ("GET", "/users/ann/typing", 405, "POST"),
        ("PUT", "/users/ann/messages", 405, "GET, POST"),
        ("POST", "/users//messages", 404, None),
        ("GET", "/control/upstream", 405, "POST"),
        ("POST", "/ready", 405, "GET, HEAD"),
        ("GET", "/ready", 200, None),
    ],
)
def test_routes(start: Callable[..., Rig], method: str, target: str, status: int, allow: str | None) -> None:
    rig: Any = start()
    reply = rig.request(method, target)
    assert (reply.status, reply.headers.get("Allow")) == (status, allow)


def test_get_is_200_answers_get_and_put(start: Callable[..., Rig]) -> None:
    rig: Any = start("get_is_200")
    assert [rig.request(method, HOOK).status for method in ("GET", "PUT", "DELETE")] == [200, 200, 405]


@pytest.mark.parametrize("body", [b"", b"[]", {"failing": "x"}, {"slow": None}, {"failing": 1e999}, b'{"slow": {}}'])
def test_nonsense_for_upstream_is_400(start: Callable[..., Rig], body: Any) -> None:
    assert start().request("POST", "/control/upstream", body).status == 400
