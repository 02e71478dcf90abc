from __future__ import annotations

import inspect

from understudy.control.host import ControlHost
from understudy.emulator import Emulator
from understudy.host import Host


def test_it_is_a_host_that_offers_more_than_drivers_need() -> None:
    assert Host in ControlHost.__mro__
    assert not set(ControlHost.__annotations__) & set(Host.__annotations__)


def test_its_methods_are_asked_with_the_names_that_the_emulator_gives_them() -> None:
    seen = 0
    for name, method in vars(ControlHost).items():
        own = getattr(Emulator, name, None)
        if inspect.isfunction(method) and not name.startswith("_") and inspect.isfunction(own):
            asked, given = inspect.signature(method).parameters, inspect.signature(own).parameters
            assert list(asked) == list(given), name
            seen += 1
    assert seen >= 7
