"""Characters that a reader can't see, or that would act on the page or terminal, made visible.

A peer's text may hold escape sequences, controls that XML has no place for, and marks that turn the writing direction
(UTS #55 §2: source code spoofing). Every rendering shows them as what they are; ``report.json`` and the record keep the
bytes.
"""

from __future__ import annotations

import re
from typing import Final

# C0 and C1 but tab and line feed, soft hyphen, zero-width and direction marks (not the joiners: emoji and scripts need
# them), line separators, byte order mark, non-characters, surrogates, tags
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# ISO 646 / RFC 20 §4
_CONTROLS: Final = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip


def visible(text: str) -> str:
    """The text with what can't be seen replaced: controls by their names (``‹ESC›``), the rest by ``‹U+202E›``."""
    return _UNSEEN.sub(_named, text)


def one_line(text: str, most: int = 0) -> str:
    """Visible, in one line, and with ``most`` at most so many characters."""
    told = " ".join(visible(text).split())
    return told[: most - 1] + "…" if 0 < most < len(told) else told


def _named(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"‹{_CONTROLS[code]}›" if code < len(_CONTROLS) else "‹DEL›" if code == 0x7F else f"‹U+{code:04X}›"
