"""What a client does when it is refused: 401, 429, 5xx, no token; and that all threads share one token."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from understudy.references.vendor_side.genesys import OR_RESET, Answer, Genesys, Http, Tokens, renewed

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig

BODY = {"channel": {"messageId": "m1"}, "text": "hi"}
PATH = "/api/v2/x"


def client(fake: FakeGenesys, *faults: str, secret: str = "s") -> Genesys:
    """A client of the fake."""
    http = Http(fake.url, threading.Event())
    return Genesys(http, Tokens(http, "c", secret, 0.01), 0.01, frozenset(faults))


def test_the_token_is_got_by_basic_and_reused_by_all_threads(genesys: FakeGenesys) -> None:
    platform = client(genesys)
    threads = [threading.Thread(target=platform.call, args=("POST", PATH, BODY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (grant,) = genesys.to("/oauth/token")
    assert grant.headers["authorization"] == "Basic " + base64.b64encode(b"c:s").decode()
    assert grant.body == "grant_type=client_credentials"
    calls = genesys.to(PATH)
    assert [call.headers["authorization"] for call in calls] == ["Bearer token-1"] * 8
    assert calls[0].headers["content-type"] == "application/json"
    assert len({call.headers["inin-correlation-id"] for call in calls}) == 8


def test_a_refused_token_is_renewed_and_the_same_body_sent_once_more(genesys: FakeGenesys) -> None:
    platform = client(genesys)
    platform.call("POST", PATH, BODY)
    genesys.revoked.add("token-1")
    assert platform.call("POST", PATH, BODY).is_ok
    assert [call.headers["authorization"] for call in genesys.to(PATH)] == [f"Bearer token-{n}" for n in (1, 1, 2)]
    assert [call.body for call in genesys.to(PATH)] == [BODY] * 3


def test_a_token_refused_twice_is_given_up(genesys: FakeGenesys) -> None:
    genesys.revoked.update({"token-1", "token-2"})
    assert client(genesys).call("POST", PATH, BODY).status == 401
    assert len(genesys.to(PATH)) == 2


def test_no_refresh_drops_the_call_and_renews_for_the_next(genesys: FakeGenesys) -> None:
    genesys.revoked.add("token-1")
    platform = client(genesys, "no_refresh")
    assert platform.call("POST", PATH, BODY).status == 401
    assert len(genesys.to(PATH)) == 1
    assert platform.call("POST", PATH, BODY).is_ok  # only the one message is lost


def test_429_is_waited_for_as_long_as_it_says(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    genesys.scripts[PATH].append(start().scripted(429, headers={"Retry-After": "0.2", "inin-ratelimit-reset": "9"}))
    assert client(genesys).call("POST", PATH, BODY).is_ok
    first, second = genesys.to(PATH)
    assert second.moment - first.moment >= 0.2
    assert first.body == second.body


@pytest.mark.parametrize(("fault", "status", "calls"), [("ignores_429", 429, 1), ("hammers_429", 200, 2)])
def test_faults_about_429(genesys: FakeGenesys, start: Callable[..., Rig], fault: str, status: int, calls: int) -> None:
    genesys.scripts[PATH].append(start().scripted(429, headers={"Retry-After": "30"}))
    assert client(genesys, fault).call("POST", PATH, BODY).status == status
    assert len(genesys.to(PATH)) == calls


def test_5xx_is_tried_three_times_more_with_the_same_message_id(
    genesys: FakeGenesys, start: Callable[..., Rig]
) -> None:
    genesys.scripts[PATH].extend([start().scripted(500), start().scripted(503)])
    assert client(genesys).call("POST", PATH, BODY).is_ok
    assert [call.body for call in genesys.to(PATH)] == [BODY] * 3
    genesys.calls.clear()
    genesys.scripts[PATH].extend([start().scripted(502)] * 9)
    assert client(genesys).call("POST", PATH, BODY).status == 502
    assert len(genesys.to(PATH)) == 4


def test_faults_about_5xx(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    genesys.scripts[PATH].append(start().scripted(500))
    assert client(genesys, "no_retry").call("POST", PATH, BODY).status == 500
    genesys.scripts[PATH].append(start().scripted(500))
    client(genesys, "new_id_on_retry").call("POST", PATH, BODY)
    ids = [call.body["channel"]["messageId"] for call in genesys.to(PATH)]
    assert ids[:2] == ["m1", "m1"]
    assert ids[2] != "m1"


@pytest.mark.parametrize("status", [400, 403, 404, 501])
def test_any_other_refusal_is_final_and_logged(
    genesys: FakeGenesys, start: Callable[..., Rig], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"code": "missing.permissions", "message": "No."}
    genesys.scripts[PATH].append(start().scripted(status, body))
    assert client(genesys).call("GET", PATH).status == status
    assert len(genesys.to(PATH)) == 1
    assert f"genesys: GET /api/v2/x -> {status} missing.permissions: No. (correlation " in capsys.readouterr().err


def test_without_a_token_no_call_is_made_and_the_log_says_what_to_check(
    genesys: FakeGenesys, start: Callable[..., Rig], capsys: pytest.CaptureFixture[str]
) -> None:
    genesys.scripts["/oauth/token"].append(start().scripted(400, {"error": "invalid_client"}))
    assert client(genesys, secret="hush-hush").call("POST", PATH, BODY).error == "no token: invalid_client"
    assert genesys.to(PATH) == []
    log = capsys.readouterr().err
    assert "POST /oauth/token -> 400 invalid_client: check region, client id and client secret" in log
    assert "hush" not in log


def test_a_grant_that_makes_no_sense_is_a_refusal(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    genesys.scripts["/oauth/token"].append(start().scripted(200, {"access_token": 7}))
    assert client(genesys).call("GET", PATH) == Answer(0, error="no token: no access_token")


def test_nobody_there_is_status_0() -> None:
    http = Http("http://127.0.0.1:1", threading.Event())
    answer = Genesys(http, Tokens(http, "c", "s", 0.0), 0.0).call("GET", PATH)
    assert (answer.status, answer.is_ok) == (0, False)


def test_token_per_call_gets_a_token_each_time(genesys: FakeGenesys) -> None:
    platform = client(genesys, "token_per_call")
    platform.call("GET", PATH)
    platform.call("GET", PATH)
    assert genesys.tokens == 2


def test_only_a_body_with_a_message_id_is_renewed() -> None:
    assert renewed([1]) == [1]
    assert renewed({"channel": {"time": "x"}}) == {"channel": {"time": "x"}}
    assert renewed(BODY)["text"] == "hi"


@pytest.mark.parametrize("value", ["", "²", "1.2.3", "soon", "-1", "٣"])
def test_a_wait_that_is_no_number_of_seconds_is_the_usual_one(value: str) -> None:
    assert Answer(429, headers={"retry-after": value}).wait(0.5) == 0.5


def test_the_wait_is_bounded_and_falls_back() -> None:
    assert Answer(429, headers={"retry-after": "9999"}).wait(0.1) == 60
    assert Answer(429, headers={"inin-ratelimit-reset": "2"}).wait(0.1, OR_RESET) == 2
    assert Answer(500, headers={"inin-ratelimit-reset": "2"}).wait(0.1) == 0.1
    assert Answer(429, headers={"retry-after": "soon"}).wait(0.1) == 0.1
