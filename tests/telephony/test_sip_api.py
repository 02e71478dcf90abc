from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.attachments.store import stored
from understudy.clock import iso
from understudy.telephony.sip_api import DOWNLOADS, DOWNLOADS_KEPT
from understudy.telephony.sip_log import SipMessage, sip_log
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PATH = "/api/v2/telephony"
INVITE = "INVITE sip:+1317@x SIP/2.0\r\nCall-ID: k1\r\nCSeq: 1 INVITE\r\nX-Own: a\r\n\r\n"


@pytest.fixture
def call(office: Org) -> float:
    """A conversation of two messages, the second ten seconds after the first; gives the time of the first."""
    now = office.now()
    about: dict[str, Any] = {"call_id": "k1", "from_user": "+49", "to_user": "+1317", "source": ("10.0.0.1", 5060)}
    log = sip_log(office)
    log.add(SipMessage(at=now, conversation="c1", text=INVITE, **about))
    log.add(SipMessage(at=now + 10, conversation="c1", text="SIP/2.0 200 OK\r\nCall-ID: k1\r\n\r\n", **about))
    return now


def window(start: float, end: float) -> str:
    return f"dateStart={iso(start)}&dateEnd={iso(end)}"


def test_the_messages_of_a_conversation_are_one_text(ask: Ask, call: float) -> None:
    body = ask("GET", f"{PATH}/sipmessages/conversations/c1")[1]
    assert body["message"].startswith(INVITE)
    assert "SIP/2.0 200 OK" in body["message"]


def test_headers_are_those_of_the_first_message(ask: Ask, call: float) -> None:
    path = f"{PATH}/sipmessages/conversations/c1/headers"
    assert ask("GET", path)[1]["headers"] == {"Call-ID": ["k1"], "CSeq": ["1 INVITE"], "X-Own": ["a"]}
    assert ask("GET", f"{path}?keys=x-own,nope")[1]["headers"] == {"X-Own": ["a"]}


def test_a_conversation_without_messages_is_not_found(ask: Ask) -> None:
    assert ask("GET", f"{PATH}/sipmessages/conversations/c9")[0] == 404
    assert ask("GET", f"{PATH}/sipmessages/conversations/c9/headers")[0] == 404


def test_traces_are_found_by_time_and_fields(ask: Ask, call: float) -> None:
    found = ask("GET", f"{PATH}/siptraces?{window(call - 1, call + 1)}")[1]
    assert (found["count"], found["data"][0]["method"], found["data"][0]["cseq"]) == (1, "INVITE", "1 INVITE")
    both = ask("GET", f"{PATH}/siptraces?{window(call, call + 10)}&callId=k1&conversationId=c1&toUser=%2B1317")[1]
    assert [one["method"] for one in both["data"]] == ["INVITE", "200"]
    assert ask("GET", f"{PATH}/siptraces?{window(call, call + 10)}&fromUser=nobody")[1]["data"] == []


def test_times_must_be_times_in_order(ask: Ask, call: float) -> None:
    assert ask("GET", f"{PATH}/siptraces?{window(call + 1, call)}")[1]["details"][0]["fieldName"] == "dateEnd"
    assert ask("GET", f"{PATH}/siptraces?dateStart={iso(call)}")[0] == 400
    assert ask("GET", f"{PATH}/siptraces?dateStart=2026-01-01&dateEnd=2026-01-02")[1]["code"] == "invalid.date"


def test_a_download_is_a_capture_of_what_is_found(ask: Ask, office: Org, call: float) -> None:
    body = {"dateStart": iso(call), "dateEnd": iso(call + 5), "conversationId": "c1"}
    made = ask("POST", f"{PATH}/siptraces/download", body)[1]
    shown = ask("GET", f"{PATH}/siptraces/download/{made['downloadId']}")[1]
    media = stored(office)[made["documentId"]]
    assert shown["url"] == f"http://127.0.0.1:1{media.path}"
    assert media.data[:4] == bytes.fromhex("a1b2c3d4")
    assert INVITE.encode() in media.data
    assert b"200 OK" not in media.data
    assert ask("GET", f"{PATH}/siptraces/download/nope")[0] == 404


def test_the_number_of_downloads_is_bounded(ask: Ask, office: Org, call: float) -> None:
    body = {"dateStart": iso(call), "dateEnd": iso(call)}
    for _ in range(DOWNLOADS_KEPT + 2):
        ask("POST", f"{PATH}/siptraces/download", body)
    assert len(office.live[DOWNLOADS]) == DOWNLOADS_KEPT
