"""Slots: a fresh reference per worker and profile, or the one endpoint that the settings describe."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.actors import Slot
from understudy.control.client import ControlClient
from understudy.errors import SettingsError, StartError, UnderstudyError
from understudy.settings import Settings, Target, UserSide
from understudy.suite import load_suite
from understudy.verify import slots as module
from understudy.verify.slots import endpoint_env, identifiers, open_slots, revive

SUITE = load_suite("polyai")
# a vendor's server: chatty, and it answers everything with 200 on the port of its environment
VENDOR = """
import http.server, os, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
print("x" * 100_000, os.environ["GENESYS_BASE_URL"], os.environ["MINE"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
"""


def opened(
    control: ControlClient, folder: Path, settings: Settings, profiles: tuple[str, ...] = ("channel",)
) -> list[Slot]:
    """Open the slots of a run and close them again."""
    with open_slots(SUITE, settings, control, folder, fault="", profiles=profiles) as found:
        return list(found)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def vendor(folder: Path, port: int, **target: str) -> Target:
    file = folder / "vendor.py"
    file.write_text(VENDOR)
    command = shlex.join([sys.executable, str(file)])
    return Target(url=f"http://127.0.0.1:{port}/hook", start=command, env={"PORT": str(port), "MINE": "yes"}, **target)


def test_identifiers_are_the_same_in_every_run_and_differ_by_seed_profile_and_position() -> None:
    assert identifiers(1, "channel", 0) == identifiers(1, "channel", 0)
    others = [identifiers(2, "channel", 0), identifiers(1, "forward", 0), identifiers(1, "channel", 1)]
    for other in others:
        same = {name for name, value in identifiers(1, "channel", 0).items() if other[name] == value}
        assert same <= {"UNDERSTUDY_TOPOLOGY"}
    assert len(identifiers(1, "channel", 0)["WEBHOOK_SECRET"]) >= 16


def test_an_endpoint_is_told_what_the_suite_says_it_is_told() -> None:
    env = endpoint_env("http://g", identifiers(1, "channel", 0), {"handoff_phrase": "agent please"})
    assert set(SUITE.env) <= set(env)
    assert set(map(str.isalnum, env["VERIFY_TOKEN"])) == {True, False}
    tokens = [identifiers(seed, "messenger", 0)["VERIFY_TOKEN"] for seed in range(100)]
    assert all(any(map(str.isdigit, token)) and any(map(str.isalpha, token)) for token in tokens)
    assert (env["GENESYS_BASE_URL"], env["HANDOFF_PHRASE"], env["TOPOLOGY"]) == ("http://g", "agent please", "channel")


def test_every_worker_has_a_reference_of_its_own_in_each_profile(control: ControlClient, tmp_path: Path) -> None:
    found = opened(control, tmp_path, Settings(workers=2, seed=501), ("channel", "forward"))
    assert [(slot.profile, slot.kind, slot.user_side) for slot in found] == [
        (profile, "reference", True) for profile in ("channel", "channel", "forward", "forward")
    ]
    assert len({slot.org for slot in found}) == len({slot.integration for slot in found}) == 4
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == [
        f"reference-{profile}-{n}.log" for profile in ("channel", "forward") for n in range(2)
    ]


def test_named_settings_reach_endpoint_and_slot(control: ControlClient, tmp_path: Path) -> None:
    settings = Settings(workers=1, seed=502, max_wait=3.0, settings={"handoff_phrase": "human!"})
    (slot,) = opened(control, tmp_path, settings)
    assert (slot.settings["handoff_phrase"], slot.settings["end_phrase"]) == ("human!", "bye")
    assert (slot.env["HANDOFF_PHRASE"], slot.max_wait) == ("human!", 3.0)
    assert slot.ids["UNDERSTUDY_INTEGRATION_ID"] == slot.integration
    assert not {slot.env["WEBHOOK_SECRET"], slot.env["VERIFY_TOKEN"]} & set(slot.ids.values())


def test_a_reference_that_does_not_come_up_is_told_with_its_log(control: ControlClient, tmp_path: Path) -> None:
    settings = Settings(workers=1, seed=503, settings={"reply_operation": "shouting"})
    with pytest.raises(StartError) as raised:
        opened(control, tmp_path, settings)
    assert str(raised.value).startswith(
        "the reference endpoint ended with exit code 2 before it said where it listens; the end of its log:\n"
    )
    assert "REPLY_OPERATION is 'shouting'" in str(raised.value)


def test_a_target_is_started_with_its_variables_used_and_stopped(control: ControlClient, tmp_path: Path) -> None:
    port, stopped = free_port(), tmp_path / "stopped"
    target = vendor(tmp_path, port, stop=f"touch {shlex.quote(str(stopped))}", secret="a-secret-of-the-vendors")
    settings = Settings(seed=504, target=target, user_side=UserSide(url=f"http://127.0.0.1:{port}/side"))
    (slot,) = opened(control, tmp_path, settings)
    assert (slot.kind, slot.profile, slot.user_side) == ("real", "channel", True)
    assert (slot.side, slot.env["WEBHOOK_SECRET"]) == (f"http://127.0.0.1:{port}/side", "a-secret-of-the-vendors")
    log = (tmp_path / "logs" / "target.log").read_text("utf-8")
    assert f"{control.url} yes" in log
    assert stopped.exists()
    body = control.org(slot.org).get(f"entities/messaging.integrations.open/{slot.integration}")["entities"][0]["body"]
    assert body["outboundNotificationWebhookUrl"] == f"http://127.0.0.1:{port}/hook"


def test_a_target_writes_its_log_where_the_settings_say(control: ControlClient, tmp_path: Path) -> None:
    target = vendor(tmp_path, free_port(), logs=str(tmp_path / "of" / "vendor.log"))
    opened(control, tmp_path, Settings(seed=505, target=target))
    assert "xxx" in (tmp_path / "of" / "vendor.log").read_text("utf-8")


def test_a_target_without_a_user_side_has_none(
    control: ControlClient, slots: Mapping[str, Slot], tmp_path: Path
) -> None:
    side = slots["channel"].side
    (slot,) = opened(control, tmp_path, Settings(seed=506, target=Target(url=side)))
    assert (slot.user_side, slot.side) == (False, "")
    (slot,) = opened(control, tmp_path, Settings(seed=507, target=Target(url=side), user_side=UserSide(command="cat")))
    assert (slot.user_side, slot.side) == (True, "")


def test_a_target_that_is_not_there_is_told_with_what_to_do(
    control: ControlClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    with pytest.raises(StartError) as raised:
        opened(control, tmp_path, Settings(seed=508, target=Target(url="http://127.0.0.1:9/")))
    text = str(raised.value)
    assert text.startswith("the target does not answer at http://127.0.0.1:9/ (")
    assert text.endswith("refused): start it first, or set [target] start and ready")


def test_a_target_that_ends_at_once_is_told_with_its_log(control: ControlClient, tmp_path: Path) -> None:
    target = Target(url="http://127.0.0.1:9/", start=shlex.join([sys.executable, "-c", "print('no licence')"]))
    with pytest.raises(StartError) as raised:
        opened(control, tmp_path, Settings(seed=509, target=target))
    assert str(raised.value) == (
        "the target ended before it answered at http://127.0.0.1:9/; the end of its log:\nno licence"
    )


def test_a_target_that_comes_up_and_never_answers_is_told_with_its_log(
    control: ControlClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REACH_SECONDS", 0.3)
    code = "import signal; print('still warming up', flush=True); signal.pause()"
    target = Target(url="http://127.0.0.1:9/", start=shlex.join([sys.executable, "-c", code]))
    with pytest.raises(StartError, match=r"does not answer at .*; the end of its log:\nstill warming up$"):
        opened(control, tmp_path, Settings(seed=510, target=target))


def test_a_start_without_an_address_is_wrong_use(control: ControlClient, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        opened(control, tmp_path, Settings(seed=511, target=Target(start="node server.js")))
    assert str(raised.value) == (
        "target.url is '': give the webhook's URL: `start` alone does not say where it listens"
    )


def test_a_stop_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.05)
    with ExitStack() as stack:
        stack.callback(
            module._stop, shlex.join([sys.executable, "-c", "import signal; signal.pause()"]), {}, tmp_path / "l"
        )


def test_a_secret_that_genesys_would_not_take_is_named_with_its_place(
    control: ControlClient, slots: Mapping[str, Slot], tmp_path: Path
) -> None:
    settings = Settings(seed=512, target=Target(url=slots["channel"].side, secret="short"))
    with pytest.raises(
        UnderstudyError, match=r"400 org\.yaml:\d+: .*SecretToken is '5 characters long': give at least 16"
    ):
        opened(control, tmp_path, settings)


def test_the_seed_decides_the_org(control: ControlClient, slots: Mapping[str, Slot], tmp_path: Path) -> None:
    target = Target(url=slots["channel"].side)
    (first,) = opened(control, tmp_path, Settings(seed=513, target=target))
    with pytest.raises(UnderstudyError, match="has this id already"):
        opened(control, tmp_path, Settings(seed=513, target=target))
    (other,) = opened(control, tmp_path, replace(Settings(seed=514), target=target))
    assert first.org != other.org


def test_a_target_that_answers_is_left_alone(slots: Mapping[str, Slot], tmp_path: Path) -> None:
    assert revive(f"touch {tmp_path / 'restarted'}", slots["channel"].side, {}) is False
    assert not (tmp_path / "restarted").exists()


def test_a_target_that_is_gone_is_restarted_by_its_own_command(tmp_path: Path) -> None:
    port, pid = free_port(), tmp_path / "pid"
    (tmp_path / "vendor.py").write_text(VENDOR)
    code = (
        "import subprocess, sys, pathlib; p = subprocess.Popen([sys.executable, sys.argv[1]], start_new_session=True); "
    )
    command = [sys.executable, "-c", code + "pathlib.Path(sys.argv[2]).write_text(str(p.pid))"]
    restart = shlex.join([*command, str(tmp_path / "vendor.py"), str(pid)])
    env = {"PORT": str(port), "MINE": "yes", "GENESYS_BASE_URL": "http://g"}
    try:
        assert revive(restart, f"http://127.0.0.1:{port}/", env) is True
        assert revive(restart, f"http://127.0.0.1:{port}/", env) is False
    finally:
        os.kill(int(pid.read_text()), signal.SIGKILL)


def test_a_target_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REACH_SECONDS", 0.05)
    with pytest.raises(StartError, match=r"^the target does not answer at http://127\.0\.0\.1:9/ "):
        revive(shlex.join([sys.executable, "-c", ""]), "http://127.0.0.1:9/", {})
