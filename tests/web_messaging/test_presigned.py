from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_messaging.presigned import end_of, presigned
from understudy.world.org import Org


def new_org(id_: str = "acme") -> Org:
    clock = OrgClock(ManualClock())
    return Org(id_, "Acme", clock=clock, ids=Ids(1, id_, "salt"), limits=load_limits(), commands={})


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_url_says_where_until_when_and_is_signed() -> None:
    org = new_org()
    url = presigned(org, "https://webmessaging.mypurecloud.de", "PUT", "m1", 1_800_000_000.9)
    assert url.startswith("https://webmessaging.mypurecloud.de/media/guests/acme/m1?expires=1800000000&signature=")
    assert end_of(org, "PUT", "m1", query_of(url)) == 1_800_000_000


@pytest.mark.parametrize(
    ("method", "media", "changed"),
    [
        ("GET", "m1", {}),
        ("PUT", "m2", {}),
        ("PUT", "m1", {"expires": "1800000001"}),
        ("PUT", "m1", {"expires": ""}),
        ("PUT", "m1", {"signature": ""}),
        ("PUT", "m1", {"signature": "0" * 64}),
    ],
)
def test_a_url_is_for_one_method_one_file_and_one_end(method: str, media: str, changed: dict[str, str]) -> None:
    org = new_org()
    query = {**query_of(presigned(org, "", "PUT", "m1", 1_800_000_000)), **changed}
    assert end_of(org, method, media, query) is None


def test_a_url_is_of_one_org() -> None:
    query = query_of(presigned(new_org(), "", "PUT", "m1", 1_800_000_000))
    assert end_of(new_org("other"), "PUT", "m1", query) is None


@given(st.dictionaries(st.sampled_from(["expires", "signature"]), st.text()), st.text())
def test_whatever_a_peer_sends_has_no_good_signature(query: dict[str, str], media: str) -> None:
    assert end_of(new_org(), "PUT", media, query) is None
