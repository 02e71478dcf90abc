"""Settings of a run, made once at start: argument, then environment ``UNDERSTUDY_…``, then ``understudy.toml``, then
default.

Unknown keys are errors that name the nearest known one. Nothing else reads the environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

from understudy.errors import SettingsError, nearest
from understudy.regions import region_domain


@dataclass(frozen=True, slots=True)
class Target:
    """``[target]``: the endpoint under test. Commands are shell lines; ``logs`` is a file whose end becomes
    evidence."""

    url: str = ""
    secret: str = ""
    start: str = ""
    ready: str = ""
    stop: str = ""
    restart: str = ""
    env: dict[str, str] = field(default_factory=dict)
    logs: str = ""


@dataclass(frozen=True, slots=True)
class UserSide:
    """``[user_side]``: how a suite reads what the vendor's user sees (suites/USER_SIDE.md): a URL or a command."""

    url: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """``[waivers.ID]``: a required row or check that may stay unproven until a date."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of ``verify`` and of the ``understudy`` fixture; seconds are real seconds."""

    suite: str = ""
    topology: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    advertised_url: str = ""
    region: str = "us-east-1"
    generic: bool = False  # operations without a behaviour are answered from their models, else 501
    limits: str = "real"
    seed: int = 1
    salt: str = ""
    durability: str = "group"
    workers: int = 3
    max_wait: float = 20.0
    out: str = "runs"
    required: tuple[str, ...] = ()
    target: Target = field(default_factory=Target)
    user_side: UserSide = field(default_factory=UserSide)
    settings: dict[str, str] = field(default_factory=dict)
    waivers: dict[str, Waiver] = field(default_factory=dict)

    def check(self) -> Settings:
        """Self, when every value is possible; raises ``SettingsError`` otherwise."""
        if not 0 <= self.port <= 65535:
            raise SettingsError("port", self.port, "give a port, 0 to 65535 (0 takes any free one)")
        if self.durability not in ("group", "strict"):
            raise SettingsError("durability", self.durability, nearest(self.durability, ["group", "strict"]))
        if not 1 <= self.workers <= 64:
            raise SettingsError("workers", self.workers, "give 1 to 64 test workers")
        if self.target.url and not self.target.url.startswith(("http://", "https://")):
            raise SettingsError("target.url", self.target.url, "give the webhook's URL, http:// or https://")
        region_domain(self.region)
        return self


_TRUTH: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
_TABLES: Mapping[str, type[Any]] = {"target": Target, "user_side": UserSide}


def load_settings(arguments: Mapping[str, Any], environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Merge the three sources. ``arguments`` maps field names to values, ``None`` meaning not given; a dotted name
    (``target.url``) reaches into a table."""
    document = _read(file) if file is not None else {}
    values = _known(document, Settings, file.name if file else "")
    for name, value in _from_environment(environ).items():
        _assign(values, name, value)
    for name, value in arguments.items():
        if value is not None:
            _assign(values, name, value)
    return _build(values).check()


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError("config", str(file), "no such file: `understudy init SUITE` writes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("config", str(file), f"not TOML: {error}") from error


def _known(document: Mapping[str, Any], shape: type[Any], where: str) -> dict[str, Any]:
    names = [f.name for f in fields(shape)]
    for key in document:
        if key not in names:
            raise SettingsError(f"{where}: key", key, nearest(key, names))
    return dict(document)


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """``UNDERSTUDY_SEED=7`` → seed; ``UNDERSTUDY_TARGET_URL`` → target.url. Other names with the prefix are left alone:
    a suite's own variables (client id, webhook secret) share it."""
    found: dict[str, str] = {}
    for shape, prefix in ((Settings, ""), (Target, "target."), (UserSide, "user_side.")):
        for one in fields(shape):
            name = "UNDERSTUDY_" + (prefix + one.name).replace(".", "_").upper()
            if name in environ and one.name not in (*_TABLES, "env", "settings", "waivers", "required"):
                found[prefix + one.name] = environ[name]
    return found


def _assign(values: dict[str, Any], name: str, value: Any) -> None:
    table, _, key = name.rpartition(".")
    if table:
        values[table] = {**values.get(table, {}), key: value}
    else:
        values[name] = value


def _build(values: dict[str, Any]) -> Settings:
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name in _TABLES:
            shape = _TABLES[name]
            if not isinstance(value, dict):
                raise SettingsError(name, value, f"give a table [{name}]")
            made[name] = shape(
                **{k: _convert(f"{name}.{k}", v, shape, k) for k, v in _known(value, shape, f"[{name}]").items()}
            )
        elif name == "waivers":
            made[name] = {key: _waiver(key, entry) for key, entry in value.items()}
        elif name == "settings":
            made[name] = {key: str(entry) for key, entry in value.items()}
        else:
            made[name] = _convert(name, value, Settings, name)
    return Settings(**made)


def _waiver(key: str, entry: Any) -> Waiver:
    if not isinstance(entry, dict) or set(entry) != {"reason", "until"}:
        raise SettingsError(f"waivers.{key}", entry, 'give { reason = "…", until = 2026-12-31 }')
    if not isinstance(entry["until"], date) or not str(entry["reason"]).strip():
        raise SettingsError(f"waivers.{key}", entry, "a waiver has a reason and an expiry date (until = 2026-12-31)")
    return Waiver(str(entry["reason"]), entry["until"])


def _convert(name: str, value: Any, shape: type[Any], key: str) -> Any:
    wanted = get_type_hints(shape)[key]
    try:
        if wanted in (int, float):
            if isinstance(value, bool):
                raise ValueError("a boolean")
            return wanted(value)
        if wanted is bool:
            return _TRUTH[str(value).casefold()]
        if wanted is str:
            if isinstance(value, dict | list):
                raise ValueError("not text")
            return str(value)
        if wanted == tuple[str, ...]:
            return tuple(str(item) for item in (value.split(",") if isinstance(value, str) else value))
        return {str(k): str(v) for k, v in dict(value).items()}
    except (TypeError, ValueError, KeyError) as error:
        kind = getattr(wanted, "__name__", str(wanted))
        raise SettingsError(name, value, f"not a value of type {kind}") from error


def default_of(name: str) -> Any:
    """The default of a setting, for help texts."""
    one = next(f for f in fields(Settings) if f.name == name)
    return one.default_factory() if one.default_factory is not MISSING else one.default
