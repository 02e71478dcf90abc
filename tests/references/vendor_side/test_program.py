"""The program that all references share: it serves, says where, and is refused for wrong use."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping

import pytest

from understudy.references.vendor_side import journal
from understudy.references.vendor_side.faults import Fault
from understudy.references.vendor_side.program import WRONG_USE, Kind, Made, run, serve
from understudy.references.vendor_side.server import Reply, Request
from understudy.references.vendor_side.settings import WrongSetting


class Endpoint:
    """Stops as soon as it is made."""

    stopped = False

    def __init__(self, stopping: threading.Event) -> None:
        stopping.set()

    def answer(self, request: Request) -> Reply:
        """Nobody asks."""
        return Reply(200, {})

    def stop(self) -> None:
        """Remember it."""
        Endpoint.stopped = True


def read(environment: Mapping[str, str], faults: frozenset[str]) -> Made:
    """Always refused."""
    raise WrongSetting("A is wrong\nB is wrong")


KIND = Kind(
    name="vendor",
    description="a vendor",
    faults={"loops": Fault("loops", ("A-1",))},
    settings={"A": ("7", "an a")},
    read=read,
    example="  python vendor.py",
    more="the door\n\n",
)


def test_it_serves_until_it_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert serve(KIND, Made(host="127.0.0.1", port=0, says="hello", make=Endpoint), ["loops", "loops"]) == 0
    finally:
        journal.call_it("reference")
        for number, handler in before.items():
            signal.signal(number, handler)
    printed = capsys.readouterr()
    assert json.loads(printed.out)["listening"].startswith("http://127.0.0.1:")
    assert printed.err == "vendor: hello, faults: loops\nvendor: stopped\n"
    assert Endpoint.stopped


SIGNALLED = """
import os, signal, sys, threading
from understudy.references.vendor_side.program import Kind, Made, serve
from understudy.references.vendor_side.server import Reply

class Endpoint:
    answer = staticmethod(lambda request: Reply(200, {}))
    stop = staticmethod(lambda: None)

threading.Timer(0.3, lambda: [os.kill(os.getpid(), signal.SIGTERM) for _ in range(3)]).start()
wait = threading.Condition.wait
def interrupted(self, timeout=None):
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM):
        os.kill(os.getpid(), signal.SIGTERM)  # at the worst time: while the main thread holds the lock of an event
    return wait(self, timeout)
threading.Condition.wait = interrupted

kind = Kind(name="vendor", description="", faults={}, settings={}, read=None, example="")
sys.exit(serve(kind, Made(host="127.0.0.1", port=0, says="hello", make=lambda stopping: Endpoint()), []))
"""


def test_signals_end_it_whenever_and_however_often_they_come() -> None:
    done = subprocess.run([sys.executable, "-c", SIGNALLED], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stderr) == (0, "vendor: hello, faults: none\nvendor: stopped\n")


def test_wrong_use_names_each_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told in (
        ([], "vendor: A is wrong\nvendor: B is wrong\n"),
        (["--fault", "loop"], "vendor: there is no fault 'loop': did you mean 'loops'?\n"),
    ):
        with pytest.raises(SystemExit) as caught:
            run(KIND, arguments)
        assert caught.value.code == WRONG_USE
        assert capsys.readouterr().err == told


def test_the_help_has_settings_door_and_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(KIND, ["--help"])
    text = capsys.readouterr().out
    assert text.startswith("usage: vendor.py")
    assert text.index("an a [7]") < text.index("the door") < text.index("python vendor.py")
