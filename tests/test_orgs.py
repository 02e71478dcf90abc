"""The orgs of a running emulator: made, restored, forgotten, recorded, and what falls due in them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.composed import ORG, get, play, running, until

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator
from understudy.errors import Refused, SettingsError
from understudy.orgfile.default import default_org
from understudy.world.org import Org


def test_an_org_that_is_there_is_not_silently_replaced() -> None:
    async def scene(emulator: Emulator) -> None:
        with pytest.raises(SettingsError, match="org Understudy has this id already"):
            emulator.orgs.add(default_org("admin", "secret"))
        spec = {"text": ORG.replace("id: mine", "id: admin"), "path": "org.yaml"}
        before = list(emulator.world.orgs)
        with pytest.raises(SettingsError, match="org Understudy has this id; ids are unique on one port"):
            emulator.create_org(spec)
        assert list(emulator.world.orgs) == before, "no half of an org stays behind"
        assert emulator.world.clients["admin"].name == "Understudy"

    play(scene)


def test_an_org_that_is_made_anew_is_recorded_from_its_beginning() -> None:
    async def scene(emulator: Emulator) -> None:
        for _ in range(2):
            org = emulator.create_org({"text": ORG, "path": "org.yaml"})
            for n in range(3):
                org.perform(CustomerMessage(Leg("open_messaging", "i", f"c{n}"), text="hi"))
            emulator.remove_org(org)
            assert "mine" not in emulator.world.clients
        started = [e for e in emulator.recorder.ring.read(0) if e.name == "conversation.started"]
        assert len(started) == 6

    play(scene)


@dataclass(frozen=True)
class Bell:
    name: str


def bells(emulator: Emulator, ring: Callable[[Org, Bell], None]) -> Org:
    org = emulator.create_org({"text": ORG, "path": "org.yaml"})
    org._commands = {**org._commands, Bell: ring}
    return org


def test_what_falls_due_is_performed_on_the_orgs_own_clock() -> None:
    async def scene(emulator: Emulator) -> None:
        rung: list[str] = []
        org = bells(emulator, lambda _, bell: rung.append(bell.name))
        org.schedule.at(org.now() + 3600, "late", Bell("late"))
        org.schedule.at(org.now() + 0.02, "soon", Bell("soon"))
        org.perform(Bell("now"))
        await until(lambda: len(rung) == 2)
        assert rung == ["now", "soon"]
        assert (await emulator.advance(org, 3600, 5.0))["fired"] == 1
        assert rung[-1] == "late"

    play(scene)


def test_what_falls_due_and_is_refused_is_noted_and_the_next_is_performed() -> None:
    async def scene(emulator: Emulator) -> None:
        rung: list[str] = []

        def ring(org: Org, bell: Bell) -> None:
            if bell.name == "refused":
                raise Refused(409, "general.conflict", "not now")
            rung.append(bell.name)

        org = bells(emulator, ring)
        for at, name in ((0.0, "refused"), (0.001, "next")):
            org.schedule.at(org.now() + at, name, Bell(name))
        emulator.orgs.wake.ring()
        await until(lambda: rung)
        notes = [e for e in emulator.recorder.ring.read(0) if e.name == "warning.interval"]
        assert [note.data["text"] for note in notes] == ["what fell due was refused: 409 general.conflict: not now"]
        assert emulator.ready

    play(scene)


def test_a_driver_that_ends_by_a_bug_is_told_and_the_emulator_is_ready_no_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def scene(emulator: Emulator) -> None:
        def ring(org: Org, bell: Bell) -> None:
            raise ZeroDivisionError("a bug")

        org = bells(emulator, ring)
        org.schedule.at(org.now(), "bug", Bell("bug"))
        emulator.orgs.wake.ring()
        await until(lambda: not emulator.ready)
        (note,) = [e for e in emulator.recorder.ring.read(0) if e.name == "warning.ended"]
        assert note.data["text"] == "the scheduler ended: ZeroDivisionError: a bug"
        assert (await get(emulator, "/understudy/ready"))[0] == 503

    play(scene)
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


def test_changes_of_conversations_become_notes_and_wake_who_waits() -> None:
    async def scene(emulator: Emulator) -> None:
        org = emulator.create_org({"text": ORG, "path": "org.yaml"})
        waiting = asyncio.create_task(emulator.changed(org, 5.0))
        await asyncio.sleep(0)
        org.perform(CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
        await asyncio.wait_for(waiting, 1.0)
        notes = [e for e in emulator.recorder.ring.read(0) if e.name == "message.received"]
        assert [(note.org, note.customer, note.data["text"]) for note in notes] == [(org.id, "ann", "hi")]

    play(scene)


def test_changes_and_notes_stand_in_the_record_in_the_order_of_their_making() -> None:
    async def scene() -> list[str]:
        async with running() as emulator:
            org = next(iter(emulator.world.orgs.values()))
            after = emulator.recorder.ring.end
            org.changed("first.change", customer="u")
            org.note("first.note")
            org.changed("second.change", customer="u")
            org.changed("entity.created", type="users")  # configuration: its request stands in the record already
            org.note("second.note")
            for listener in org.listeners:
                listener(org)
            return [entry.name for entry in emulator.recorder.ring.read(after)]

    assert asyncio.run(scene()) == ["first.change", "first.note", "second.change", "second.note"]


def test_an_org_that_came_from_a_snapshot_has_no_file_to_be_reset_to() -> None:
    async def scene(emulator: Emulator) -> None:
        org = next(iter(emulator.world.orgs.values()))
        document = emulator.snapshot(org)
        emulator.remove_org(org)
        again = await emulator.restore_org(org.id, document)
        assert emulator.world.clients["admin"] is again
        with pytest.raises(SettingsError, match="it came from a snapshot and has no org file"):
            await emulator.reset_org(again, None)

    play(scene)


def test_what_still_ends_in_a_forgotten_org_is_not_recorded_again() -> None:
    async def scene(emulator: Emulator) -> None:
        org = emulator.create_org({"text": ORG, "path": "org.yaml"})
        org.perform(CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
        emulator.remove_org(org)
        end = emulator.recorder.ring.end
        org.perform(CustomerMessage(Leg("open_messaging", "i", "ann"), text="late"))
        assert emulator.recorder.ring.end == end

    play(scene)
