"""The sweep itself: a right emulator passes, and each kind of wrong one is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.operations.office import Office
from tests.operations.sweep import VALID, Result, Sweep

from understudy.platform import admission, behaviour
from understudy.platform.engine import Engine
from understudy.platform.messages import Answer
from understudy.platform.permissions import Permissions


@pytest.fixture(scope="module")
def sweep() -> Iterator[Sweep]:
    with Office() as office:
        yield Sweep(office)


def run(sweep: Sweep, operation: str) -> dict[str, Result]:
    return {result.case: result for result in sweep.run(sweep.catalogue.by_id[operation])}


def test_every_case_that_applies_passes_on_a_right_emulator(sweep: Sweep) -> None:
    outcomes = {case: result.outcome for case, result in run(sweep, "putRoutingQueue").items()}
    assert outcomes == dict.fromkeys(("bad_token", "missing_permission", "bad_body", "unknown_id", VALID), "passed")


def test_what_does_not_apply_has_its_reason(sweep: Sweep) -> None:
    results = run(sweep, "getRoutingQueues")
    assert (results["bad_body"].outcome, results["bad_body"].reason) == ("not applicable", "no body")
    assert results["unknown_id"].reason == "no id in the path"


def test_an_answer_made_up_from_the_catalogue_counts_as_generic(sweep: Sweep) -> None:
    assert run(sweep, "getVoicemailMePolicy")[VALID].behaviour == "generic"
    assert run(sweep, "getRoutingQueue")[VALID].behaviour == "engine"
    assert run(sweep, "getTokensMe")[VALID].behaviour == "action"


def test_a_token_that_is_not_looked_at_is_told(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    right = admission.authenticate
    known = sweep.office.tokens["client"]

    def anybody(world: object, request: behaviour.ApiRequest) -> object:
        request.headers = {**request.headers, "Authorization": f"Bearer {known}"}
        return right(world, request)  # type: ignore[arg-type]

    monkeypatch.setattr(behaviour, "authenticate", anybody)
    assert run(sweep, "getRoutingQueue")["bad_token"].outcome == "failed"


def test_a_permission_that_is_not_looked_at_is_told(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Permissions, "allows", lambda *_: True)
    assert run(sweep, "getRoutingSkill")["missing_permission"].outcome == "failed"


def test_a_body_that_is_not_looked_at_is_told(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behaviour, "check_body", lambda *_: None)
    assert run(sweep, "postRoutingQueues")["bad_body"].outcome == "failed"


def test_an_id_that_is_not_looked_at_is_told(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "answer", lambda *_: Answer(body={"id": "x", "name": "x"}))
    assert run(sweep, "getRoutingWrapupcode")["unknown_id"].outcome == "failed"


def test_an_answer_that_breaks_its_model_is_told(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "answer", lambda *_: Answer(body={"name": 7}))
    found = run(sweep, "getRoutingLanguages")[VALID]
    assert found.outcome == "failed"
    assert "name" in found.reason
