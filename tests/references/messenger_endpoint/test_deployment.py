from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from understudy.references.messenger_endpoint.deployment import starts_by_itself

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging


def config(auto: Any) -> dict[str, Any]:
    return {"messenger": {"apps": {"conversations": {"autoStart": auto}}}}


@pytest.mark.parametrize(
    ("document", "starts"),
    [(config({"enabled": True}), True), (config({"enabled": False}), False), (config(None), False), ({}, False)],
)
def test_the_configuration_says_whether_a_conversation_starts_by_itself(
    fake: FakeMessaging, document: dict[str, Any], starts: bool
) -> None:
    fake.config = document
    assert starts_by_itself(fake.url, "d-1", "https://shop.example") is starts
    assert fake.asked[0][0] == "/webdeployments/v1/deployments/d-1/config.json"


def test_it_does_not_where_nobody_answers() -> None:
    assert starts_by_itself("http://127.0.0.1:1", "d-1", "https://shop.example") is False
