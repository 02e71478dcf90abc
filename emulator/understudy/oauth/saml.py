"""SAML 2.0 assertions of the bearer grant (RFC 7522): whom one names and when it holds.

The text comes from a peer, so its size and depth are bounded and a document type, with all entities it could define, is
refused. The signature is not verified: an emulated org has no identity provider whose certificate would do it.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from understudy.clock import parse_iso

BYTES_MAX: Final = 49_152  # decoded; not documented, the emulator's own bound
DEPTH_MAX: Final = 64  # the same
ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
ROOTS: Final = (f"{ASSERTION} Assertion", f"{PROTOCOL} Response")
NAME_ID: Final = [f"{ASSERTION} {name}" for name in ("Assertion", "Subject", "NameID")]
CONDITIONS: Final = [f"{ASSERTION} {name}" for name in ("Assertion", "Conditions")]
CONFIRMED: Final = [
    f"{ASSERTION} {name}" for name in ("Assertion", "Subject", "SubjectConfirmation", "SubjectConfirmationData")
]


@dataclass(slots=True)
class Assertion:
    """Who it is, and between which moments (POSIX seconds, the issuer's clock) it holds: None is no bound."""

    name_id: str = ""
    not_before: float | None = None
    not_on_or_after: float | None = None

    def holds(self, now: float, skew: float) -> bool:
        """Whether ``now`` lies within its bounds, ``skew`` seconds more or less."""
        early = self.not_before is not None and now < self.not_before - skew
        return not early and (self.not_on_or_after is None or now < self.not_on_or_after + skew)


def parse_assertion(text: str) -> Assertion:
    """Read an assertion, or a response that holds one, in Base64 of either alphabet; ``ValueError`` says what is
    wrong."""
    if len(text) > BYTES_MAX * 4 // 3 + 4:
        raise ValueError("the assertion is too large")
    folded = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        document = b64decode(folded + "=" * (-len(folded) % 4), validate=True)
    except (Base64Error, ValueError) as error:
        raise ValueError("the assertion is not Base64") from error
    return _Reader().read(document)


@dataclass(slots=True)
class _Reader:
    found: Assertion = field(default_factory=Assertion)
    path: list[str] = field(default_factory=list)
    count: int = 0
    names: int = 0

    def read(self, document: bytes) -> Assertion:
        # the encoding is given, so that no declaration in the text chooses a codec
        parser = ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _no_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(document, True)
        except ExpatError as error:
            raise ValueError("the assertion is not XML") from error
        self.found.name_id = self.found.name_id.strip()
        if self.count != 1 or self.names != 1 or not self.found.name_id:
            raise ValueError("the assertion does not name exactly one subject")
        return self.found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name not in ROOTS:
            raise ValueError("the assertion is not SAML 2.0")
        self.path.append(name)
        if len(self.path) > DEPTH_MAX:
            raise ValueError("the assertion is nested too deep")
        self.count += name == NAME_ID[0]
        self.names += self.path[-3:] == NAME_ID
        if self.path[-2:] == CONDITIONS or self.path[-4:] == CONFIRMED:
            self._bound(attributes)

    def _bound(self, attributes: dict[str, str]) -> None:
        """Conditions and confirmation may each bound it: the narrower holds."""
        starts = [self.found.not_before, _moment(attributes, "NotBefore")]
        ends = [self.found.not_on_or_after, _moment(attributes, "NotOnOrAfter")]
        self.found.not_before = max((one for one in starts if one is not None), default=None)
        self.found.not_on_or_after = min((one for one in ends if one is not None), default=None)

    def _end(self, name: str) -> None:
        self.path.pop()

    def _text(self, text: str) -> None:
        if self.path[-3:] == NAME_ID:  # in pieces, around comments too: together they are the whole name
            self.found.name_id += text


def _no_document_type(*declared: object) -> NoReturn:
    raise ValueError("the assertion has a document type, which is not allowed")


def _moment(attributes: dict[str, str], name: str) -> float | None:
    if name not in attributes:
        return None
    try:
        return parse_iso(attributes[name])
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is not a moment") from error
