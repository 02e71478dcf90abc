"""Integrations over the Platform API: the tables of this package, joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.integrations import (
    assistants,
    bot_messages,
    bots,
    credentials,
    installed,
    speech,
    textbots,
    types,
)
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle

RULES: Final[Mapping[str, Lifecycle]] = {**installed.RULES, **speech.RULES, **assistants.RULES}
ACTIONS: Final[Mapping[str, Action]] = {
    **types.ACTIONS,
    **installed.ACTIONS,
    **credentials.ACTIONS,
    **bots.ACTIONS,
    **bot_messages.ACTIONS,
    **speech.ACTIONS,
    **textbots.ACTIONS,
    **assistants.ACTIONS,
}
