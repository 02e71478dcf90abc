from __future__ import annotations

from understudy.directory.behaviour import ACTIONS, RULES
from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources
from understudy.tables import complete

TABLES = complete()

GROUPS = ("users", "groups", "presence", "authorization", "organizations", "date", "externalcontacts-min")


def test_the_tables_name_what_there_is(catalogue: Catalogue) -> None:
    assert [name for name in ACTIONS if name not in catalogue.by_id] == []
    assert RULES.keys() <= load_resources(catalogue).keys()


def test_every_operation_of_the_directory_behaves(catalogue: Catalogue) -> None:
    served = {
        id_ for resource in load_resources(catalogue).values() for _, id_ in resource.pairs()
    } | TABLES.actions.keys()
    of_ours = [o.id for o in catalogue.operations if o.tier == 1 and o.group in GROUPS]
    assert [id_ for id_ in of_ours if id_ not in served] == []
