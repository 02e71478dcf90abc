from __future__ import annotations

from understudy.architect.load import ACTIONS
from understudy.architect.spelling import canonical, keys


def test_every_action_has_its_certainty_and_source() -> None:
    assert keys().keys() == ACTIONS.keys()
    assert {key.certainty for key in keys().values()} == {"documented", "assumed"}
    assert all(key.source for key in keys().values())


def test_no_spelling_stands_for_two_things() -> None:
    spellings = [spelling for key in keys().values() for spelling in (key.name, *key.spellings)]
    assert len(spellings) == len(set(spellings)) == len(canonical())
    for key in keys().values():
        inputs = [one for name, others in key.inputs.items() for one in (name, *others)]
        assert len(inputs) == len(set(inputs))
