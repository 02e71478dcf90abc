from __future__ import annotations

from typing import Any

import pytest

from understudy.conversations.model import Message, Sender
from understudy.open_messaging.profile import CONTENT, refused_media
from understudy.world.entities import Entity
from understudy.world.org import Org


def message(*mimes: str) -> Message:
    content = tuple({"contentType": "Attachment", "attachment": {"mime": mime}} for mime in mimes)
    return Message("m1", "c1", "k1", "outbound", Sender.AGENT, "Text", 0.0, content=content)


def refused(org: Org, integration: Entity, profile: dict[str, Any], *mimes: str) -> str:
    org.entities.put(CONTENT, "p1", {"id": "p1", "name": "Narrow", **profile})
    integration.body["supportedContent"] = {"id": "p1"}
    return refused_media(org, integration, message(*mimes))


ONLY_PDF = {"mediaTypes": {"allow": {"outbound": [{"type": "application/pdf"}]}}}


@pytest.mark.parametrize(
    ("profile", "mimes", "reason"),
    [
        (ONLY_PDF, ["application/pdf"], ""),
        (ONLY_PDF, [], ""),
        (ONLY_PDF, ["application/pdf", "image/png"], "the content profile 'Narrow' does not allow image/png"),
        ({"mediaTypes": {"allow": {"outbound": [{"type": "image/*"}]}}}, ["IMAGE/PNG"], ""),
        (
            {"mediaTypes": {"allow": {"outbound": []}}},
            ["image/png"],
            "the content profile 'Narrow' does not allow image/png",
        ),
        ({"mediaTypes": {"allow": {"inbound": []}}}, ["image/png"], ""),
        ({}, ["image/png"], ""),
    ],
)
def test_media_leave_that_the_profile_allows(
    org: Org, integration: Entity, profile: dict[str, Any], mimes: list[str], reason: str
) -> None:
    assert refused(org, integration, profile, *mimes) == reason


def test_without_a_profile_everything_leaves(org: Org, integration: Entity) -> None:
    integration.body.pop("supportedContent", None)
    assert refused_media(org, integration, message("video/mp4")) == ""
