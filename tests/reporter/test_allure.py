from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from understudy.reporter.allure import allure
from understudy.reporter.report import Report


def results(report: Report) -> dict[str, dict[str, Any]]:
    """By check."""
    made = [orjson.loads(content) for name, content in allure(report).items() if name.endswith("-result.json")]
    return {one["name"].partition(":")[0]: one for one in made}


def test_a_result_for_each_check_with_a_status_that_allure_knows(report: Report) -> None:
    assert {check: one["status"] for check, one in results(report).items()} == {
        "PA-V1.channel": "failed", "PA-V1.forward": "skipped", "PA-V2": "passed", "PA-V3": "passed",
        "PA-V4": "broken", "PA-F1": "skipped", "PA-F2": "skipped", "PA-C1": "failed", "OM-SELF": "failed",
    }  # fmt: skip


def test_labels_place_it_and_say_how_severe_it_is(report: Report) -> None:
    labels = [(label["name"], label["value"]) for label in results(report)["PA-V2"]["labels"]]
    assert labels == [
        ("parentSuite", "PolyAI over Open Messaging"),
        ("suite", "Verification"),
        ("subSuite", "V2: Title of row V2"),
        ("severity", "critical"),
        ("framework", "understudy"),
        ("tag", "generic"),
        ("tag", "required"),
    ]


def test_a_step_tells_the_verdict_and_holds_its_evidence(report: Report) -> None:
    files = allure(report)
    (step,) = results(report)["PA-V1.channel"]["steps"]
    assert {one["name"]: one["value"] for one in step["parameters"]} == {
        "result": "failed", "rule": "PA-V1.channel.rule", "source": "guide, step 5", "certainty": "documented",
        "expected": "one text, as it was said", "observed": "2 texts: hello, hello",
        "reproduce": "understudy verify polyai --only PA-V1.channel --seed 1",
    }  # fmt: skip
    assert [one["name"].partition(" ")[0] for one in step["attachments"]] == ["0:10", "0:11"]
    told = files[step["attachments"][0]["source"]].decode()
    assert told.startswith("0:10 message POST /webhooks/genesys/")
    assert "X-Understudy: Ünïcode" in told
    assert step["start"] <= step["stop"]


def test_evidence_that_two_verdicts_cite_is_one_file(report: Report) -> None:
    again = replace(report.verdicts[0], rule="another")
    files = allure(replace(report, verdicts=(*report.verdicts, again)))
    assert sum(name.endswith("-attachment.txt") for name in files) == 4


def test_waived_is_known_and_flaky_is_flaky(report: Report) -> None:
    found = results(report)
    assert found["PA-F1"]["statusDetails"]["known"] is True
    assert found["PA-V3"]["statusDetails"]["flaky"] is True


def test_histories_are_the_same_in_every_run_and_files_in_every_rendering(report: Report) -> None:
    other = replace(report, run={**report.run, "id": "another"})
    assert allure(report) == allure(report)
    assert {one["historyId"] for one in results(other).values()} == {o["historyId"] for o in results(report).values()}
    assert {one["uuid"] for one in results(other).values()}.isdisjoint(o["uuid"] for o in results(report).values())


def test_the_environment_names_the_run(report: Report) -> None:
    assert "Seed=1, salt ab12cd34" in allure(report)["environment.properties"].decode().split("\n")
