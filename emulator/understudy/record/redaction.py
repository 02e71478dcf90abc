"""Secrets are replaced at capture by stable stand-ins, a keyed hash per run: one secret reads the same everywhere.

What is a secret says ``contracts/redaction.toml``, by flagged operation or interface and field, never by pattern over
bodies. A message that is not flagged costs a look at its header names and nothing else. The raw bytes around a secret
stay as they were, because the wire is evidence; only where a secret can't be cut out of them is the JSON built anew.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

import orjson

from understudy.record.escapes import spellings, unescaped
from understudy.record.flags import Flag, Flags

Headers = tuple[tuple[str, str], ...]

MARK = "«secret:"
DIGITS = 10  # 40 bits: two of a run's 10,000 tokens share a stand-in once in 20,000 runs
KNOWN_KEPT = 65_536  # stand-ins are computed anew when one is forgotten, so the bound loses nothing but time
PLAIN_KEPT = 4_096  # secrets looked for as text in bodies that can't be parsed
ATTRIBUTES = frozenset({"path", "domain", "max-age", "expires", "samesite", "priority"})  # RFC 6265 §4.1.2
SHORT = 8  # a shorter secret is not cut out of raw text: it would hit what is no secret
_WORD = re.compile(rb"[A-Za-z0-9_\-.~+/=]{8,}")


class Redactor:
    """Replaces secrets of one run. ``key`` is the run's own and secret; every process of a run is given the same."""

    def __init__(self, flags: Flags, key: str) -> None:
        self._flags = flags
        self._key = key.encode("utf-8", "surrogateescape")[:64]
        self._known: dict[str, str] = {}
        self._plain: dict[str, bytes] = {}  # as they stand in a body
        self._names: dict[str, str] = {}  # header name → kind, "" for one that holds no secret

    def flag_of(self, operation: str, interface: str) -> Flag | None:
        """Which fields of a message hold secrets, if any do."""
        return self._flags.of(operation, interface)

    @property
    def fingerprint(self) -> str:
        """What the record says of the key: enough to see that two segments share it, no help in guessing secrets."""
        return hashlib.sha256(b"understudy redaction key" + self._key).hexdigest()[:16]

    def stand_in(self, secret: str) -> str:
        """The stand-in of a secret; a stand-in stands for itself."""
        known = self._known.get(secret)
        if known is None:
            if secret.startswith(MARK):
                return secret
            digest = hashlib.blake2b(secret.encode("utf-8", "surrogateescape"), key=self._key, digest_size=DIGITS // 2)
            known = self._known[secret] = f"{MARK}{digest.hexdigest()}»"
            if len(self._known) > KNOWN_KEPT:
                del self._known[next(iter(self._known))]
        return known

    def register_secret(self, secret: str) -> str:
        """Make a secret known before it is seen (settings, org.yaml), so that it is found as plain text too."""
        if len(secret) >= SHORT:
            self._plain[secret] = secret.encode("utf-8", "surrogateescape")
            if len(self._plain) > PLAIN_KEPT:
                del self._plain[next(iter(self._plain))]
        return self.stand_in(secret)

    def headers(self, headers: Iterable[tuple[str, str]], flag: Flag | None = None) -> Headers:
        """The headers with secret values replaced; order, case and repeats stay."""
        kept = headers if isinstance(headers, tuple) else tuple(headers)
        if flag is None or not (flag.known or flag.headers):
            known, places = self._names.get, []
            for place, (name, _) in enumerate(kept):
                kind = known(name)
                if kind or (kind is None and self._kind(name)):
                    places.append(place)
            if not places:
                return kept
            changed = list(kept)  # most headers hold no secret: they stay the very same pairs
            for place in places:
                changed[place] = (kept[place][0], self._shown(*kept[place]))
            return tuple(changed)
        return tuple([(name, self._header(name, value, flag)) for name, value in kept])

    def _kind(self, name: str) -> str:
        kind = self._names.get(name)
        if kind is None:
            if len(self._names) > 1024:  # a peer that invents header names must not fill the memory
                self._names.clear()
            kind = self._names[name] = self._flags.headers.get(name.lower(), "")
        return kind

    def _shown(self, name: str, value: str) -> str:
        kind = self._kind(name)
        if kind == "cookies":
            return self._cookies(value, ATTRIBUTES if name.lower() == "set-cookie" else frozenset())
        return self.url(value) if kind == "urls" else self._credentials(value)

    def _header(self, name: str, value: str, flag: Flag | None) -> str:
        if self._kind(name):
            return self._shown(name, value)
        if flag is not None and flag.known and value in self._known:
            return self._known[value]
        return self.stand_in(value) if flag is not None and name.lower() in flag.headers else value

    def _credentials(self, value: str) -> str:
        # RFC 7617 §2: Basic is base64 of id:secret; the id stays, it tells the reader who called
        scheme, _, rest = value.partition(" ")
        if not rest:
            return self.stand_in(value) if value else value
        if scheme.lower() == "basic":
            try:
                user, colon, secret = b64decode(rest, validate=True).decode("utf-8").partition(":")
            except (Base64Error, ValueError):
                colon = ""
            if colon:
                return f"{scheme} {user}:{self.stand_in(secret)}"
        return f"{scheme} {self.stand_in(rest)}"

    def _cookies(self, value: str, attributes: frozenset[str]) -> str:
        if "=" not in value:
            return self._credentials(value)
        pairs = value.split(";")
        for place, pair in enumerate(pairs):
            name, equals, secret = pair.partition("=")
            if secret.strip() and not (place and name.strip().lower() in attributes):
                pairs[place] = f"{name}{equals}{self.stand_in(secret.strip())}"
            elif not equals and place == 0:
                pairs[place] = self.stand_in(pair)
        return ";".join(pairs)

    def url(self, text: str) -> str:
        """A URL with the secret parameters of its query and of its fragment replaced."""
        rest, mark, fragment = text.partition("#")
        return f"{self.target(rest)}{mark}{self._pairs(fragment, self._flags.query)}"

    def target(self, text: str) -> str:
        """A request line or URL with the secret parameters of its query replaced."""
        path, mark, query = text.partition("?")
        if not mark:
            return text
        return f"{path}?{self._pairs(query, self._flags.query)}"

    def _pairs(self, text: str, names: frozenset[str]) -> str:
        pairs = text.split("&")
        for index, pair in enumerate(pairs):
            name, equals, value = pair.partition("=")
            if value and unquote_plus(name) in names:
                pairs[index] = f"{name}{equals}{self.stand_in(unquote_plus(value))}"
        return "&".join(pairs)

    def body(self, body: bytes, flag: Flag) -> bytes:
        """The body with the flagged fields replaced; returned as it is where the flag has none."""
        if flag.text:
            body = self._without_known(body)
        if not body or not (flag.body or flag.form):
            return body
        if flag.body and body.lstrip()[:1] in (b"{", b"["):
            return self._json(body, flag)
        try:
            shown = self._pairs(body.decode("ascii"), flag.form).encode() if flag.form else body
            return self._text(shown, flag) if b"<" in shown or not flag.form else shown  # a page is no form
        except UnicodeDecodeError:
            return self._text(body, flag)

    def _without_known(self, body: bytes) -> bytes:
        """As they are or as JSON escapes them, the longest first: one secret may be the beginning of another."""
        plain = unescaped(body)
        there = [secret for secret, raw in self._plain.items() if raw in plain or (plain is not body and raw in body)]
        for secret in sorted(there, key=len, reverse=True):
            body = spellings(secret).sub(self._known_or_new(secret), body)
        return body

    def _json(self, body: bytes, flag: Flag) -> bytes:
        if not any(name in body for name in flag.names) and b"\\u" not in body:
            return body
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            return self._text(body, flag)
        cut: dict[bytes, str] = {}
        rebuilt = False
        try:
            for path in flag.body:
                for holder, key in _places(document, path):
                    value, raw = holder[key], orjson.dumps(holder[key])
                    is_text = isinstance(value, str)
                    holder[key] = stand_in = self.stand_in(value if is_text else raw.decode())
                    if is_text and len(value) >= SHORT and raw in body:
                        cut[raw] = f'"{stand_in}"'
                    else:
                        rebuilt = True
            if rebuilt:
                return orjson.dumps(document)
        except orjson.JSONEncodeError:  # read, but nested deeper than the 254 levels that orjson writes: all of it goes
            return orjson.dumps(self.stand_in(body.decode("utf-8", "replace")))
        for raw, stand_in in cut.items():
            body = body.replace(raw, stand_in.encode())
        return self._leaves(body, flag)

    def _text(self, body: bytes, flag: Flag) -> bytes:
        for secret, raw in self._plain.items():
            body = body.replace(raw, self._known_or_new(secret))
        body = _WORD.sub(lambda word: self._word(word[0]), body)
        return self._leaves(body, flag)

    def _leaves(self, body: bytes, flag: Flag) -> bytes:
        """Values that stand behind a flagged name: the first of a repeated key, or what a broken body holds of one."""
        return body if flag.leaves is None else flag.leaves.sub(self._leaf, body)

    def _leaf(self, found: re.Match[bytes]) -> bytes:
        raw = found[2] or found[3] or found[4]
        if raw == b"null" or raw.startswith(MARK.encode()):
            return found[0]
        quote = b'"' if found[2] else b"'" if found[3] else b""
        return found[1] + quote + self.stand_in(raw.decode("utf-8", "surrogateescape")).encode()

    def _word(self, raw: bytes) -> bytes:
        known = self._known.get(raw.decode("ascii"))
        return raw if known is None else known.encode()

    def _known_or_new(self, secret: str) -> bytes:
        return self.stand_in(secret).encode()


def _places(document: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Every (holder, key) that a dotted path leads to; ``null`` and empty values hold no secret."""
    holders = [document]
    for depth, step in enumerate(path):
        last = depth == len(path) - 1
        found: list[Any] = []
        for holder in holders:
            for key in _keys(holder, step):
                if not last:
                    found.append(holder[key])
                elif holder[key] not in (None, "", [], {}):
                    yield holder, key
        holders = found


def _keys(holder: Any, step: str) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder) if step == "*" else [step] if step in holder else []
    if isinstance(holder, list) and step == "*":
        return list(range(len(holder)))
    return []
