"""What a careless bot does with the text of a customer: nothing of it happens without a fault."""

from __future__ import annotations

import re
from typing import Final

import urllib3

LINKS_MAX: Final = 5  # of one text
FETCH_SECONDS: Final = 2.0
_LINK: Final = re.compile(r"https?://[^\s'\"<>{}]+")
_MARKUP: Final = re.compile(r"<[^>]*>")
_TEMPLATE: Final = re.compile(r"\{\{(\d{1,9})\*(\d{1,9})\}\}")


def links_of(text: str) -> list[str]:
    """The first links in a text."""
    return _LINK.findall(text)[:LINKS_MAX]


def follow(text: str) -> None:
    """Fetch what the links of a text lead to, for nothing."""
    for link in links_of(text):
        try:
            urllib3.request("GET", link, timeout=FETCH_SECONDS, retries=False)
        except (urllib3.exceptions.HTTPError, UnicodeError):
            continue


def shaped(text: str, faults: frozenset[str]) -> str:
    """A text that is repeated: as it came, unless a fault spoils it."""
    if "mangles_text" in faults:
        text = text.encode("ascii", "replace").decode()
    if "renders_markup" in faults:
        text = _MARKUP.sub("", text)
    if "runs_templates" in faults and (found := _TEMPLATE.search(text)):
        text = f"{text} ({int(found[1]) * int(found[2])})"
    return text
