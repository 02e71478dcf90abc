from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.clock import ManualClock
from understudy.oauth.codes import CHALLENGE, CODE_LETTERS, VERIFIER, IssueCode, SpendCode, challenge_of, codes

if TYPE_CHECKING:
    from understudy.world.org import Org


def test_the_challenge_is_that_of_the_rfc() -> None:
    # RFC 7636 appendix B
    challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert CHALLENGE.fullmatch(challenge)


def test_a_verifier_has_43_to_128_unreserved_characters() -> None:
    assert [bool(VERIFIER.fullmatch("a" * length)) for length in (42, 43, 128, 129)] == [False, True, True, False]
    assert not VERIFIER.fullmatch("ä" * 43)
    assert not VERIFIER.fullmatch("a" * 43 + "\n")


def test_a_code_is_opaque_bound_and_dies_by_the_orgs_clock(org: Org, clock: ManualClock) -> None:
    value = org.perform(IssueCode("app", "ann", "app:/back", ("users",), "challenge"))
    code = codes(org).get(value, org.now())
    assert code is not None
    assert len(value) == CODE_LETTERS
    assert (code.client, code.user, code.redirect_uri, code.scopes) == ("app", "ann", "app:/back", ("users",))
    clock.advance(org.limits.value("oauth", "code.seconds") - 1)
    assert codes(org).get(value, org.now()) is code
    org.clock.jump(1)
    assert codes(org).get(value, org.now()) is None


def test_every_code_begins_a_family_of_its_own(org: Org) -> None:
    values = [org.perform(IssueCode("app", "ann", "app:/back", ())) for _ in range(2)]
    first, second = (codes(org).get(value, org.now()) for value in values)
    assert first is not None
    assert second is not None
    assert first.family != second.family


def test_a_spent_code_is_still_known(org: Org) -> None:
    value = org.perform(IssueCode("app", "ann", "app:/back", ()))
    code = codes(org).get(value, org.now())
    org.perform(SpendCode(code))  # type: ignore[arg-type]
    assert codes(org).get(value, org.now()) is code
    assert code is not None
    assert code.spent
