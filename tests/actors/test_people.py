from __future__ import annotations

from understudy.actors.people import first_name


def test_equal_seeds_give_equal_names() -> None:
    assert first_name("org/1") == first_name("org/1")


def test_other_seeds_give_other_names() -> None:
    names = {first_name(f"org/{n}") for n in range(50)}
    assert len(names) > 10
    assert all(name.isalpha() for name in names)
