from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversation_api.target import attributes_of, text, texts, time_of
from understudy.conversations.model import Conversation
from understudy.errors import Refused

Ask = Callable[..., tuple[int, Any]]


def test_a_field_that_is_absent_null_or_of_another_type_is_empty() -> None:
    body: dict[str, Any] = {"null": None, "number": 7, "texts": ["a", None, 3], "map": {"a": "1"}}
    assert (text(body, "absent"), text(body, "null"), text(body, "number")) == ("", "", "7")
    assert (texts(body, "texts"), texts(body, "map"), texts(body, "null")) == (("a", "3"), (), ())
    assert (attributes_of(body, "map"), attributes_of(body, "texts")) == ({"a": "1"}, {})


def test_a_time_is_the_org_s_or_refused() -> None:
    assert time_of({"at": "1970-01-01T00:01:00Z"}, "at") == 60.0
    assert time_of({}, "at") is None
    with pytest.raises(Refused, match="soon"):
        time_of({"at": "soon"}, "at")


@pytest.mark.parametrize("family", ["calls", "callbacks", "emails"])
def test_a_family_s_paths_reach_conversations_of_its_medium_only(ask: Ask, talking: Conversation, family: str) -> None:
    path = f"/{family}/{talking.id}/participants/{talking.participants[3].id}"
    assert ask("PATCH", path, {"state": "disconnected"})[1]["code"] == "conversation.error.conversation.not.found"
    assert talking.ended is None


def test_a_communication_in_the_path_is_the_participant_s(ask: Ask, talking: Conversation) -> None:
    foreign = talking.customer.communication.id
    path = f"/messages/{talking.id}/participants/{talking.participants[3].id}/communications/{foreign}"
    assert ask("PATCH", path, {"held": True})[0] == 404
