"""The literal tables of the history: its actions and lifecycle rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.history import (
    aggregates_api,
    audit_api,
    botflows_api,
    details_api,
    details_jobs_api,
    events_api,
    observations_api,
    recording_jobs_api,
    recordings_api,
    search_api,
    speech_api,
)
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle

ACTIONS: Final[Mapping[str, Action]] = {
    **details_api.ACTIONS,
    **details_jobs_api.ACTIONS,
    **aggregates_api.ACTIONS,
    **observations_api.ACTIONS,
    **botflows_api.ACTIONS,
    **recordings_api.ACTIONS,
    **recording_jobs_api.ACTIONS,
    **speech_api.ACTIONS,
    **search_api.ACTIONS,
    **audit_api.ACTIONS,
    **events_api.ACTIONS,
}
RULES: Final[Mapping[str, Lifecycle]] = {**speech_api.RULES}
