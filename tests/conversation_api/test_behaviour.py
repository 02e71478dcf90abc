from __future__ import annotations

from typing import Final

from understudy.conversation_api.behaviour import ACTIONS
from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources
from understudy.tables import complete

TABLES = complete()

# What a conversation has that nothing here makes: no assistant suggests, nobody summarizes.
LEFT: Final = frozenset(
    {
        "getConversationSuggestions",
        "getConversationSuggestion",
        "patchConversationSuggestion",
        "postConversationSuggestionEngagement",
        "getConversationSummaries",
    }
)


def test_every_operation_on_conversations_of_tier_one_behaves_but_for_those_named() -> None:
    catalogue = load_catalogue()
    served = {
        id_ for resource in load_resources(catalogue).values() for _, id_ in resource.pairs()
    } | TABLES.actions.keys()
    groups = ("conversations", "calls", "callbacks", "messages")
    recordings = ("/recordings", "/recordingmetadata")
    here = [o for o in catalogue.operations if o.group in groups and o.tier == 1]
    wanted = {o.id for o in here if not any(part in o.path for part in recordings)}
    assert wanted - served == LEFT


def test_every_operation_is_known_to_the_catalogue() -> None:
    assert ACTIONS.keys() <= load_catalogue().by_id.keys()
