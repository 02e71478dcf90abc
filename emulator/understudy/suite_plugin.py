"""The pytest plugin of our own suites: ``verify`` loads it with ``-p understudy.suite_plugin``.

It hands each test its slot, opens the windows of checks, has the emulator judge the test's scope when the test is
over, and tells the parent what happened, one JSON line a report, on the file that ``UNDERSTUDY_EVENTS`` names.

A test is marked ``@pytest.mark.checks("OM-07")``, ``@pytest.mark.profile("channel")``,
``@pytest.mark.needs("handoff_phrase", seconds=85)``, ``@pytest.mark.exclusive``. *Failed* verdicts fail the test;
*not seen* fails it where one of its checks is required, else skips it with the reason.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.actors import NotApplicable, Rehearsal, Slot
from understudy.control.client import ControlClient
from understudy.verify.slots import revive

LEASE_SECONDS = 60.0
REHEARSAL = pytest.StashKey[Rehearsal]()
SLOTS_FILE, EVENTS_FILE = "UNDERSTUDY_SLOTS", "UNDERSTUDY_EVENTS"


def pytest_configure(config: pytest.Config) -> None:
    """Markers, and the run's slots."""
    for line in (
        "checks(*ids): the checks that this test makes ripe",
        "profile(*names): the topologies in which the test makes sense",
        "needs(*settings, seconds=0): settings that must not be empty, and real seconds that a real target must spare",
        "exclusive: the test breaks the slot for others",
    ):
        config.addinivalue_line("markers", line)
    run = json.loads(Path(os.environ[SLOTS_FILE]).read_text("utf-8"))
    config.stash[RUN] = run
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Events(Path(os.environ[EVENTS_FILE]), run), "understudy-events")


RUN = pytest.StashKey[dict[str, Any]]()


class Events:
    """On the controller (or the only process): one JSON line a report."""

    def __init__(self, file: Path, run: dict[str, Any]) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._run = run

    def _tell(self, kind: str, **data: Any) -> None:
        self._file.write(json.dumps({"event": kind, **data}) + "\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many tests there are, where this process collects them itself."""
        self._tell("collected", tests=[item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """How many tests there are, where workers collect them."""
        self._tell("collected", tests=list(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase of a test is over."""
        self._tell(
            "report", test=report.nodeid, when=report.when, outcome=report.outcome, seconds=round(report.duration, 4),
            text=report.longreprtext[-4000:], **dict(report.user_properties),
        )  # fmt: skip

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker crashed: its tests stay *not seen*."""
        if error:
            self._tell("crashed", worker=node.gateway.id, text=str(error)[-2000:])

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """The test that a worker crashed in gives its slot back, or others would wait for it."""
        for org in {slot["org"] for slot in self._run["slots"]}:
            ControlClient(self._run["control"], self._run.get("token", "")).org(org).delete("lease", test=crashitem)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One instance of a test per profile that the run has a slot for; without a marker the suite's first."""
    if "profile_name" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("profile")
    run = metafunc.config.stash[RUN]
    wanted = marker.args if marker else run["profiles"][:1]
    present = {slot["profile"] for slot in run["slots"]}
    metafunc.parametrize("profile_name", [name for name in wanted if name in present], scope="function")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests none of whose checks were asked for, or whose topology the run lacks."""
    asked, slots = set(config.stash[RUN]["checks"]), config.stash[RUN]["slots"]
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        profile = item.callspec.params.get("profile_name") if hasattr(item, "callspec") else None
        is_there = any(slot["profile"] == profile for slot in slots)
        (kept if is_there and asked & set(_checks(item)) else left).append(item)
        item.user_properties.append(("checks", _checks(item)))  # told even of a test that never gets to its call
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)


def _checks(item: pytest.Item) -> list[str]:
    return [id_ for marker in item.iter_markers("checks") for id_ in marker.args]


@pytest.fixture
def profile_name() -> str:
    """The topology; parametrised by the slots of the run."""
    return "channel"


@pytest.fixture
def rehearsal(request: pytest.FixtureRequest, profile_name: str) -> Iterator[Rehearsal]:
    """This test's view of its slot, leased for the test and left as it was found. A real target's one slot is shared by
    all workers: exclusive tests lease it alone."""
    run = request.config.stash[RUN]
    slots = [slot for slot in run["slots"] if slot["profile"] == profile_name]
    slot = Slot(**slots[_worker(request.config) % len(slots)])
    client = ControlClient(run["control"], run.get("token", "")).org(slot.org)
    if run.get("restart") and revive(run["restart"], run["ready"], slot.env):
        client.note("target.restarted", command=run["restart"])
    test = request.node.nodeid
    exclusive = request.node.get_closest_marker("exclusive") is not None
    leased = client.post("lease", test=test, exclusive=exclusive, timeout=LEASE_SECONDS)
    assert leased["leased"], f"the slot is held by {leased}"
    one = Rehearsal(client, slot, test)
    request.node.stash[REHEARSAL] = one
    try:
        yield one
    finally:
        try:
            one.close()
        finally:
            client.delete("lease", test=test)


def _worker(config: pytest.Config) -> int:
    name = str(getattr(config, "workerinput", {}).get("workerid", "gw0"))
    return int(name.removeprefix("gw"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run the test, then judge its scope: verdicts are data, whatever the test's own end was."""
    one = item.stash.get(REHEARSAL, None)
    if one is None:
        return (yield)
    try:
        _refuse_missing(item, one)
        result = yield
    except NotApplicable as error:
        for id_ in _checks(item):
            if id_ not in one.checks:
                one.skip(id_, str(error))
        result = None
    except Exception as error:
        _judge(item, one, f"its test did not get there: {error}")
        raise
    _conclude(item, _judge(item, one, ""))
    return result


def _judge(item: pytest.Item, one: Rehearsal, trouble: str) -> list[dict[str, Any]]:
    """The verdicts of the test's checks. A test that did not get there earns nothing: what passed becomes *not
    seen*."""
    own = _checks(item)
    verdicts: list[dict[str, Any]] = one.client.post("judge", test=one.test, checks=own)["verdicts"]
    if trouble:
        # Rules that hold always were earned by what was said, wherever the test ended.
        verdicts = [
            {**v, "result": "not seen", "reason": trouble} if v["result"] == "passed" and v["check"] in own else v
            for v in verdicts
        ]
    item.user_properties[:] = [("checks", own), ("profile", one.slot.profile), ("verdicts", verdicts)]
    return verdicts


def _conclude(item: pytest.Item, verdicts: list[dict[str, Any]]) -> None:
    required = set(item.config.stash[RUN]["required"])
    failed = [v for v in verdicts if v["result"] == "failed"]
    unseen = [v for v in verdicts if v["result"] == "not seen"]
    if failed:
        pytest.fail("\n".join(_line(v) for v in failed), pytrace=False)
    if any(v["check"] in required for v in unseen):
        pytest.fail("\n".join(_line(v) for v in unseen), pytrace=False)
    if unseen or (verdicts and all(v["result"] == "not applicable" for v in verdicts)):
        pytest.skip("; ".join(f"{v['check']} {v['result']}: {v['reason']}" for v in verdicts))


def _refuse_missing(item: pytest.Item, one: Rehearsal) -> None:
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            one.setting(name)
        seconds = float(marker.kwargs.get("seconds", 0))
        if one.slot.kind != "reference" and seconds > one.slot.max_wait:
            raise NotApplicable(f"needs {seconds:g} s of real time, --max-wait is {one.slot.max_wait:g}")


def _line(verdict: dict[str, Any]) -> str:
    return (
        f"{verdict['check']} {verdict['result']}: {verdict['title']}\n"
        f"  expected {verdict['expected']}\n  observed {verdict['observed'] or verdict['reason']}"
    )
