from __future__ import annotations

import struct

from understudy.telephony.pcap import SNAP, capture
from understudy.telephony.sip_log import SipMessage


def message(text: str, source: str = "10.0.0.1") -> SipMessage:
    return SipMessage(at=1.5, conversation="c", text=text, source=(source, 5060), destination=("10.0.0.2", 5061))


def test_a_capture_is_a_header_and_one_datagram_a_message() -> None:
    data = capture([message("hello"), message("é", "nowhere")])
    assert struct.unpack("!IHHiIII", data[:24]) == (0xA1B2C3D4, 2, 4, 0, 0, 65_535, 101)
    seconds, micro, kept, length = struct.unpack("!IIII", data[24:40])
    assert (seconds, micro, kept, length) == (1, 500_000, 33, 33)
    packet = data[40:73]
    assert packet[0] == 0x45
    assert struct.unpack("!H", packet[2:4])[0] == 33
    assert packet[12:20] == bytes([10, 0, 0, 1, 10, 0, 0, 2])
    assert struct.unpack("!HHH", packet[20:26]) == (5060, 5061, 13)
    assert packet[28:] == b"hello"
    words = struct.unpack("!10H", packet[:20])
    assert sum(words) % 0xFFFF == 0  # RFC 791 §3.1: with its checksum a header sums up to all ones
    assert data[73 + 16 + 12 : 73 + 16 + 16] == bytes(4)


def test_a_message_too_long_for_a_datagram_is_left_out() -> None:
    assert len(capture([])) == len(capture([message("x" * SNAP)])) == 24
