from __future__ import annotations

import pytest

from understudy.orgfile.sections import (
    EXTENSIONS,
    FIRST,
    LISTED,
    ORGANIZATION,
    QUALIFIED,
    REFERENCES,
    Shapes,
    section_remedy,
    sections,
)
from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes()


def test_every_resource_is_a_section_and_parents_come_before_their_children(shapes: Shapes) -> None:
    assert set(load_resources(load_catalogue())) == set(sections())
    places = {name: place for place, name in enumerate(sections())}
    assert [name for name in sections() if shapes.parent(name) and places[shapes.parent(name)] > places[name]] == []
    assert sections()[: len(FIRST)] == FIRST


@pytest.mark.parametrize("section", sections())
def test_a_section_takes_the_fields_of_its_model_and_its_references(shapes: Shapes, section: str) -> None:
    keys = shapes.keys(section)
    assert shapes.model_keys(section) <= set(keys)
    assert set(shapes.references(section)) <= set(keys)
    assert {"id", "understudy"} <= set(keys)
    assert shapes.path(section) == "" or shapes.path(section).startswith("/api/v2/")
    assert ("parent" in shapes.required(section)) is bool(shapes.parent(section))
    assert shapes.is_free(section) is (shapes.model_keys(section) == set())


def test_references_name_sections(shapes: Shapes) -> None:
    named = {other for section in sections() for other in shapes.references(section).values()}
    assert named <= set(sections())
    assert {key for keys in REFERENCES.values() for key in keys} >= set(LISTED)
    assert set(QUALIFIED) <= set(LISTED)


@pytest.mark.parametrize("section", EXTENSIONS)
def test_the_default_of_a_setting_passes_its_own_test(section: str) -> None:
    for default, passes, remedy in EXTENSIONS[section].values():
        assert passes(default)
        assert not passes(object())
        assert remedy.startswith("give ")


def test_defaults_are_the_apis_with_the_first_version(shapes: Shapes) -> None:
    assert shapes.defaults("users")["version"] == 1
    assert shapes.defaults("messaging.settings")["version"] == "1"
    assert shapes.defaults("oauth.clients")["accessTokenValiditySeconds"] == 86400
    assert shapes.has_division("users")
    assert not shapes.has_division("oauth.clients")


def test_an_unknown_section_has_a_nearest_one() -> None:
    assert section_remedy("user") == "did you mean 'users'?"
    assert ORGANIZATION in section_remedy("organisation")
