from __future__ import annotations

from pathlib import Path

import pytest
from tests.operations.recipes import load_recipes

from understudy.platform.catalogue import load_catalogue


def test_every_recipe_is_of_an_operation_that_exists() -> None:
    assert load_recipes(load_catalogue().by_id)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[getNothing]", "the catalogue has no operation getNothing"),
        ("[getUsersMe]\ncolour = 1", "colour"),
        ("[getUsersMe]\nas = 'nobody'", "as is client, user, guest, session or sign_in"),
        ("[getUsersMe]\nnot_applicable = { weather = 'r' }", "weather"),
    ],
)
def test_a_mistake_in_a_recipe_is_named(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=told):
        load_recipes({"getUsersMe": None}, tmp_path)


def test_two_recipes_of_one_operation_are_a_mistake(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("[getUsersMe]", "utf-8")
    with pytest.raises(ValueError, match="in another file too"):
        load_recipes({"getUsersMe": None}, tmp_path)
