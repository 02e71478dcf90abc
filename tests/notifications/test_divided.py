from __future__ import annotations

import pytest

from understudy.conversations.model import Conversation, Leg
from understudy.notifications.divided import out_of_reach
from understudy.notifications.topics import topic_table
from understudy.world.org import Org

NEEDED = ("conversation:transcription:view", "analytics:conversationDetail:view")
TOPIC = "v2.conversations.c1.transcription"


@pytest.fixture
def divided(org: Org) -> Org:
    """A client with a role in North alone, and a conversation in South."""
    for id_ in ("north", "south"):
        org.entities.put("authorization.divisions", id_, {"id": id_, "name": id_.title()})
    role = {"id": "r1", "name": "R", "permissions": ["conversation:transcription:view"]}
    org.entities.put("authorization.roles", "r1", role)
    pairs = [{"roleId": "r1", "divisionId": "north"}]
    org.entities.put("oauth.clients", "c", {"id": "c", "name": "C", "roleDivisions": pairs})
    org.conversations["c1"] = Conversation("c1", 0.0, Leg("open_messaging", "i1", "ann"), division="south")
    return org


def hidden(org: Org, name: str = TOPIC, needed: tuple[str, ...] = NEEDED) -> bool:
    topic = topic_table().match(name)
    assert topic is not None
    return out_of_reach(org, "c", name, topic, needed) is not None


def test_a_conversation_s_topics_are_out_of_reach_where_its_division_is(divided: Org) -> None:
    assert hidden(divided)
    assert hidden(divided, "v2.detail.events.conversation.c1.acd.start")
    divided.conversations["c1"].division = "north"
    assert not hidden(divided)


@pytest.mark.parametrize("name", ["v2.conversations.c9.transcription", "v2.users.c1.presence"])
def test_what_is_no_conversation_s_is_not_held_back(divided: Org, name: str) -> None:
    assert not hidden(divided, name)


def test_a_role_in_all_divisions_reaches_every_conversation(divided: Org) -> None:
    body = {"id": "c", "name": "C", "roleDivisions": [{"roleId": "r1", "divisionId": "*"}]}
    divided.entities.put("oauth.clients", "c", body)
    assert not hidden(divided)


def test_nothing_is_held_back_without_divisions_or_permissions(divided: Org) -> None:
    assert not hidden(divided, needed=())
    divided.conversations["c1"].division = ""
    assert not hidden(divided)
    divided.conversations["c1"].division = "south"
    for id_ in list(divided.entities.of("authorization.divisions"))[1:]:
        divided.entities.remove("authorization.divisions", id_)
    assert not hidden(divided)
