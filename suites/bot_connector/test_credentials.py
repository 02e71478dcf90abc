"""BC-03 to BC-06, BC-44: the credential, right, wrong and nearly right. Time: none but the bot's."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.bots import ask

TEXT = "Who goes there?"

pytestmark = pytest.mark.profile("v1", "v2")


@pytest.mark.checks("BC-03")
def test_no_credential_is_refused(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-03"):
        ask(rehearsal, rehearsal.customer(), text=TEXT, credential="none")


@pytest.mark.checks("BC-04")
@pytest.mark.parametrize("wrong", ["other", "prefix"])
def test_a_wrong_secret_is_refused(rehearsal: Rehearsal, wrong: str) -> None:
    with rehearsal.check("BC-04"):
        ask(rehearsal, rehearsal.customer(), text=TEXT, credential=wrong)


@pytest.mark.checks("BC-05")
def test_the_headers_name_may_have_any_letter_case(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-05"):
        ask(rehearsal, rehearsal.customer(), text=TEXT, credential="letter_case")


@pytest.mark.checks("BC-06")
def test_a_secret_that_is_nearly_right_breaks_nothing(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-06"):
        for nearly in ("blank", "scheme") * 2:
            ask(rehearsal, rehearsal.customer(), text=TEXT, credential=nearly)


@pytest.mark.checks("BC-44")
def test_no_secret_is_echoed(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-44"):
        ask(rehearsal, ann, text=TEXT)
        for wrong in ("none", "other", "prefix"):
            ask(rehearsal, ann, text=TEXT, credential=wrong)
        ask(rehearsal, ann, raw='{"botId": ', probe="malformed")
        ask(rehearsal, ann, method="GET", probe="method")
