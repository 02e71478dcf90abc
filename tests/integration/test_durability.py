"""``kill -9`` in the middle of conversations: the record opens, and nothing that the mode promises is missing."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import urllib3

from understudy.checker.judge import judge_record
from understudy.children import python
from understudy.record.entry import Entry
from understudy.record.reader import read_record

if TYPE_CHECKING:
    from tests.integration.conftest import Serve, Serving

THREADS = 4
ENOUGH = 600  # conversations before the kill
LONG = 0.6  # seconds of talking before the kill, so that there is something that must be there
CHECK = "OM-01"
PROMISED = 0.3  # seconds: a group commit within 0.2, and what a busy machine needs to notice


@dataclass
class Talk:
    """What several threads were acknowledged: correlation id and moment of each new conversation."""

    serving: Serving
    integration: str
    acknowledged: list[tuple[str, float]] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> float:
        """Talk until the emulator is killed; returns the moment of that."""
        began = time.monotonic()
        threads = [threading.Thread(target=self._talk, args=(number,)) for number in range(THREADS)]
        for one in threads:
            one.start()
        assert self.enough.wait(30.0), f"{len(self.acknowledged)} conversations, {self.refused[:3]}"
        time.sleep(max(0.0, began + LONG - time.monotonic()))
        killed = time.monotonic()
        self.serving.kill()
        for one in threads:
            one.join()
        assert self.refused == []
        return killed

    def _talk(self, thread: int) -> None:
        number = 0
        while True:
            number += 1
            try:
                answer = self.serving.says(self.integration, f"customer {thread}-{number}", f"hello {number}")
            except urllib3.exceptions.HTTPError:  # killed
                return
            if answer.status != 200:
                self.refused.append(answer.body)
            self.acknowledged.append((answer.headers["ININ-Correlation-Id"], time.monotonic()))
            if len(self.acknowledged) >= ENOUGH:
                self.enough.set()


@pytest.fixture
def killed(serve: Serve) -> Callable[[str], tuple[Talk, float, Path]]:
    """``killed(durability)``: an emulator that was killed while it talked; what was acknowledged, when, and its run."""

    def run(durability: str) -> tuple[Talk, float, Path]:
        with serve(durability=durability) as serving:
            talk = Talk(serving, serving.integration("http://127.0.0.1:9/"))
            for name in ("check.began", "check.ended"):
                serving.org.note(name, check=CHECK, test="talk", expect={})
            return talk, talk.run(), serving.folder

    return run


def exchanges(folder: Path) -> dict[str, list[Entry]]:
    """The entries of a record by correlation id; no number is missing between the first and the last."""
    entries = list(read_record(folder))
    assert [entry.number for entry in entries] == list(range(len(entries)))
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.correlation:
            found[entry.correlation].append(entry)
    return found


def is_whole(entries: list[Entry]) -> bool:
    """Request and response are there, and say which conversation began."""
    return [(one.direction, one.status) for one in entries] == [("in", None), ("out", 200)] and all(
        one.conversation for one in entries
    )


def test_group_commit_loses_nothing_that_is_older_than_it_promises(
    killed: Callable[[str], tuple[Talk, float, Path]],
) -> None:
    talk, moment, folder = killed("group")
    due = [correlation for correlation, at in talk.acknowledged if at < moment - PROMISED]
    assert len(due) > 100
    found = exchanges(folder)
    assert [correlation for correlation in due if not is_whole(found[correlation])] == []


def test_strict_loses_nothing_that_was_acknowledged(killed: Callable[[str], tuple[Talk, float, Path]]) -> None:
    talk, _, folder = killed("strict")
    assert len(talk.acknowledged) >= ENOUGH
    found = exchanges(folder)
    assert [correlation for correlation, _ in talk.acknowledged if not is_whole(found[correlation])] == []


def test_the_record_of_the_killed_can_be_judged(
    killed: Callable[[str], tuple[Talk, float, Path]], tmp_path: Path
) -> None:
    _, _, folder = killed("group")
    before = [verdict.to_json() for verdict in judge_record(folder)]
    assert {verdict["check"] for verdict in before} == {CHECK}
    segment = folder / "record" / "0.jsonl"
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-20])  # as if the kill had torn the last line
    last = list(read_record(folder))[-1]
    assert (last.name, last.data["reason"]) == ("gap", "torn line")
    command = python("-m", "understudy", "check", str(folder), "--json")
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path, check=False)
    assert (told.returncode, told.stderr) == (0, ""), told
    assert [(one["check"], one["rule"]) for one in json.loads(told.stdout)] == [
        (verdict["check"], verdict["rule"]) for verdict in before
    ]
