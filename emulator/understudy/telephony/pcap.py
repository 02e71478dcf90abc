"""SIP messages as a packet capture: libpcap's file format 2.4, raw IPv4 (link type 101), one UDP datagram a message.

Format: draft-ietf-opsawg-pcap. The datagrams are made up around the recorded texts; checksums of UDP are left out (0,
RFC 768), as are messages too long for one.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from typing import Final

from understudy.telephony.sip_log import SipMessage

MAGIC: Final = 0xA1B2C3D4
RAW: Final = 101
SNAP: Final = 65_535
UDP: Final = 17
HEADERS: Final = 28  # IPv4 and UDP
UNKNOWN: Final = "0.0.0.0"


def capture(messages: Iterable[SipMessage]) -> bytes:
    """The file; one without messages is a header alone."""
    packets = [struct.pack("!IHHiIII", MAGIC, 2, 4, 0, 0, SNAP, RAW)]
    for message in messages:
        if packet := _packet(message):
            whole = int(message.at)
            micro = int((message.at - whole) * 1_000_000)
            packets.append(struct.pack("!IIII", whole & 0xFFFFFFFF, micro, len(packet), len(packet)) + packet)
    return b"".join(packets)


def _packet(message: SipMessage) -> bytes:
    """The datagram; empty where the message is too long for one."""
    payload = message.text.encode("utf-8", "replace")
    total = HEADERS + len(payload)
    if total > SNAP:
        return b""
    source, destination = _address(message.source[0]), _address(message.destination[0])
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total, 0, 0, 64, UDP, 0, source, destination)
    head = head[:10] + struct.pack("!H", _checksum(head)) + head[12:]
    ports = (message.source[1] & 0xFFFF, message.destination[1] & 0xFFFF)
    return head + struct.pack("!HHHH", *ports, len(payload) + 8, 0) + payload


def _address(text: str) -> bytes:
    try:
        return ipaddress.IPv4Address(text).packed
    except ipaddress.AddressValueError:
        return ipaddress.IPv4Address(UNKNOWN).packed


def _checksum(head: bytes) -> int:
    """RFC 791 §3.1: the complement of the sum of the 16-bit words."""
    total: int = sum(struct.unpack(f"!{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
