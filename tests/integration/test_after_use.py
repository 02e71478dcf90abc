"""An org that every writing operation of tier 1 has been called on: a snapshot holds it, and an org file says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from tests.operations.office import Office
from tests.operations.sweep import Sweep

from understudy.ids import Ids
from understudy.orgfile.apply import apply_org
from understudy.orgfile.export import COMPUTED, STAMPED, export_org
from understudy.orgfile.plan import load_org
from understudy.orgfile.sections import sections
from understudy.snapshot.content import from_snapshot, take
from understudy.snapshot.tables import CONFIGURED
from understudy.tables import complete
from understudy.world.org import Org
from understudy.world.world import World

TABLES = complete()

WRITING = ("POST", "PUT", "PATCH")
SAID_BY_LIVE = ("grants", "group.members", "queue.members", "queue.wrapupcodes", "user.skills", "user.languages")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as opened:
        sweep = Sweep(opened)
        for operation in sweep.catalogue.operations:
            if operation.tier == 1 and operation.method in WRITING:
                assert list(sweep.run(operation))
        yield opened


def bodies(org: Org, *, bare: bool = False) -> dict[str, Any]:
    """What is configured; ``bare`` is without what the platform stamps and computes, of what an org file can say."""
    found = {}
    for type_ in org.entities.types():
        section = type_.partition("/")[0]
        if bare and section not in (*sections(), "organizations"):
            continue
        left = STAMPED | COMPUTED.get(section, frozenset()) if bare else frozenset()
        for id_, entity in org.entities.of(type_).items():
            if not (bare and section == "routing.message.recipients" and "flow" not in entity.body):
                found[f"{type_}/{id_}"] = {key: value for key, value in entity.body.items() if key not in left}
    return found


def test_a_snapshot_holds_all_of_it(office: Office) -> None:
    org, world = office.org, office.emulator.world
    content = from_snapshot(orjson.loads(orjson.dumps(take(org, world))), 1, "")
    made = Org(org.id, org.name, clock=org.clock, ids=content.ids, limits=org.limits, commands=TABLES.handlers)
    made.entities = content.entities
    assert len(bodies(org)) > 100
    assert bodies(made) == bodies(org)
    assert content.live == {name: org.live[name] for name in CONFIGURED if org.live.get(name)}


def test_an_org_file_says_all_that_it_does_not_tell_to_be_lost(office: Office) -> None:
    org = office.org
    office.settle()  # an integration is made asynchronously; what is compared afterwards must have been exported
    exported = export_org(org)
    plan = load_org(exported.text, exported.secrets)
    made = Org(plan.id, plan.name, clock=org.clock, ids=Ids(9, plan.id), limits=org.limits, commands=TABLES.handlers)
    apply_org(plan, made, World())
    assert bodies(made, bare=True) == bodies(org, bare=True)
    for table in SAID_BY_LIVE:
        ours, theirs = ({key: value for key, value in one.live.get(table, {}).items() if value} for one in (org, made))
        assert theirs == ours, table
    unsaid = {type_ for type_ in org.entities.types() if org.entities.of(type_)} - {*made.entities.types()}
    told = {text.rpartition(" of ")[2] for text in exported.lost}
    assert unsaid <= told
