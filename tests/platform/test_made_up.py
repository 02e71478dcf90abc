from __future__ import annotations

from understudy.platform.catalogue import Catalogue
from understudy.platform.corrections import load_corrections
from understudy.platform.made_up import Maker, fitted
from understudy.platform.schemas import Schemas

HOME = {"id": "d", "name": "Home", "selfUri": "/api/v2/authorization/divisions/d"}


def maker(catalogue: Catalogue, key: str = "k") -> Maker:
    return Maker(catalogue.models, load_corrections(), key, HOME)


def test_what_is_made_up_fits_its_model(catalogue: Catalogue) -> None:
    schemas, broken = Schemas(catalogue.models), []
    types = sorted({operation.response for operation in catalogue.operations if operation.response})
    for type_ in types[::7]:
        problems = schemas.response(type_).problems(maker(catalogue).value(type_))
        broken += [f"{type_}: {problem}" for problem in problems]
    assert broken == []


def test_the_same_key_makes_the_same_and_another_key_another(catalogue: Catalogue) -> None:
    assert maker(catalogue).value("DncList") == maker(catalogue).value("DncList")
    assert maker(catalogue, "a").value("DncList")["id"] != maker(catalogue, "b").value("DncList")["id"]


def test_a_division_is_the_one_given(catalogue: Catalogue) -> None:
    assert maker(catalogue).value("Division", depth=1) == HOME


def test_a_body_is_kept_as_far_as_the_answers_model_has_it(catalogue: Catalogue) -> None:
    sent = {"name": "n", "colour": "red", "dncSourceType": "purple", "size": "large", "dateCreated": "2026-01-01"}
    kept = fitted(sent, "DncList", {}, maker(catalogue), catalogue.models)
    assert kept["name"] == "n"
    assert not {"colour", "size", "dateCreated"} & kept.keys()
    assert kept["dncSourceType"] != "purple", "it is required: one of its values was chosen"
    assert fitted("no object", "DncList", {}, maker(catalogue), catalogue.models) is None


def test_lists_and_maps_lose_what_does_not_fit(catalogue: Catalogue) -> None:
    made = maker(catalogue)
    assert fitted(["a", 1, None], "string[]", {}, made, catalogue.models) == ["a"]
    assert fitted({"a": True, "b": 1}, "map<boolean>", {}, made, catalogue.models) == {"a": True}
    assert fitted("x", "string[]", {}, made, catalogue.models) is None
