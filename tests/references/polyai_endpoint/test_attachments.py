"""A file that can't be had is found out within bounds."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from understudy.references.polyai_endpoint.attachments import Attachments

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig


@pytest.fixture
def attachments() -> Iterator[Attachments]:
    """Patient for 0.2 s, content with 1,000 bytes."""
    made = Attachments(seconds=0.2, most=1_000)
    yield made
    made.close()


def test_a_file_that_is_there_is_no_problem(attachments: Attachments, genesys: FakeGenesys) -> None:
    assert attachments.problem(f"{genesys.url}/files/a.png") == ""
    assert genesys.to("/files/a.png")[0].headers.get("authorization") is None


def test_a_missing_file_is_named(attachments: Attachments, genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    genesys.scripts["/files/gone"].append(start().scripted(404))
    assert attachments.problem(f"{genesys.url}/files/gone") == "its address answers 404"


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_too_big_is_not_loaded(
    attachments: Attachments, genesys: FakeGenesys, start: Callable[..., Rig], announced: bool
) -> None:
    headers = {} if announced else {"Transfer-Encoding": "identity"}
    genesys.scripts["/files/big"].append(start().scripted(200, {"raw": b"x" * 1_001}, headers))
    assert attachments.problem(f"{genesys.url}/files/big") == "it is too big"


def test_a_file_that_does_not_come_is_given_up(attachments: Attachments) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/slow"
        assert attachments.problem(url) == "it did not come in time"


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "javascript:x()", "ftp://x/y"])
def test_what_is_no_web_address_is_not_asked_for(attachments: Attachments, url: str) -> None:
    assert attachments.problem(url) == "it has no web address"


@pytest.mark.parametrize("url", ["http://", "http://[", "http://127.0.0.1:1/x", "http://127.0.0.1:99999/"])
def test_a_bad_address_is_a_problem_and_no_crash(attachments: Attachments, url: str) -> None:
    assert attachments.problem(url) == "it did not come in time"
