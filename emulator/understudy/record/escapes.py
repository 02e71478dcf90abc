"""JSON's escapes (RFC 8259 §7): one text has many spellings, and a secret is to be found in each of them."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)


def unescaped(body: bytes) -> bytes:
    """A body with what its escapes stand for; of ``\\n`` and its like the letter, for no secret has them."""
    return _ESCAPE.sub(_character, body) if b"\\" in body else body


def spellings(secret: str) -> re.Pattern[bytes]:
    """The secret with every character as it is or as JSON may escape it."""
    parts = []
    for character in secret:
        raw = re.escape(character.encode("utf-8", "surrogateescape"))
        forms = [rb"\\u(?i:%04x)" % ord(character)] if ord(character) <= 0xFFFF else []
        forms += [rb"\\" + raw] if character in '"\\/' else []
        parts.append(b"(?:%s)" % b"|".join([*forms, raw]))
    return re.compile(b"".join(parts))


def _character(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "surrogatepass") if found[1] else found[2]
