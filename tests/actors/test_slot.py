from __future__ import annotations

import json

import pytest

from understudy.actors import NeverHappened, NotApplicable, Slot


def test_a_slot_survives_its_file() -> None:
    maps = {"a": "b"}, {"X": "y"}, {"PORT": "0"}
    slot = Slot("org-1", "forward", "real", "integration-1", True, "http://side", *maps, 3.5)
    assert Slot(**json.loads(json.dumps(slot.to_json()))) == slot


def test_what_never_happened_fails_a_test_and_what_does_not_apply_is_no_failure() -> None:
    assert issubclass(NeverHappened, AssertionError)
    assert not issubclass(NotApplicable, AssertionError)
    with pytest.raises(NotApplicable, match="no user side"):
        raise NotApplicable("no user side")
