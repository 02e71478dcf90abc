"""Names with ``*`` in them, as filters take them: it stands for anything, and case does not count.

Looked for part by part: the cost grows with the name and not with its powers, whatever a peer asks for.
"""

from __future__ import annotations

from collections.abc import Callable


def wildcard(given: str) -> Callable[[str], bool]:
    """What ``given`` fits; without a ``*`` the whole text is meant.

    >>> fits = wildcard("front*or")
    >>> fits("Front door"), fits("Front")
    (True, False)
    """
    first, *rest = given.casefold().split("*")
    if not rest:
        return lambda text: text.casefold() == first
    *middle, last = rest

    def fits(text: str) -> bool:
        folded = text.casefold()
        place, end = len(first), len(folded) - len(last)
        if end < place or not folded.startswith(first) or not folded.endswith(last):
            return False
        for part in middle:
            found = folded.find(part, place, end)
            if found < 0:
                return False
            place = found + len(part)
        return True

    return fits
