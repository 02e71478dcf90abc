from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.architect_api.uploads import FLOW, expected
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]


def test_an_upload_lies_on_the_own_origin_and_is_waited_for_by_its_id(ask: Ask, office: Org) -> None:
    job = ask("POST", "/api/v2/flows/jobs")[1]
    assert job["presignedUrl"] == f"http://127.0.0.1:1/understudy/uploads/{office.id}/{job['id']}"
    assert expected(office) == {job["id"]: FLOW}
