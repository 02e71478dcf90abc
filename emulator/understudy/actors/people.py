"""Names for people who need one: from Faker, the same for the same seed."""

from __future__ import annotations

from functools import cache

from faker import Faker


@cache
def _faker() -> Faker:
    return Faker("en_US")  # one for the process: making one costs more than a test


def first_name(seed: str) -> str:
    """A first name; equal seeds give equal names."""
    faker = _faker()
    faker.seed_instance(seed)
    return str(faker.first_name())
