"""A hand-made turn for conformance tests: one request to a bot's endpoint, past flows and sessions.

``Probe.parse`` reads the specification that a test sends through the control API:

    integration, kind          whose endpoint; "turn", or of v2 "bots" or "bot"
    bot, version, language     the first of the integration's bots, its first version and language unless given
    session, conversation      new UUIDs unless given
    text, type, content        of ``inputMessage``; ``message`` replaces all of it
    timeout, parameters        ``botSessionTimeout`` in minutes; session variables, left out unless given
    message_id                 of v2 a new one unless given; of v1 none
    extra, drop, raw           merged into the body's top level; keys left out of it; a text in place of the body
    method, content_type       POST (GET for bots and bot), application/json; null sends no content type
    credential                 a ``variations.Credential``
    close_after, wait          seconds until we hang up; seconds for an answer
    probe, test, check         go into the record: what the test made of the turn, and who asked
    customer                   whose it is, for the record
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import orjson

from understudy.bot_connector.messages import InputMessage, Utterance, Variant
from understudy.bot_connector.provider import Provider
from understudy.bot_connector.variations import Credential, varied
from understudy.errors import SettingsError, nearest
from understudy.integrations.bots import bots_of
from understudy.webhooks.messages import WebhookRequest, framing, merged
from understudy.world.org import Org

KINDS: Final = ("turn", "bots", "bot")
METHODS: Final = ("POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
TIMEOUT: Final = 720  # minutes: 12 h, the default follow-up timeout (facts: messaging §4.1)
WAIT_MAX: Final = 120.0  # seconds; the emulator's own bound
UNKNOWN: Final = "unknown"  # bot and version where an integration has none


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= WAIT_MAX


TEXTS: Final = (
    *("integration", "bot", "version", "session", "conversation", "text", "type", "language", "message_id"),
    *("raw", "probe", "test", "check", "customer"),
)
SHAPES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    **dict.fromkeys(TEXTS, (_is_text, "give a text")),
    "kind": (lambda value: value in KINDS, "give one of " + ", ".join(KINDS)),
    "method": (lambda value: value in METHODS, "give one of " + ", ".join(METHODS)),
    "credential": (lambda value: value in list(Credential), "give one of " + ", ".join(Credential)),
    "content_type": (lambda value: value is None or _is_text(value), "give a text or null"),
    "content": (lambda value: isinstance(value, list), "give a list"),
    "drop": (lambda value: isinstance(value, list) and all(map(_is_text, value)), "give a list of keys"),
    "parameters": (lambda value: value is None or isinstance(value, dict), "give an object"),
    "extra": (lambda value: isinstance(value, dict), "give an object"),
    "timeout": (lambda value: isinstance(value, int) and not isinstance(value, bool), "give whole minutes"),
    "wait": (_is_seconds, f"give seconds up to {WAIT_MAX:g}"),
    "close_after": (_is_seconds, f"give seconds up to {WAIT_MAX:g}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a test asks for; empty texts are filled in by ``completed``."""

    integration: str
    kind: str = "turn"
    bot: str = ""
    version: str = ""
    session: str = ""
    conversation: str = ""
    text: str = "hi"
    type: str = ""
    content: list[Any] = field(default_factory=list)
    message: Any = None
    language: str = ""
    timeout: int = TIMEOUT
    parameters: Mapping[str, Any] | None = None
    message_id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    raw: str | None = None
    method: str = ""
    content_type: str | None = "application/json"
    credential: str = Credential.GOOD.value
    close_after: float | None = None
    wait: float | None = None
    probe: str = ""
    test: str = ""
    check: str = ""
    customer: str = ""

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Probe:
        """From the control API; raises ``SettingsError`` that names the wrong field."""
        known = [f.name for f in fields(cls)]
        for name, value in spec.items():
            if name not in known:
                raise SettingsError("bot_turn", name, nearest(name, known))
            is_right, remedy = SHAPES.get(name, (lambda _: True, ""))
            if not is_right(value):
                raise SettingsError(f"bot_turn.{name}", value, remedy)
        if "integration" not in spec:
            raise SettingsError("bot_turn.integration", None, "give the id of a bot connector")
        return cls(**spec)

    def completed(self, org: Org, variant: Variant) -> Probe:
        """With what the integration's bots and the org's ids give where the test said nothing. Raises
        ``SettingsError`` where v1 is asked for its bots: they are pushed."""
        if self.kind != "turn" and variant is Variant.V1:
            raise SettingsError("bot_turn.kind", self.kind, "a Genesys Bot Connector (v1) is not asked for its bots")
        bots = bots_of(org, self.integration)
        first = next(iter(bots.values()), None)
        bot = bots.get(self.bot, first) if self.bot else first
        versions: list[dict[str, Any]] = list(bot.body.get("versions") or ()) if bot is not None else []
        version = versions[0] if versions else {}
        languages = version.get("supportedLanguages") or ["en-us"]
        new_id = org.ids.uuid("message") if variant is Variant.V2 else ""
        return replace(
            self,
            bot=self.bot or (bot.id if bot is not None else UNKNOWN),
            version=self.version or str(version.get("version") or UNKNOWN),
            language=self.language or str(languages[0]),
            session=self.session or org.ids.uuid("bot.session"),
            conversation=self.conversation or org.ids.uuid("conversation"),
            message_id=self.message_id or new_id,
            method=self.method or ("POST" if self.kind == "turn" else "GET"),
        )

    @property
    def is_plain(self) -> bool:
        """Nothing was made of it: it is what a flow would send, and its answer is judged as a flow's is."""
        return not (self.probe or self.raw is not None or self.drop or self.close_after) and (
            self.credential == Credential.GOOD and self.method == ("POST" if self.kind == "turn" else "GET")
        )

    def body(self) -> bytes:
        """The body as it is sent."""
        if self.raw is not None:
            return self.raw.encode("utf-8", "surrogatepass")
        if self.kind != "turn":
            return b""
        return orjson.dumps({key: value for key, value in self._utterance().items() if key not in self.drop})

    def _utterance(self) -> dict[str, Any]:
        message = InputMessage(type=self.type or ("Structured" if self.content else "Text"), text=self.text)
        said = message.to_json() | ({"content": self.content} if self.content else {})
        turn = Utterance(
            bot=self.bot,
            version=self.version,
            session=self.session,
            conversation=self.conversation,
            message=message,
            language=self.language,
            timeout=self.timeout,
            message_id=self.message_id,
        ).to_json()
        given = {"parameters": self.parameters} if self.parameters is not None else {}
        return turn | {"inputMessage": said if self.message is None else self.message} | given | dict(self.extra)

    def request(self, provider: Provider) -> WebhookRequest:
        """The request as it goes over the wire. Raises ``SettingsError`` where there is no credential to vary."""
        address, credential = provider.address, Credential(self.credential)
        if not address.credentials and credential not in (Credential.GOOD, Credential.NONE):
            remedy = "the integration has no credentials: there is nothing to vary"
            raise SettingsError("bot_turn.credential", self.credential, remedy)
        address = replace(address, credentials=varied(address.credentials, credential))
        body = self.body()
        made = {
            "turn": lambda: address.turn(body, self.conversation),
            "bots": lambda: address.bots(self.conversation),
            "bot": lambda: address.bot(self.bot, self.conversation),
        }[self.kind]()
        headers = made.headers
        if body or self.method not in ("GET", "HEAD"):
            own = {name: value for name, value in framing(made.url, body).items() if name == "Content-Length"}
            headers = merged(dict(headers), own, {"Content-Type": self.content_type})
        return WebhookRequest(method=self.method, url=made.url, headers=headers, body=body)

    def data(self, org: Org, variant: Variant) -> dict[str, Any]:
        """What entries of the record say of it."""
        told: dict[str, Any] = {"variant": variant.value, "kind": self.kind, "credential": self.credential}
        told |= {"session": self.session, "integration": self.integration, "bot": self.bot, "version": self.version}
        told |= {"known": self.bot in bots_of(org, self.integration)} if self.kind == "bot" else {}
        told |= {"close_after": self.close_after} if self.close_after is not None else {}
        named = {"probe": self.probe, "test": self.test, "check": self.check}
        return told | {key: value for key, value in named.items() if value}
