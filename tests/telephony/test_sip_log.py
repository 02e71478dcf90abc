from __future__ import annotations

import pytest

from understudy.telephony import sip_log
from understudy.telephony.sip_log import SipLog, SipMessage

INVITE = "INVITE sip:+1317@x SIP/2.0\r\nVia: a\r\nVia: b\r\nSubject: one\r\n two\r\nno colon\r\n\r\nVia: body\r\n"


def message(text: str = INVITE, conversation: str = "c1") -> SipMessage:
    return SipMessage(at=1.5, conversation=conversation, text=text)


def test_headers_keep_order_repetition_and_folding() -> None:
    assert message().headers() == {"Via": ["a", "b"], "Subject": ["one two"]}
    assert message("INVITE x SIP/2.0\r\nvia: a\r\nVIA: b").headers() == {"via": ["a", "b"]}
    assert message("").headers() == {}


def test_the_method_of_a_response_is_its_status() -> None:
    assert (message().method, message("SIP/2.0 200 OK\r\n").method, message("SIP/2.0").method) == (
        "INVITE",
        "200",
        "SIP/2.0",
    )


def test_a_log_is_bounded_by_count_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_log, "MESSAGES_KEPT", 3)
    monkeypatch.setattr(sip_log, "BYTES_KEPT", 10)
    log = SipLog()
    for number in range(5):
        log.add(message(str(number)))
    assert [one.text for one in log.messages] == ["2", "3", "4"]
    log.add(message("x" * 20))
    assert ([one.text for one in log.messages], log.size) == (["x" * 20], 20)
    log.add(message("y", "c2"))
    assert [one.text for one in log.of("c2")] == ["y"]
