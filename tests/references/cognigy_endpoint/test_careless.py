"""Links in what a customer says are followed by nobody, but with the fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from understudy.references.cognigy_endpoint.careless import LINKS_MAX, follow, links_of

if TYPE_CHECKING:
    from tests.references.cognigy_endpoint.conftest import Rig
    from tests.references.conftest import FakeGenesys


def test_links_are_found_between_anything_and_are_bounded() -> None:
    text = "see http://a.example/x, <img src='https://b.example/y'> ${jndi:http://c.example/z} ftp://d"
    assert links_of(text) == ["http://a.example/x,", "https://b.example/y", "http://c.example/z"]
    assert len(links_of("http://a.example " * 50)) == LINKS_MAX


def test_only_the_fault_follows_links(genesys: FakeGenesys, bot: Callable[..., Rig]) -> None:
    for faults, times in (((), 0), (("follows_links",), 1)):
        assert bot(*faults).heard(f"see {genesys.url}/trap") == f"You said: see {genesys.url}/trap"
        assert len(genesys.to("/trap")) == times


def test_a_link_that_leads_nowhere_does_no_harm() -> None:
    follow("http://127.0.0.1:1/x http://[ http://\ud83d https://127.0.0.1:1/")
