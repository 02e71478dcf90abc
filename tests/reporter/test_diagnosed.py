from __future__ import annotations

from typing import Any

from understudy.reporter.diagnosed import MOST, diagnoses


def note(name: str, org: str = "org-1", **data: Any) -> dict[str, Any]:
    return {"kind": "note", "name": name, "org": org, "data": data}


def opened(test: str, *between: dict[str, Any], org: str = "org-1", check: str = "X-1") -> list[dict[str, Any]]:
    border = {"test": test, "check": check}
    return [note("check.began", org, **border), *between, note("check.ended", org, **border)]


REFUSED = note("bot_connector.credentials_refused", text="the bot's endpoint answers 401")


def test_a_diagnosis_belongs_to_the_test_whose_check_is_open() -> None:
    entries = [REFUSED, *opened("a", REFUSED, REFUSED), *opened("b"), REFUSED]
    assert diagnoses(entries) == {"a": ("bot_connector.credentials_refused: the bot's endpoint answers 401",)}


def test_another_org_s_diagnosis_is_not_ours() -> None:
    other = {**REFUSED, "org": "org-2"}
    assert diagnoses(opened("a", other)) == {}
    assert list(diagnoses([*opened("a", *opened("b", other, org="org-2"))])) == ["b"]


def test_a_test_is_open_until_its_last_check_is() -> None:
    entries = opened("a", *opened("a", check="X-2"), REFUSED)
    assert list(diagnoses(entries)) == ["a"]


def test_each_kind_of_cause_is_told_in_its_own_words() -> None:
    causes = [
        note("permission.denied", missing=["a:b:view"]),
        note("oauth.refused", description="client is not active"),
        note("web_messaging.refused", reason="the deployment does not admit the origin"),
        note("routing.no_flow", reason="no flow is attached to the address"),
        note("division.denied", remedy="grant the role in the division"),
    ]
    (told,) = diagnoses(opened("a", *causes)).values()
    assert told == (
        'permission.denied: ["a:b:view"]',
        "oauth.refused: client is not active",
        "web_messaging.refused: the deployment does not admit the origin",
        "routing.no_flow: no flow is attached to the address",
        "division.denied: grant the role in the division",
    )


def test_what_is_no_cause_is_left_out() -> None:
    others = [
        note("bot_connector.fault", rule="BC-07"),
        note("flow.step", reason="x"),
        note("permission.used", missing=["a"]),
        {"kind": "message", "name": "POST /x", "org": "org-1"},
    ]
    assert diagnoses(opened("a", *others)) == {}


def test_a_test_has_no_more_than_a_reader_takes_in() -> None:
    many = [note("bot_connector.busy", text=f"reason {number}") for number in range(MOST + 3)]
    (told,) = diagnoses(opened("a", *many)).values()
    assert len(told) == MOST
