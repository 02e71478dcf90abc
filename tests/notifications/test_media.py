from __future__ import annotations

from collections.abc import Callable

from understudy.conversations import media as conversations_media
from understudy.conversations import parties
from understudy.conversations.model import Communication, CommunicationState, Conversation
from understudy.notifications.media import MEDIA, media_of, medium_of
from understudy.notifications.topics import topic_table
from understudy.platform.catalogue import Catalogue
from understudy.world.org import Org


def test_every_medium_of_conversations_is_known() -> None:
    assert set(MEDIA) == set(conversations_media.MEDIA)


def test_every_medium_has_its_topics_and_its_array_in_both_models(catalogue: Catalogue) -> None:
    for medium in MEDIA.values():
        for subject in ("users.u1", "routing.queues.q1"):
            assert topic_table().match(f"v2.{subject}.conversations.{medium.array}") is not None
        for model in ("ConversationEventTopicParticipant", "QueueConversationEventTopicParticipant"):
            assert medium.array in catalogue.models[model]


def test_a_medium_that_nobody_knows_is_a_message() -> None:
    communication = Communication("k", CommunicationState.CONNECTED, "inbound", media="telepathy")
    assert medium_of(communication).word == "message"


def test_the_media_of_a_conversation_are_those_of_all_its_parties(
    org: Org, converse: Callable[[str], Conversation]
) -> None:
    talk = converse("callback")
    assert [medium.word for medium in media_of(talk)] == ["callback"]
    parties.add_communication(org, talk, talk.customer, "call")
    assert [medium.word for medium in media_of(talk)] == ["call", "callback"]
