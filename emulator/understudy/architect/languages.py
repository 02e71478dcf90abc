"""The languages of a flow, and which one a run speaks (facts: messaging §4.2: defaultLanguage, supportedLanguages).

How Architect matches a browser's language with those of a flow is not documented. Assumed: the same code; else the
language alone (``de`` for ``de-at``); else another region of it; else the flow's default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from understudy.architect.nodes import Fields, scalar
from understudy.errors import FlowError, nearest

DEFAULT: Final = "en-us"  # of a flow that names none (assumed)
LANGUAGES_MAX: Final = 100  # of one flow: the emulator's own bound


@dataclass(frozen=True, slots=True)
class Languages:
    """Codes as the flow spells them, the default first among equals."""

    default: str = DEFAULT
    supported: tuple[str, ...] = ()

    def spoken(self, wanted: str) -> str:
        """The code that a run speaks with who wants ``wanted`` (``de-DE``, ``de_de``, ``de``, or nothing)."""
        folded = fold(wanted)
        known = {fold(code): fold(code) for code in (self.default, *self.supported)}
        alone = folded.partition("-")[0]
        regions = (code for code in known if code.partition("-")[0] == alone)
        return known.get(folded) or known.get(alone) or next(regions, fold(self.default))


def fold(code: str) -> str:
    """A code in lower case with a hyphen, as archy's ``en-us``."""
    return code.strip().replace("_", "-").lower()


def languages(fields: Fields) -> Languages:
    """What ``defaultLanguage`` and ``supportedLanguages`` (a mapping by code, or a list of codes) say."""
    given = fields.text("defaultLanguage", "")
    node = fields.take("supportedLanguages")
    codes = tuple(_codes(node, fields)) if node is not None else ()
    default = given or (codes[0] if codes else DEFAULT)
    if codes and fold(default) not in {fold(code) for code in codes}:
        remedy = nearest(default, list(codes))
        fields.fail(f"defaultLanguage {default!r} is not among supportedLanguages: {remedy}")
    return Languages(default, codes)


def _codes(node: yaml.Node, fields: Fields) -> list[str]:
    if isinstance(node, yaml.MappingNode):
        found = [str(key.value) for key, _ in node.value]
    elif isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        found = [str(one.value) for one in node.value]
    elif isinstance(node, yaml.ScalarNode) and scalar(node) is None:
        return []
    else:
        raise FlowError(fields.source, node.start_mark.line + 1, "'supportedLanguages' is neither a mapping nor a list")
    if len(found) > LANGUAGES_MAX:
        fields.fail(f"{fields.what} has more than {LANGUAGES_MAX} languages")
    return found
