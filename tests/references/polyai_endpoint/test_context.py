"""The context of a hand-off: strings only, and never too big."""

from __future__ import annotations

import json

import pytest

from understudy.references.polyai_endpoint.context import BYTES_MAX, REASON, context_of
from understudy.references.polyai_endpoint.users import User


def test_it_carries_reason_summary_and_language() -> None:
    user = User("ann", language="de-DE")
    user.said.extend(["My order is late", "agent please"])
    assert context_of(user) == {"reason": REASON, "summary": "My order is late / agent please", "language": "de-DE"}


@pytest.mark.parametrize("text", ["x" * 9000, "é" * 9000, "😀" * 9000, '"\\\n' * 3000, "\ud800" * 3000])
def test_it_stays_within_the_limit_and_keeps_the_newest(text: str) -> None:
    user = User("ann")
    user.said.extend([text, "the end"])
    context = context_of(user)
    assert BYTES_MAX - 24 < len(json.dumps(context)) <= BYTES_MAX or len(context["summary"]) == 1500
    assert context["summary"].endswith("the end")
