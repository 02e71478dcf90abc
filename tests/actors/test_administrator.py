from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.actors import Rehearsal
from understudy.actors.administrator import Administrator
from understudy.errors import UnderstudyError

Meet = Callable[..., Rehearsal]


def test_an_administrator_calls_the_platform_api_with_one_token(meet: Meet) -> None:
    rehearsal = meet()
    explorer = rehearsal.administrator("API Explorer")
    cursor = rehearsal.entry_cursor()
    told = explorer.calls("GET", "/api/v2/organizations/me")
    assert (told.status, told.body["id"]) == (200, rehearsal.slot.org)
    refused = explorer.calls("PUT", "/api/v2/integrations/botconnector/nothing/bots", '{"chatBots": []}')
    assert (refused.status, refused.body["code"]) == (404, "not.found")
    rehearsal.wait_entry(after=cursor, interface="oauth", direction="out", status=200)


def test_a_client_without_a_token_is_named(meet: Meet) -> None:
    rehearsal = meet()
    origin, client = rehearsal.client.control.url, rehearsal.administrator("API Explorer").client
    with pytest.raises(UnderstudyError, match=f"OAuth client {client} gets no token: .*invalid_client"):
        Administrator(origin, client, "not its secret").calls("GET", "/api/v2/organizations/me")
