"""Bot Connector on the wire: the turns that flows ask. Lists of bots and hand-made turns: ``probing.py``.

A turn counts as an open exchange of its org until the bot has answered it (v2: until its reply has come), so that
``advance`` never jumps over it. Whatever an endpoint does ends in what the session says of it: an answer, or the
failure path of the flow with a diagnosis (a note ``bot_connector.<name>``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.bot_connector.behaviour import (
    FINAL,
    INTERFACE,
    Note,
    Talk,
    notes_of_faults,
    opened,
    outcomes,
    said,
)
from understudy.bot_connector.outcome import ErrorType, Unaskable
from understudy.bot_connector.probing import Prober, heard
from understudy.bot_connector.provider import Provider, provider_of
from understudy.bot_connector.steps import Callback, Close, State, Turn
from understudy.bot_connector.variations import Credential
from understudy.errors import Refused
from understudy.webhooks.driver import Outcome, Seam, Webhooks
from understudy.world.changes import Effect
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

TALKS_MAX: Final = 10_000  # sessions of flows under way over all orgs; the emulator's own bound
Key = tuple[str, str]  # org, session


class BotConnectorDriver:
    """Pulls the effects of ``bot_connector``, posts turns, and reports what comes of them as commands."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._orgs: dict[str, Org] = {}  # that have had a session; one that is gone tells nobody
        self._talks: dict[Key, Talk] = {}
        self._prober = Prober(host)
        self._bells: dict[Key, asyncio.Event] = {}  # rung when a session is no longer as it was
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, waiting: Iterable[tuple[Org, Effect]] = ()) -> None:
        """Serve until cancelled; ``waiting`` are effects that were taken before."""
        try:
            while True:
                for org, effect in waiting:
                    self._take(org, effect)
                waiting = await self.host.effects(INTERFACE)
        finally:
            for task in self._tasks:
                task.cancel()

    def _take(self, org: Org, effect: Effect) -> None:
        match effect.kind:
            case "ask":
                self._ask(org, effect)
            case "reply":
                self._reply(org, effect)
            case "close":
                self._close((org.id, str(effect.data["session"])))
            case "pull":
                self._spawn(org, self._prober.pull(org, str(effect.data["integration"])))
            case "reset":
                self._forget(org)

    def _ask(self, org: Org, effect: Effect) -> None:
        for gone in [one for one in self._orgs.values() if self.host.world.orgs.get(one.id) is not one]:
            self._forget(gone)
        self._orgs[org.id] = org
        key = (org.id, str(effect.data["session"]))
        talk = self._talks.get(key) or self._begin(org, effect, key)
        if talk is None:
            return
        talk.pending = str(effect.data["turn"])
        talk.session.send(said(org, effect), self.host.clock.mono())
        try:
            provider = provider_of(org, talk.integration, talk.session.terms.variant)
        except Unaskable as error:
            self._close(key)
            self._give_up(org, effect, error.type, error.name, error.text)
            return
        for turn in talk.session.data_to_send():
            self._spawn(org, self._turn(talk, provider, turn))

    def _begin(self, org: Org, effect: Effect, key: Key) -> Talk | None:
        if effect.data["parameters"] is None:
            return None  # a later turn of a session that has just ended: the flow has been told
        if len(self._talks) >= TALKS_MAX:
            self._give_up(org, effect, ErrorType.UNREACHABLE, "busy", f"{TALKS_MAX} bot sessions are under way")
            return None
        talk = self._talks[key] = opened(org, effect)
        self._bells[key] = asyncio.Event()
        return talk

    def _give_up(self, org: Org, effect: Effect, type_: ErrorType, name: str, text: str) -> None:
        data = {"session": effect.data["session"], "integration": effect.data["integration"], "text": text}
        self._note(name, Seam(org, effect.conversation, effect.customer, data))
        self._report(org, BotFailed(str(effect.data["session"]), str(effect.data["turn"]), type_.value, text))

    async def _turn(self, talk: Talk, provider: Provider, turn: Turn) -> None:
        clock, session = self.host.clock, talk.session
        for value in provider.secrets:  # they have names of the customer's choice: the values are what is known
            self.host.recorder.register_secret(value)
        data = {**talk.data, "kind": "turn", "credential": Credential.GOOD.value, "turn": turn.number}
        seam = Seam(talk.org, talk.conversation, talk.customer, data | {"timeout": session.terms.answer})
        request = provider.address.turn(turn.body, session.opening.conversation)
        webhooks = Webhooks(self.host, INTERFACE, session.terms.answer_bytes)
        reply = await webhooks.exchange(seam, request, turn.deadline)
        is_awaited = session.state is State.ASKING and session.turns == turn.number
        if reply.outcome is Outcome.TIMED_OUT and is_awaited:
            session.tick(max(clock.mono(), turn.deadline))
        else:
            session.receive(heard(turn.number, reply))
        self._heard(talk)
        await self._later(talk, turn)

    async def _later(self, talk: Talk, turn: Turn) -> None:
        """v2 has acknowledged the turn: wait for the reply, or until it is too late."""
        session, bell = talk.session, self._bells.get((talk.org.id, talk.session.opening.session))
        while bell is not None and session.state is State.PENDING and session.turns == turn.number:
            bell.clear()
            try:
                async with asyncio.timeout(max(0.0, turn.deadline - self.host.clock.mono())):
                    await bell.wait()
            except TimeoutError:
                session.tick(max(self.host.clock.mono(), turn.deadline))
                self._heard(talk)

    def _reply(self, org: Org, effect: Effect) -> None:
        key = (org.id, str(effect.data["session"]))
        talk = self._talks.get(key)
        if talk is None and self._prober.replied(org, key[1], effect.data["body"]):
            return
        if talk is None:
            seam = Seam(org, effect.conversation, effect.customer, {"session": key[1]})
            self._notes(seam, notes_of_faults([FINAL]))
            return
        talk.session.receive(Callback(effect.data["body"]))
        self._heard(talk)
        if (bell := self._bells.get(key)) is not None:
            bell.set()

    def _heard(self, talk: Talk) -> None:
        """Tell the record and the flow what the session has come to."""
        seam = Seam(talk.org, talk.conversation, talk.customer, talk.data)
        for one in outcomes(talk, talk.session.events()):
            if isinstance(one, Note):
                self._notes(seam, (one,))
            else:
                self._report(talk.org, one)
        key = (talk.org.id, talk.session.opening.session)
        if talk.session.is_over and self._talks.get(key) is talk:
            self._close(key)

    def _report(self, org: Org, command: BotAnswered | BotFailed) -> None:
        try:
            org.perform(command)
        except Refused as refused:  # the flow has gone on without its bot, or the conversation is over
            data = {"session": command.session, "why": refused.message}
            self._note("outcome_lost", Seam(org, None, None, data))

    def _forget(self, org: Org) -> None:
        """The org is another one than it was, or gone: its sessions are with flows that there are no more."""
        self._orgs.pop(org.id, None)
        self._prober.forget(org)
        for key in [key for key, talk in self._talks.items() if talk.org is org]:
            self._close(key)

    def _close(self, key: Key) -> None:
        talk = self._talks.pop(key, None)
        if talk is not None and not talk.session.is_over:
            talk.session.send(Close("the flow is over or done with the bot"), self.host.clock.mono())
        if (bell := self._bells.pop(key, None)) is not None:
            bell.set()

    def _spawn(self, org: Org, work: Coroutine[Any, Any, None]) -> None:
        org.open_exchanges += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._done(org, done))

    def _done(self, org: Org, task: asyncio.Task[None]) -> None:
        org.open_exchanges -= 1
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()  # a fault of ours must be heard

    def _notes(self, seam: Seam, notes: Iterable[Note]) -> None:
        for note in notes:
            self._note(note.name, Seam(seam.org, seam.conversation, seam.customer, {**seam.data, **note.data}))

    def _note(self, name: str, seam: Seam) -> None:
        Webhooks(self.host, INTERFACE).note(f"{INTERFACE}.{name}", seam)

    async def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Send one hand-made turn (``probing.Prober.probe``)."""
        return await self._prober.probe(org, spec)
