from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from tests.control.conftest import ask

from understudy.control.client import OrgClient
from understudy.control.questions import LONGEST_POLL, after, match_of, org_of, patience
from understudy.emulator import Emulator
from understudy.errors import SettingsError
from understudy.world.world import World

UNKNOWN = "70ac9258-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[1]", "body is [1]: send a JSON object"),
        (b"{", "JSONDecodeError: "),
        (b"\xff", "JSONDecodeError: "),
        (b"{}", "KeyError: 'command'"),
        (b'{"command": "Disconect"}', "command is 'Disconect': did you mean 'Disconnect'?"),
        (b'{"command": "Disconnect", "arguments": 7}', "TypeError: "),
    ],
)
def test_a_malformed_body_is_wrong_use_and_never_a_500(
    inside: Emulator, org: OrgClient, body: bytes, text: str
) -> None:
    status, told = ask(inside, "POST", f"orgs/{org.org}/perform", body)
    assert status == 400
    assert told["error"].startswith(text)


def test_an_unknown_org_is_named_with_those_that_are_known(inside: Emulator, org: OrgClient) -> None:
    status, told = ask(inside, "GET", f"orgs/{UNKNOWN}/cursor")
    known = ", ".join(inside.world.orgs)
    assert (status, told) == (404, {"error": f"no org '{UNKNOWN}'; known are {known}"})
    assert org.org in known


@pytest.mark.parametrize(("given", "seconds"), [("", 10.0), ("?timeout=0.5", 0.5), ("?timeout=9999", LONGEST_POLL)])
def test_nobody_waits_for_longer_than_a_minute(given: str, seconds: float) -> None:
    assert patience(make_mocked_request("GET", f"/{given}")) == seconds


def test_a_cursor_is_needed_and_a_match_is_an_object() -> None:
    assert after(make_mocked_request("GET", "/?after=7")) == 7
    assert match_of(make_mocked_request("GET", "/")) == {}
    with pytest.raises(SettingsError, match="give the cursor that was taken before acting"):
        after(make_mocked_request("GET", "/"))
    with pytest.raises(SettingsError, match="give a JSON object of fields and values"):
        match_of(make_mocked_request("GET", "/?match=7"))


def test_a_world_without_orgs_says_so() -> None:
    with pytest.raises(web.HTTPNotFound, match="no org 'x'; known are none"):
        org_of(World(), "x")
