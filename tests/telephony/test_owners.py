from __future__ import annotations

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.telephony.owners import owners
from understudy.world.org import Org


def test_ivrs_users_and_groups_have_numbers_and_extensions() -> None:
    org = Org("o", "O", clock=OrgClock(ManualClock()), ids=Ids(1, "o"), limits=load_limits(), commands={})
    phone = {"address": "+1317", "extension": "42", "mediaType": "PHONE"}
    mail = {"address": "uma@example.com", "mediaType": "EMAIL"}
    org.entities.put("architect.ivrs", "i1", {"id": "i1", "name": "Front", "dnis": ["+1316", "41"]})
    uma = {"id": "u1", "name": "Uma", "addresses": [phone, mail], "primaryContactInfo": [phone, {"address": None}]}
    org.entities.put("users", "u1", uma)
    org.entities.put("groups", "g1", {"id": "g1", "name": "Crew", "addresses": [{"extension": "43"}, "odd"]})
    assert [(one.number, one.type, one.entity.id) for one in owners(org, "number")] == [
        ("+1316", "IVR_CONFIG", "i1"),
        ("+1317", "USER", "u1"),
    ]
    assert [(one.number, one.type) for one in owners(org, "extension")] == [
        ("41", "IVR_CONFIG"),
        ("42", "USER"),
        ("43", "GROUP"),
    ]
    assert next(owners(org, "number")).reference() == {"id": "i1", "name": "Front"}
