"""Error codes of the guest socket, from ``contracts/web_messaging/codes.toml`` (facts: messaging §2.4)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from understudy.errors import ContractError
from understudy.material import material

FILE: Final = "web_messaging/codes.toml"

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
TOO_MANY_REQUESTS: Final = 429
UNAVAILABLE: Final = 4000
FILE_TYPE: Final = 4001
FILE_SIZE: Final = 4002
FILE_CONTENT: Final = 4003
FILE_NAME: Final = 4004
FILE_NAME_LENGTH: Final = 4005
SESSION_EXPIRED: Final = 4006
SESSION_NOT_FOUND: Final = 4007
ATTACHMENT_EXPIRED: Final = 4008
ATTACHMENT_NOT_FOUND: Final = 4009
ATTACHMENT_NOT_UPLOADED: Final = 4010
TEXT_TOO_LONG: Final = 4011
ATTRIBUTES_TOO_LARGE: Final = 4013
DOWNGRADE: Final = 4017
MISSING_PARAMETER: Final = 4020
RATE: Final = 4029
FILE_EMPTY: Final = 4102
UNEXPECTED: Final = 5000


@dataclass(frozen=True, slots=True)
class Code:
    """One error code: ``text`` is the emulator's wording where the platform's is not known."""

    number: int
    name: str
    text: str
    source: str
    certainty: str


@cache
def codes() -> Mapping[int, Code]:
    """All codes by number."""
    with (material("contracts") / FILE).open("rb") as file:
        document = tomllib.load(file)
    return {int(number): Code(int(number), **entry) for number, entry in document.items()}


def code(number: int) -> Code:
    """One code; ``ContractError`` for a number that the file lacks, which is our own mistake."""
    found = codes().get(number)
    if found is None:
        raise ContractError(f"{FILE} has no code {number}; there are {', '.join(map(str, codes()))}")
    return found
