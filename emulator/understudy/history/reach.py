"""Which conversations a token may know of: those of the divisions that its grants hold in.

Queries leave the others out, reading one of them is refused (as the API does with everything that lies in a division).
"""

from __future__ import annotations

from collections.abc import Iterable

from understudy.conversations.model import Conversation
from understudy.conversations.parties import find
from understudy.platform.call import Call
from understudy.platform.catalogue import Operation
from understudy.platform.grants import guard_conversation


def within(call: Call, conversations: Iterable[Conversation], operation: Operation | None = None) -> list[Conversation]:
    """Those that the token may know of; ``operation`` is the one whose permissions count, by default the call's own."""
    fence, asked = call.token.fence, operation or call.operation
    if fence is None:
        return list(conversations)
    return [one for one in conversations if not one.division or fence.admits(asked, one.division)]


def named_conversation(call: Call) -> Conversation:
    """The conversation that the path names; Refused 404 where there is none, 403 where it is out of reach."""
    conversation = find(call.org, call.path["conversationId"])
    guard_conversation(call, conversation)
    return conversation
