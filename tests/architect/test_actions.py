from __future__ import annotations

from understudy.architect.actions import Step
from understudy.architect.load import ACTIONS
from understudy.architect.run import EXECUTORS


def test_every_form_builds_an_action_that_can_be_carried_out() -> None:
    keys = {kind.key for kind in EXECUTORS if issubclass(kind, Step)}
    assert keys == ACTIONS.keys()
