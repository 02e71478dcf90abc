"""The ``understudy`` fixture's object: an emulator, one org of a suite, and the actors, for a vendor's own tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from understudy.actors import Rehearsal, Slot
from understudy.checker.verdict import Result, Verdict
from understudy.control.client import ControlClient
from understudy.errors import SettingsError
from understudy.ids import run_salt
from understudy.integrations.settings import CONFIG, CURRENT
from understudy.regions import region_domain
from understudy.settings import Settings, load_settings
from understudy.suite import Suite, load_suite, suite_names
from understudy.verify.run import emulator
from understudy.verify.slots import Endpoint, configure, endpoint_env, identifiers

NOWHERE = "http://127.0.0.1:9/"  # the endpoint of an org where none has been connected yet: nobody answers there
CALLED = ("outboundNotificationWebhookUrl", "botConnectorHandleUtteranceURI", "botConnectorURI")  # fields with its URL


class Verdicts(list[Verdict]):
    """What the rules say; true when there is one and all passed. Prints as one line a verdict, those alone that did not
    pass where there are some: a failing ``assert`` shows the beginning."""

    def __bool__(self) -> bool:
        return len(self) > 0 and all(one.result is Result.PASSED for one in self)

    def __repr__(self) -> str:
        return "\n".join(
            f"{one.check} {one.result.value}: expected {one.expected}; observed {one.observed or one.reason}"
            for one in [one for one in self if one.result is not Result.PASSED] or self
        )


class Stage(Rehearsal):
    """A rehearsal that lasts as long as the session; ``test`` is the test that runs now."""

    def env(self) -> Mapping[str, str]:
        """The variables that an endpoint is started with: GENESYS_BASE_URL, GENESYS_CLIENT_ID, …, WEBHOOK_SECRET."""
        return self.slot.env

    def connect(self, url: str, *, user_side: str = "") -> None:
        """Say where the endpoint is: the URL that Genesys calls (webhook, Handle Utterance URI, v2's base URI) and, if
        it has one, the base URL of its user side. A suite whose endpoint is never called takes the user side alone."""
        integration = self.slot.integration
        for type_, id_ in (("messaging.integrations.open", integration), (f"{CONFIG}/{integration}", CURRENT)):
            path = f"entities/{quote(type_, safe='')}"
            for entity in self.client.get(path)["entities"]:
                if entity["id"] == id_:
                    self.client.put(f"{path}/{id_}", body=_called_at(entity["body"], url))
        self.client.put("user_side", url=user_side, command="")
        self.slot = replace(self.slot, user_side=bool(user_side), side=user_side)

    def verdicts(self, *checks: str) -> Verdicts:
        """Judge this test's scope now: the named checks, or all that were opened with ``check``."""
        judged = self.client.post("judge", test=self.test, checks=list(checks or dict.fromkeys(self.checks)))
        return Verdicts(Verdict.from_json(one) for one in judged["verdicts"])


def _called_at(body: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The body with another URL wherever one stands that Genesys calls."""
    return {
        key: url if key in CALLED else _called_at(value, url) if isinstance(value, dict) else value
        for key, value in body.items()
    }


@contextmanager
def open_stage(file: Path | None, suite_name: str, folder: Path) -> Iterator[Stage]:
    """Start an emulator with one org of the suite that argument or settings name."""
    settings = load_settings({"suite": suite_name or None}, os.environ, file)
    if not settings.suite:
        raise SettingsError(
            "suite",
            "",
            f"set understudy_suite in pytest's ini, or suite in understudy.toml: {', '.join(suite_names())}",
        )
    suite = load_suite(settings.suite)
    with emulator(settings, folder, settings.salt or run_salt()) as control:
        yield Stage(control.org((slot := _slot(suite, settings, control)).org), slot, "")


def _slot(suite: Suite, settings: Settings, control: ControlClient) -> Slot:
    profile = suite.topology(settings.topology)
    named = {one.name: one.default for one in suite.settings} | settings.settings
    made = identifiers(settings.seed, profile, 0)
    if settings.target.secret:
        made[suite.secret] = settings.target.secret
    env = endpoint_env(control.url, made, named, region_domain(settings.region))
    endpoint = Endpoint(settings.target.url or NOWHERE, settings.user_side.url, settings.user_side.command)
    return configure(suite, settings, control, endpoint, made, env, named, profile, "reference")
