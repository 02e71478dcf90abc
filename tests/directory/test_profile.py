from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.directory.profile import profile_of, set_profile
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]


def test_what_a_patch_says_of_the_profile_shows_only_on_request(ask: Ask, person: Person) -> None:
    target = f"/api/v2/users/{person()['id']}"
    body = {"version": 1, "certifications": ["first aid"], "biography": {"biography": "Born."}, "title": "Agent"}
    status, changed = ask("PATCH", target, body)
    assert (status, changed["title"], "certifications" in changed) == (200, "Agent", False)
    shown = ask("GET", f"{target}?expand=certifications,biography,employerInfo")[1]
    assert (shown["certifications"], shown["biography"]) == (["first aid"], {"biography": "Born."})
    assert "employerInfo" not in shown
    ask("PATCH", target, {"version": 2, "biography": None})
    shown = ask("GET", f"{target}?expand=certifications,biography")[1]
    assert (shown["certifications"], "biography" in shown) == (["first aid"], False)


def test_a_user_does_not_join_groups_by_a_patch(ask: Ask, person: Person) -> None:
    target = f"/api/v2/users/{person()['id']}"
    group = {"name": "G", "type": "official", "rulesVisible": True, "visibility": "public"}
    status, changed = ask("PATCH", target, {"version": 1, "groups": [group]})
    assert (status, "groups" in changed) == (200, False)
    assert ask("GET", f"{target}?expand=groups")[1]["groups"] == []


def test_none_takes_a_field_away(office: Org) -> None:
    user = office.entities.put("users", "u", {"id": "u"})
    set_profile(office, user, {"profileSkills": ["a"], "certifications": ["b"]})
    user = office.entities.of("users")["u"]
    set_profile(office, user, {"profileSkills": None})
    assert profile_of(office.entities.of("users")["u"]) == {"certifications": ["b"]}
