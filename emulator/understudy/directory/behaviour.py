"""The directory joined to the Platform API: which function answers which operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.directory import (
    contacts_api,
    dates_api,
    definitions_api,
    groups_api,
    languages_api,
    limits_api,
    me_api,
    search_api,
    settings,
    states_api,
    uploads_api,
    users_api,
)
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle

RULES: Final[Mapping[str, Lifecycle]] = {**groups_api.RULES, **languages_api.RULES, **settings.RULES}
ACTIONS: Final[Mapping[str, Action]] = {
    **contacts_api.ACTIONS,
    **dates_api.ACTIONS,
    **definitions_api.ACTIONS,
    **groups_api.ACTIONS,
    **languages_api.ACTIONS,
    **limits_api.ACTIONS,
    **me_api.ACTIONS,
    **search_api.ACTIONS,
    **settings.ACTIONS,
    **states_api.ACTIONS,
    **uploads_api.ACTIONS,
    **users_api.ACTIONS,
}
