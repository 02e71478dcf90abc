from __future__ import annotations

from typing import get_args

import pytest

from understudy.web_messaging import asked
from understudy.web_messaging.asked import ConfigureAsked
from understudy.web_messaging.messages import ConfigureSession


@pytest.mark.parametrize(("start_new", "starts"), [(True, True), (False, False), (None, False)])
def test_only_a_client_that_says_so_starts_a_new_conversation(start_new: bool | None, starts: bool) -> None:
    request = ConfigureSession(token="t", deployment_id="d", start_new=start_new)
    assert ConfigureAsked(request).starts_new is starts


def test_every_event_is_in_the_union() -> None:
    defined = {one for one in vars(asked).values() if isinstance(one, type) and one.__module__ == asked.__name__}
    assert defined == set(get_args(asked.Event))
