from __future__ import annotations

import pytest

from understudy.webhooks.messages import WebhookRequest, framing, merged, usual


def test_a_later_layer_replaces_in_any_letter_case_and_none_takes_away() -> None:
    assert merged({"Accept": "a", "X": "1"}, {"accept": "b"}, {"x": None, "Y": "2"}) == (("accept", "b"), ("Y", "2"))


def test_usual_headers_without_a_content_type() -> None:
    assert "Content-Type" not in dict(merged(usual(None)))
    assert dict(merged(usual()))["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("url", "path", "peer"),
    [
        ("http://a.example:81/x/y?z=1", "/x/y?z=1", "a.example:81"),
        ("http://a.example", "/", "a.example"),
    ],
)
def test_request_names_path_and_peer_for_the_record(url: str, path: str, peer: str) -> None:
    request = WebhookRequest(method="POST", url=url, headers=(), body=b"")
    assert (request.path, request.peer) == (path, peer)


def test_framing_leaves_credentials_of_the_url_out() -> None:
    assert framing("http://u:p@a.example:81/x", b"1234") == {"Host": "a.example:81", "Content-Length": "4"}
