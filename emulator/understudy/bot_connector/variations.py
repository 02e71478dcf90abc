"""Credentials as a test wants them: right, missing, or wrong in one of the ways that an endpoint must tell apart."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from understudy.webhooks.messages import Headers

SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9._~-]*) (?=\S)")  # RFC 9110 §11.4: a scheme, one blank, the rest
NEXT: Final = {
    **{chr(code): chr(code + 1) for code in (*range(48, 57), *range(65, 90), *range(97, 122))},
    "9": "0",
    "Z": "A",
    "z": "a",
}


class Credential(StrEnum):
    """What becomes of the credentials of an integration."""

    GOOD = "good"
    NONE = "none"  # no credential header
    OTHER = "other"  # a wrong secret of the same length
    PREFIX = "prefix"  # three quarters of the right one
    LETTER_CASE = "letter_case"  # the header's name in other letter case
    BLANK = "blank"  # the right secret and a blank
    SCHEME = "scheme"  # the scheme before the secret in lower case, or one where there is none


def varied(headers: Headers, credential: Credential) -> Headers:
    """The credential headers in a variation; without any there is nothing to vary."""
    match credential:
        case Credential.NONE:
            return ()
        case Credential.OTHER:
            return tuple((name, _other(value)) for name, value in headers)
        case Credential.PREFIX:
            return tuple((name, value[: len(value) * 3 // 4]) for name, value in headers)
        case Credential.LETTER_CASE:
            return tuple((name.swapcase(), value) for name, value in headers)
        case Credential.BLANK:
            return tuple((name, f"{value} ") for name, value in headers)
        case Credential.SCHEME:
            return tuple((name, _in_lower_case(value)) for name, value in headers)
    return headers


def _other(value: str) -> str:
    """Letters and digits become the next ones; a secret of punctuation alone has its first character changed."""
    changed = "".join(NEXT.get(character, character) for character in value)
    return changed if changed != value else ("!" if value[:1] != "!" else "?") + value[1:]


def _in_lower_case(value: str) -> str:
    scheme = SCHEME.match(value)
    return f"bearer {value}" if scheme is None else scheme[1].lower() + value[scheme.end(1) :]
