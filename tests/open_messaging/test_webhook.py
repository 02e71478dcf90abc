from __future__ import annotations

import json
from pathlib import Path

import pytest

from understudy.open_messaging.webhook import Outbound, Party

VECTORS = sorted((Path(__file__).parent.parent / "vectors" / "open_messaging" / "outbound").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_parse_and_bytes_are_inverse(path: Path) -> None:
    wire = path.read_bytes()
    assert bytes(Outbound.parse(wire)) == wire


@pytest.mark.parametrize("text", ["café", "👩‍👩‍👧", "שלום", "a/b", '"\\', "\x01\x1f\x7f", "\u2028", "\n\t\r\b\f"])
def test_body_is_compact_and_equals_its_own_reserialisation(text: str) -> None:
    """A verifier that signs ``JSON.stringify(parsed)`` must get the same bytes (facts: messaging §1.3)."""
    body = bytes(Outbound(id="m", integration="i", sender=Party(id="i"), to=Party(id="u"), time=0.0, text=text))
    assert json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode() == body


def test_message_id_of_the_channel_is_the_id_unless_told() -> None:
    one = Outbound(id="m", integration="i", sender=Party(id="i"), to=Party(id="u"), time=0.0)
    assert one.to_json()["channel"]["messageId"] == "m"
