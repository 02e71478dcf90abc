"""The figures of a bot session: how long whom is waited for, and when turns go in a circle.

Defaults are those of contracts/limits (namespace bot-connector). v1 and v2 take a flow's timeouts differently (facts:
messaging §4.1, §3.3): v1 reads "not set" and negative as "at once", for v2 they are errors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from understudy.bot_connector.messages import Variant
from understudy.errors import SettingsError
from understudy.limits import Limits

NAMESPACE: Final = "bot-connector"
FOREVER: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Seconds, but for counts. ``answer`` is the wait for the bot (real time), ``slow`` the wait after which it is
    reported, ``follow_up`` the wait for the customer (the org's clock). ``same_intent`` turns in a row may have one
    intent, 0: any number. ``repeats_parameters``: session variables go with every turn, not with the first only."""

    variant: Variant
    answer: float
    slow: float
    follow_up: float
    answer_min: float
    follow_up_min: float
    follow_up_max: float
    same_intent: int
    answer_bytes: int
    repeats_parameters: bool = False

    @classmethod
    def of(cls, limits: Limits, variant: Variant) -> Terms:
        """What holds where the flow's action says nothing."""
        is_v1 = variant is Variant.V1

        def value(key: str) -> float:
            return limits.value(NAMESPACE, key)

        return cls(
            variant=variant,
            answer=value(f"{variant}.answer.seconds"),
            slow=value(f"{variant}.answer.slow"),
            follow_up=value(f"{variant}.follow.up"),
            answer_min=0.0 if is_v1 else value("v2.answer.seconds.min"),
            follow_up_min=0.0 if is_v1 else value("v2.follow.up.min"),
            follow_up_max=FOREVER if is_v1 else value("v2.follow.up.max"),
            same_intent=int(value("v1.same.intent.turns")) if is_v1 else 0,
            answer_bytes=int(value("answer.bytes.max")),
        )

    def switched(self, *, has_guard: bool, repeats_parameters: bool, answer: float | None) -> Terms:
        """As the org's switches have it, and with a wait for the bot that was shortened."""
        return replace(
            self,
            same_intent=self.same_intent if has_guard else 0,
            repeats_parameters=repeats_parameters,
            answer=self.answer if answer is None else answer,
        )

    def with_follow_up(self, seconds: float | None) -> Terms:
        """The flow's Follow-up Response Timeout, None for NOT_SET; ``SettingsError`` where v2 does not take it."""
        if self.variant is Variant.V1:
            return replace(self, follow_up=max(0.0, seconds or 0.0))
        if seconds is None or not self.follow_up_min <= seconds <= self.follow_up_max:
            remedy = f"give {self.follow_up_min:g} to {self.follow_up_max:g} seconds"
            raise SettingsError("Follow-up Response Timeout", "NOT_SET" if seconds is None else seconds, remedy)
        return replace(self, follow_up=seconds)

    def with_answer(self, seconds: float) -> Terms:
        """The flow's Bot Response Timeout (v2), or a wait shortened for a test; ``SettingsError`` below the least. The
        most is cut off in the page that is known (facts §3.3), so there is none."""
        if seconds < self.answer_min or seconds <= 0:
            raise SettingsError("Bot Response Timeout", seconds, f"give {self.answer_min:g} seconds or more")
        return replace(self, answer=seconds)
