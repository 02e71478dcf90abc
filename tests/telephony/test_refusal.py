from __future__ import annotations

from understudy.telephony.refusal import conflict, invalid, missing
from understudy.world.entities import Entity


def test_a_refusal_names_the_field_and_a_conflict_the_other_one() -> None:
    assert (invalid("f", "text").status, invalid("f", "text").code) == (400, "invalid.value")
    assert missing("f").code == missing("f").details[0]["errorCode"] == "required.field.missing"
    refused = conflict("f", "text", Entity("t", "e1", {"name": "Other"}))
    assert (refused.status, refused.code) == (409, "general.conflict")
    assert refused.details[0] == {
        "errorCode": "general.conflict",
        "fieldName": "f",
        "entityId": "e1",
        "entityName": "Other",
    }
