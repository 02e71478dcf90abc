from __future__ import annotations

import pytest

from understudy.emulator import Emulator, EmulatorConfig
from understudy.orgfile.default import default_org
from understudy.orgfile.example import with_example
from understudy.pages.places import places


@pytest.mark.parametrize("has_example", [True, False])
def test_a_messenger_is_told_with_the_desktop_and_who_can_sign_in(has_example: bool) -> None:
    emulator = Emulator(EmulatorConfig())
    emulator._open_record()
    plan = default_org("admin", "secret")
    org = emulator.orgs.add(with_example(plan) if has_example else plan)
    found = places([org], "http://h:1")
    if not has_example:
        assert found == {}
        return
    (id_,) = org.entities.of("webdeployments.deployments")
    assert found == {
        "messengers": [{"org": "Understudy", "name": "Example messenger", "url": f"http://h:1/messenger/{id_}"}],
        "desktop": "http://h:1/desktop",
        "agents": [{"org": "Understudy", "name": "Example Agent"}],
    }
