"""The pytest plugin that every run of an environment loads: one public fixture, ``understudy``.

It imports almost nothing and starts nothing until the fixture is asked for. A vendor writes::

    @pytest.fixture(scope="session")
    def bot(understudy):
        with start_my_endpoint(env=understudy.env()) as url:
            understudy.connect(url, user_side=url)
            yield url

    def test_an_agent_is_heard(bot, understudy):
        ann = understudy.customer()
        ...
        assert understudy.verdicts("OM-08")
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from understudy.stage import Stage

STAGE = pytest.StashKey["Stage"]()
RUNNING = pytest.StashKey[str]()  # the test that runs now


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the vendor's settings are."""
    parser.addini(
        "understudy_config", "settings file of the understudy fixture, below the root folder", default="understudy.toml"
    )
    parser.addini("understudy_suite", "the suite whose org and checks the understudy fixture uses", default="")


@pytest.fixture(scope="session")
def understudy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An emulated Genesys Cloud for this session: ``.env()``, ``.connect()``, ``.customer()``, ``.agent()``,
    ``.verdicts()``."""
    from understudy.stage import open_stage

    config = request.config
    file = config.rootpath / str(config.getini("understudy_config"))
    suite = str(config.getini("understudy_suite"))
    with open_stage(file if file.is_file() else None, suite, tmp_path_factory.mktemp("understudy")) as stage:
        config.stash[STAGE] = stage
        stage.test = config.stash.get(RUNNING, "")
        yield stage
        del config.stash[STAGE]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell the stage which test it serves."""
    item.config.stash[RUNNING] = item.nodeid
    stage = item.config.stash.get(STAGE, None)
    if stage is not None:
        stage.test = item.nodeid


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Leave no conversation of this test behind."""
    stage = item.config.stash.get(STAGE, None)
    if stage is not None:
        stage.close()
        stage.customers.clear()
        stage.checks.clear()
