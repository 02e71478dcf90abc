"""Hand-made turns, and a v2 provider's list of bots: one request each, past flows.

An answer to a turn of which nothing was made is judged as a flow's is: its faults stand in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from understudy.bot_connector.behaviour import INTERFACE, Note, Talk, notes_of_faults, outcomes
from understudy.bot_connector.faults import Fault
from understudy.bot_connector.messages import InputMessage, Variant
from understudy.bot_connector.outcome import Unaskable
from understudy.bot_connector.probe import Probe
from understudy.bot_connector.provider import Provider, declared_of, provider_of, terms_of
from understudy.bot_connector.pulls import pulled, shown
from understudy.bot_connector.response import Response
from understudy.bot_connector.session import BotSession
from understudy.bot_connector.steps import Callback, Lost, Opening, Say, State
from understudy.errors import SettingsError
from understudy.integrations import bot_sessions
from understudy.integrations.bot_sessions import sessions_of
from understudy.record.redaction import SHORT
from understudy.webhooks.driver import Outcome, Reply, Seam, Webhooks
from understudy.world.org import Org

if TYPE_CHECKING:
    from understudy.host import Host

PROBED_MAX: Final = 200  # sessions of hand-made turns that a late reply still finds, over all orgs
Key = tuple[str, str]  # org, session


class Prober:
    """Sends hand-made turns; remembers their sessions, the newest ones."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._talks: dict[Key, Talk] = {}
        self._turns: dict[Key, int] = {}
        self._pulls: dict[Key, object] = {}  # org, integration: the newest request for its bots that is under way

    async def pull(self, org: Org, integration: str) -> None:
        """Ask a v2 provider for its bots; what fails is told and changes nothing."""
        try:
            provider = provider_of(org, integration, Variant.V2)
        except Unaskable as error:
            told = {"integration": integration, "text": error.text}
            self._notes(Seam(org, None, None, {}), (Note(error.name, told),))
            return
        probe = Probe(integration=integration, kind="bots").completed(org, Variant.V2)
        await self._exchange(org, provider, probe)

    async def probe(self, org: Org, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Send one hand-made turn, or ask a v2 provider for its bots. Returns {status (None without an answer),
        seconds, body (text), outcome, detail, session, entries}. Raises ``SettingsError`` for a spec that is none."""
        asked = Probe.parse(spec)
        try:
            provider = provider_of(org, asked.integration)
        except Unaskable as error:
            raise SettingsError("bot_turn.integration", asked.integration, error.text) from error
        asked = asked.completed(org, provider.address.variant)
        org.open_exchanges += 1
        try:
            reply = await self._exchange(org, provider, asked)
        finally:
            org.open_exchanges -= 1
        return reply.to_json() | {"session": asked.session}

    def replied(self, org: Org, session: str, body: Mapping[str, Any]) -> bool:
        """A reply of v2 that came later; whether it was to a hand-made turn."""
        talk = self._talks.get((org.id, session))
        if talk is not None:
            talk.session.receive(Callback(body))
            self._tell(talk)
        return talk is not None

    def forget(self, org: Org) -> None:
        """The org is another one than it was: it has none of these sessions, and wants no list that is on its way."""
        for key in [key for key, talk in self._talks.items() if talk.org is org]:
            del self._talks[key], self._turns[key]
        for key in [key for key in self._pulls if key[0] == org.id]:
            del self._pulls[key]

    async def _exchange(self, org: Org, provider: Provider, asked: Probe) -> Reply:
        variant = provider.address.variant
        terms, mono = terms_of(org, variant), self.host.clock.mono()
        request = asked.request(provider)
        names = {name.lower() for name, _ in provider.address.credentials}
        varied = (value for name, value in request.headers if name.lower() in names)
        for value in (*provider.secrets, *varied):  # a wrong secret is made of the right one
            self.host.recorder.register_secret(value)
        wait = asked.close_after or asked.wait or terms.answer
        is_findable = bool(provider.secrets) and all(len(value) >= SHORT for value in provider.secrets)
        data = asked.data(org, variant) | {"timeout": wait, "secret_is_findable": is_findable}
        talk = self._talk(org, asked, variant) if asked.kind == "turn" else None
        if talk is not None:
            data["turn"] = self._turns[org.id, asked.session]
        pull = self._began(org, asked) if talk is None else None
        seam = Seam(org, None, asked.customer or None, data)
        reply = await Webhooks(self.host, INTERFACE, terms.answer_bytes).exchange(seam, request, mono + wait)
        if asked.is_plain and talk is not None:
            self._judge(talk, reply)
        elif asked.is_plain and self._is_newest(org, asked, pull):
            self._list(seam, asked, reply, terms.answer_bytes)
        return reply

    def _began(self, org: Org, asked: Probe) -> object:
        pull = object()
        if asked.kind == "bots" and asked.is_plain:
            self._pulls[org.id, asked.integration] = pull
        return pull

    def _is_newest(self, org: Org, asked: Probe, pull: object) -> bool:
        """A list that comes after a newer one was asked for is of an address that the integration may have no more."""
        if asked.kind != "bots":
            return True
        is_newest = self._pulls.get((org.id, asked.integration)) is pull
        if is_newest:
            del self._pulls[org.id, asked.integration]
        return is_newest

    def _judge(self, talk: Talk, reply: Reply) -> None:
        """What a flow would have made of the answer to a turn."""
        session = talk.session
        if session.state is State.ASKING:
            if reply.outcome is Outcome.TIMED_OUT:
                session.tick(float("inf"))
            else:
                session.receive(heard(session.turns, reply))
        self._tell(talk)

    def _list(self, seam: Seam, asked: Probe, reply: Reply, most: int) -> None:
        """What becomes of a list of bots, or of one bot that is shown."""
        response = heard(0, reply)
        if isinstance(response, Lost):
            faults: tuple[Fault, ...] = (Fault(rule="BC-01.lost", path="", expected="there", observed=response.detail),)
        elif asked.kind == "bots":
            faults = pulled(seam.org, asked.integration, response, most)
        else:
            faults = () if response.status == 404 else shown(response, most)
        self._notes(seam, notes_of_faults(faults))
        if asked.kind == "bots" and (fatal := next((fault for fault in faults if fault.is_fatal), None)):
            text = f"the bots of integration {asked.integration} could not all be read: {fatal}"
            self._notes(seam, (Note("pull_failed", {"text": text}),))

    def _talk(self, org: Org, asked: Probe, variant: Variant) -> Talk:
        """A session of one turn, which a late reply of v2 finds; the oldest ones are let go."""
        opening = Opening(
            bot=asked.bot,
            version=asked.version,
            session=asked.session,
            conversation=asked.conversation,
            language=asked.language,
            timeout=asked.timeout,
        )
        session = BotSession(
            opening, declared_of(org, asked.integration, asked.bot, asked.version), terms_of(org, variant)
        )
        session.send(Say(InputMessage()), self.host.clock.mono())
        session.data_to_send()
        key = (org.id, asked.session)
        talk = Talk(
            org=org,
            session=session,
            integration=asked.integration,
            customer=asked.customer or None,
            is_probe=True,
            labels={key: value for key, value in (("test", asked.test), ("check", asked.check)) if value},
        )
        self._talks.pop(key, None)
        self._talks[key] = talk
        self._turns[key] = self._turns.get(key, 0) + 1
        known = bot_sessions.BotSession(asked.session, asked.integration, asked.bot, asked.version, "", "")
        sessions_of(org).setdefault(asked.session, known)
        if len(self._talks) > PROBED_MAX:
            self._forget(next(iter(self._talks)))
        return talk

    def _forget(self, key: Key) -> None:
        talk = self._talks.pop(key)
        del self._turns[key]
        known = sessions_of(talk.org).get(key[1])
        if known is not None and not known.conversation:
            bot_sessions.close(talk.org, key[1])

    def _tell(self, talk: Talk) -> None:
        told = [one for one in outcomes(talk, talk.session.events()) if isinstance(one, Note)]
        self._notes(Seam(talk.org, None, talk.customer, talk.data), told)

    def _notes(self, seam: Seam, notes: Iterable[Note]) -> None:
        webhooks = Webhooks(self.host, INTERFACE)
        for note in notes:
            told = Seam(seam.org, seam.conversation, seam.customer, {**seam.data, **note.data})
            webhooks.note(f"{INTERFACE}.{note.name}", told)


def heard(turn: int, reply: Reply) -> Response | Lost:
    """What a session is told of an exchange."""
    if reply.status is None:
        return Lost(turn, reply.detail)
    return Response(
        turn=turn,
        status=reply.status,
        headers=reply.headers,
        body=reply.body,
        is_cut=reply.truncated,
        seconds=reply.seconds,
    )
