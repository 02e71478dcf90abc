"""Settings from the environment: what is missing or wrong is named with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

# name → (default, or None where there can be none; what it is)
Names = Mapping[str, tuple[str | None, str]]


class WrongSetting(Exception):
    """A setting is missing or wrong; the text names it, its value and what would be right."""


def given(names: Names, environment: Mapping[str, str]) -> dict[str, str]:
    """The value of each setting; an empty variable counts as not set. Raises WrongSetting for all missing at once."""
    values = {name: environment.get(name) or default for name, (default, _) in names.items()}
    missing = [f"{name} is not set: give {names[name][1]}" for name, value in values.items() if value is None]
    if missing:
        raise WrongSetting("\n".join(missing))
    return {name: value or "" for name, value in values.items()}


def origin(name: str, value: str) -> str:
    """A base URL without its last slash."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise WrongSetting(f"{name} is {value!r}, not an address such as http://127.0.0.1:8080")
    return value.rstrip("/")


def number(name: str, value: str, most: int, *, whole: bool = False) -> float:
    """A number from 0 to ``most``."""
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 <= found <= most or (whole and found != int(found)):
        raise WrongSetting(f"{name} is {value!r}, not a number from 0 to {most}")
    return found


def choice(name: str, value: str, known: tuple[str, ...]) -> str:
    """One of the values there are."""
    if value not in known:
        raise WrongSetting(f"{name} is {value!r}, not one of {', '.join(known)}")
    return value
