"""The supported content profile of an integration: which media may leave (guide, step 4; model SupportedContent).

Media types are patterns such as ``image/*``. An integration without a profile, and one without ``mediaTypes``, allow
everything (assumed: the platform's default profile is not documented).
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from understudy.conversations.model import Message
from understudy.world.entities import Entity
from understudy.world.org import Org

CONTENT: Final = "messaging.supportedcontent"


def refused_media(org: Org, integration: Entity, message: Message) -> str:
    """Why a message may not leave: the profile and the media type that it does not allow; "" when it may."""
    profile = org.entities.get(CONTENT, str((integration.body.get("supportedContent") or {}).get("id") or ""))
    if profile is None:
        return ""
    allowed = _outbound(profile.body)
    for item in message.content:
        mime = str((item.get("attachment") or {}).get("mime") or "")
        if mime and allowed is not None and not any(fnmatchcase(mime.casefold(), one) for one in allowed):
            return f"the content profile {profile.name!r} does not allow {mime}"
    return ""


def _outbound(body: Mapping[str, Any]) -> list[str] | None:
    """The patterns of allowed outbound media; None where the profile says nothing of them."""
    allow = (body.get("mediaTypes") or {}).get("allow") or {}
    if "outbound" not in allow:
        return None
    return [str(one.get("type") or "").casefold() for one in allow["outbound"] or ()]
