"""Eight test workers on one emulator, eight slots: no message crosses.

Each worker is a thread with a client of its own; each slot has a reference endpoint (a process of its own). All of them
talk at once, and every text names its slot and customer, so that the record says where each one turned up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from understudy.actors import Rehearsal, Slot
from understudy.control.client import ControlClient
from understudy.record.entry import Entry
from understudy.record.reader import read_record
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.run import emulator
from understudy.verify.slots import open_slots

WORKERS = 8
ROUNDS = 6  # conversations of a worker, one after the other
BESIDE = 3  # customers of a worker who only talk to the bot, meanwhile
TEXTS = 4  # texts of the agent in each conversation
MARK = re.compile(rb"slot-(\d+)-")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ControlClient, list[Slot], Path]]:
    """One emulator and eight slots."""
    folder = tmp_path_factory.mktemp("workers")
    suite, settings = load_suite("polyai"), Settings(workers=WORKERS, seed=8)
    with (
        emulator(settings, folder, "salt") as control,
        open_slots(suite, settings, control, folder, fault="", profiles=("channel",)) as slots,
    ):
        yield control, slots, folder


def work(control: ControlClient, slot: Slot, number: int) -> dict[str, list[str]]:
    """One worker's share; returns what each of its customers saw: first those of the agent, then those of the bot."""
    rehearsal = Rehearsal(ControlClient(control.url).org(slot.org), slot, f"worker-{number}")
    seen: dict[str, list[str]] = defaultdict(list)
    beside = [rehearsal.customer() for _ in range(BESIDE)]
    for turn in range(ROUNDS):
        ann, agent = rehearsal.handed_over()
        texts = [f"slot-{number}-{ann.id}-{turn}-{n}" for n in range(TEXTS)]
        for n, text in enumerate(texts):
            agent.says(text)
            ann.says(f"slot-{number}-{ann.id}-reply-{turn}-{n}")
            beside[n % BESIDE].says(f"slot-{number}-{beside[n % BESIDE].id}-aside-{turn}-{n}")
        while len(seen[ann.id]) < TEXTS:
            shown = ann.sees(1)
            assert shown, f"worker {number}: {ann.id} saw {seen[ann.id]} of {texts}"
            seen[ann.id] += [str(message["text"]) for message in shown]
        agent.leaves()
    for one in beside:
        seen[one.id] = [str(message["text"]) for message in one.sees(1)]
    return seen


@pytest.fixture(scope="module")
def told(run: tuple[ControlClient, list[Slot], Path]) -> list[dict[str, list[str]]]:
    """What the customers of each worker saw, when all have worked side by side."""
    control, slots, _ = run
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(work, control, slot, number) for number, slot in enumerate(slots)]
        return [job.result(45) for job in jobs]


@pytest.fixture(scope="module")
def entries(run: tuple[ControlClient, list[Slot], Path], told: list[dict[str, list[str]]]) -> dict[str, list[Entry]]:
    """The record by org, from disk, once the emulator has written what it holds."""
    control, slots, folder = run
    last = control.org(slots[0].org).note("workers.done")
    found: dict[str, list[Entry]] = defaultdict(list)
    while True:
        read = list(read_record(folder))
        if any(entry.id == last for entry in read):
            break
    for entry in read:
        found[entry.org].append(entry)
    return found


def marks(entry: Entry) -> set[int]:
    """The slots whose texts an entry holds."""
    held = entry.body + entry.name.encode() + repr(sorted(entry.data.items(), key=str)).encode()
    return {int(number) for number in MARK.findall(held)}


def test_every_customer_saw_what_was_meant_for_it_in_order_and_nothing_else(told: list[dict[str, list[str]]]) -> None:
    for number, seen in enumerate(told):
        customers = list(seen)
        assert len(customers) == ROUNDS + BESIDE
        for turn, customer in enumerate(customers[:ROUNDS]):
            assert seen[customer] == [f"slot-{number}-{customer}-{turn}-{n}" for n in range(TEXTS)]
        for customer in customers[ROUNDS:]:
            assert seen[customer], "its bot has answered"
            for text in seen[customer]:
                assert text.startswith(f"You said: slot-{number}-{customer}-aside-"), text


def test_no_text_of_one_slot_stands_in_anothers_part_of_the_record(
    run: tuple[ControlClient, list[Slot], Path], entries: dict[str, list[Entry]]
) -> None:
    for number, slot in enumerate(run[1]):
        held = [mark for entry in entries[slot.org] for mark in marks(entry)]
        assert set(held) == {number}
        assert len(held) >= ROUNDS * TEXTS * 3
    assert {mark for entry in entries[""] for mark in marks(entry)} == set()


def test_every_interface_of_a_slot_spoke_with_its_own_endpoint_only(
    run: tuple[ControlClient, list[Slot], Path], entries: dict[str, list[Entry]]
) -> None:
    everybody = {slot.integration: number for number, slot in enumerate(run[1])}
    for number, slot in enumerate(run[1]):
        spoken = [entry for entry in entries[slot.org] if entry.kind == "message"]
        assert {entry.interface for entry in spoken} >= {"open_messaging", "user_side", "platform", "oauth"}
        webhook = {entry.peer for entry in spoken if entry.interface == "open_messaging"}
        sides = {entry.peer for entry in spoken if entry.interface == "user_side"}
        own = slot.side.removeprefix("http://")
        assert {peer.removeprefix("http://").split("/")[0] for peer in webhook | sides} == {own}
        named = {other for other in everybody for entry in spoken if other.encode() in entry.body}
        assert named <= {slot.integration}, number


def test_no_customer_conversation_or_token_is_known_in_two_slots(
    run: tuple[ControlClient, list[Slot], Path], entries: dict[str, list[Entry]]
) -> None:
    fields: dict[str, dict[Any, set[str]]] = {"customer": defaultdict(set), "conversation": defaultdict(set)}
    tokens: dict[str, set[str]] = defaultdict(set)
    for slot in run[1]:
        for entry in entries[slot.org]:
            for field, owners in fields.items():
                if getattr(entry, field):
                    owners[getattr(entry, field)].add(slot.org)
            for name, value in entry.headers:
                if name.lower() == "authorization" and entry.interface == "platform":
                    tokens[value].add(slot.org)
    for owners in (*fields.values(), tokens):
        assert len(owners) >= WORKERS
        assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    assert len(fields["customer"]) >= WORKERS * (ROUNDS + BESIDE)
    assert len(fields["conversation"]) >= WORKERS * ROUNDS
