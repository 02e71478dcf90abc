from __future__ import annotations

from understudy.checker.contract import Contracts
from understudy.checker.reference import reference

CONTRACTS = Contracts()


def test_every_schema_file_compiles_in_the_reference_engine() -> None:
    names = CONTRACTS.names()
    assert names
    for name in names:
        engine = reference(CONTRACTS, name)
        engine.check_schema(dict(engine.schema))  # type: ignore[arg-type]


def test_the_strict_form_knows_no_field_beside_its_own() -> None:
    sender = {"id": "u", "idType": "Opaque"}
    channel = {"from": sender, "time": "2026-01-01T00:00:00.000Z", "messageId": "m"}
    body = {"channel": channel, "text": "hi", "surprise": 1}
    assert reference(CONTRACTS, "open_messaging/inbound_message").is_valid(body)
    assert not reference(CONTRACTS, "open_messaging/inbound_message", strict=True).is_valid(body)
