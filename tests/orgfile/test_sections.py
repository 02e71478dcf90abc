from __future__ import annotations

import pytest

from understudy.orgfile.sections import EXTENSIONS, LISTED, ORDER, ORGANIZATION, REFERENCES, Shapes, section_remedy
from understudy.platform.catalogue import load_catalogue
from understudy.platform.resources import load_resources


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes()


def test_every_section_is_a_resource_and_every_resource_but_children_a_section() -> None:
    resources = load_resources(load_catalogue())
    assert {name for name, one in resources.items() if one.parent is None} == set(ORDER)


@pytest.mark.parametrize("section", ORDER)
def test_a_section_takes_the_fields_of_its_model_and_its_references(shapes: Shapes, section: str) -> None:
    keys = shapes.keys(section)
    assert shapes.model_keys(section) <= set(keys)
    assert set(REFERENCES.get(section, {})) <= set(keys)
    assert "id" in keys
    assert ("understudy" in keys) is (section in EXTENSIONS)
    assert shapes.path(section).startswith("/api/v2/")


def test_references_name_sections() -> None:
    named = {section for keys in REFERENCES.values() for section in keys.values()}
    assert named <= set(ORDER)
    assert {key for keys in REFERENCES.values() for key in keys} >= LISTED


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
