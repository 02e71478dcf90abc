"""Rehearsals with a messenger: the org of the Cognigy suite, with its reference endpoint behind the bot connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from understudy.actors import Rehearsal, Slot
from understudy.control.client import ControlClient
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.slots import open_slots


@pytest.fixture(scope="session")
def messenger(control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    """The one slot of the Cognigy suite."""
    suite, settings, folder = load_suite("cognigy"), Settings(workers=1, seed=77), tmp_path_factory.mktemp("messenger")
    with open_slots(suite, settings, control, folder, fault="", profiles=suite.profiles) as opened:
        yield opened[0]


@pytest.fixture
def meet(control: ControlClient, messenger: Slot, request: pytest.FixtureRequest) -> Iterator[Callable[..., Rehearsal]]:
    """Rehearsals of this test, ``meet(side="")``: its view of the slot, left as it was found."""
    made: list[Rehearsal] = []

    def rehearsal(**differing: Any) -> Rehearsal:
        made.append(Rehearsal(control.org(messenger.org), replace(messenger, **differing), request.node.nodeid))
        return made[-1]

    yield rehearsal
    for one in made:
        one.close()
