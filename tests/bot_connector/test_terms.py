from __future__ import annotations

import pytest

from understudy.bot_connector.messages import Variant
from understudy.bot_connector.terms import Terms
from understudy.errors import SettingsError
from understudy.limits import load_limits

LIMITS = load_limits()


def test_defaults_are_those_of_the_facts() -> None:
    v1, v2 = Terms.of(LIMITS, Variant.V1), Terms.of(LIMITS, Variant.V2)
    assert (v1.answer, v1.slow, v1.follow_up, v1.same_intent) == (10, 7, 12 * 3600, 3)
    assert (v2.answer, v2.slow, v2.follow_up, v2.same_intent) == (30, 5, 6 * 3600, 0)


@pytest.mark.parametrize(("given", "taken"), [(None, 0), (-5, 0), (0, 0), (60, 60), (1e6, 1e6)])
def test_v1_takes_not_set_and_negative_as_at_once(given: float | None, taken: float) -> None:
    assert Terms.of(LIMITS, Variant.V1).with_follow_up(given).follow_up == taken


@pytest.mark.parametrize("given", [None, 0, -1, 59, 259201])
def test_v2_refuses_not_set_zero_negative_and_out_of_range(given: float | None) -> None:
    with pytest.raises(SettingsError, match=r"Follow-up Response Timeout is .*: give 60 to 259200 seconds"):
        Terms.of(LIMITS, Variant.V2).with_follow_up(given)


@pytest.mark.parametrize("given", [60, 259200])
def test_v2_takes_a_minute_to_three_days(given: float) -> None:
    assert Terms.of(LIMITS, Variant.V2).with_follow_up(given).follow_up == given


def test_the_bot_is_waited_for_at_least_a_second_in_v2() -> None:
    with pytest.raises(SettingsError, match=r"Bot Response Timeout is 0\.5: give 1 seconds or more"):
        Terms.of(LIMITS, Variant.V2).with_answer(0.5)
    assert Terms.of(LIMITS, Variant.V2).with_answer(1).answer == 1
    assert Terms.of(LIMITS, Variant.V1).with_answer(0.2).answer == 0.2
