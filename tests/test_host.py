"""What drivers need of the emulator, the emulator has."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from understudy.control.host import ControlHost
from understudy.emulator import Emulator, EmulatorConfig
from understudy.host import Host


def conforming(emulator: Emulator) -> tuple[Host, ControlHost]:
    """mypy holds the emulator against both protocols here."""
    return emulator, emulator


def members(protocol: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(protocol).items() if not name.startswith("_")}


def test_the_emulator_is_a_host_for_every_driver() -> None:
    emulator = Emulator(EmulatorConfig())
    assert conforming(emulator) == (emulator, emulator)
    assert set(members(Host)) == {"http", "effects", "settled"}
    assert set(Host.__annotations__) == {"world", "recorder", "clock", "origin"}


@pytest.mark.parametrize("protocol", [Host, ControlHost])
def test_what_waits_in_the_protocol_waits_in_the_emulator(protocol: Any) -> None:
    for name, value in members(protocol).items():
        if inspect.isfunction(value) and hasattr(Emulator, name):
            assert inspect.iscoroutinefunction(value) == inspect.iscoroutinefunction(getattr(Emulator, name)), name
