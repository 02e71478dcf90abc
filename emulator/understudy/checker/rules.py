"""The rules of contracts/: ``<interface>/rules.toml``, each judged by one generic judge. Data with provenance, no code.

A file may name selectors under ``[selectors]``; a rule's selector takes one over with ``like = "name"`` and adds to it.
``contracts/rules.schema.json`` is the form; whatever breaks it is a ``ContractError`` with file, rule and remedy.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from understudy.checker.conditions import PREFIX
from understudy.checker.contract import Contracts
from understudy.errors import ContractError, nearest
from understudy.material import material

SELECTORS: Final = frozenset({"select", "given", "trigger", "answer", "few", "many", "others"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``check`` is what it counts for, ``window`` the check in whose windows it looks. ``always`` rules are
    judged in every test; an ``optional`` one is silent where it sees nothing and another rule of its check does."""

    id: str
    check: str
    window: str
    title: str
    severity: str
    scope: str
    source: str
    certainty: str
    expected: str
    judge: Mapping[str, Any]
    interface: str
    reach: str = "own"
    always: bool = False
    optional: bool = False
    ripe: str = ""


class Rulebook:
    """All rules by check, and the schemas that they name."""

    def __init__(self, rules: Iterable[Rule], contracts: Contracts) -> None:
        self.contracts = contracts
        self._by_check: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_check.setdefault(rule.check, []).append(rule)

    def of(self, check: str) -> list[Rule]:
        """The rules of a check."""
        return self._by_check.get(check, [])

    def always(self) -> list[Rule]:
        """The rules that are judged in every test."""
        return [rule for rule in self.all() if rule.always]

    def all(self) -> list[Rule]:
        """Every rule, by file and in the file's order."""
        return [rule for rules in self._by_check.values() for rule in rules]

    def checks(self) -> list[str]:
        """Every check that has a rule."""
        return list(self._by_check)


def load_rulebook(root: Path | None = None) -> Rulebook:
    """Read every ``rules.toml`` below ``root`` (contracts/); raises ``ContractError``."""
    root = root or material("contracts")
    form = _form(material("contracts") / "rules.schema.json")
    rules: dict[str, Rule] = {}
    for path in sorted(root.glob("*/rules.toml")):
        for rule in read_rules(path, form):
            if rule.id in rules:
                raise ContractError(f"{path}: rule {rule.id!r} is there twice: give the second another id")
            rules[rule.id] = rule
    return Rulebook(rules.values(), Contracts(root))


def read_rules(path: Path, form: jsonschema_rs.Draft202012Validator) -> list[Rule]:
    """The rules of one file."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ContractError(f"{path}: can't be read ({error}): mend the TOML there") from error
    _refuse_malformed(path, document, form)
    named = document.get("selectors", {})
    return [_rule(path, entry, named) for entry in document["rule"]]


def _form(path: Path) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(path.read_text("utf-8")), validate_formats=True)


def _refuse_malformed(path: Path, document: Mapping[str, Any], form: jsonschema_rs.Draft202012Validator) -> None:
    if form.is_valid(document):
        return
    error = max(form.iter_errors(document), key=lambda one: len(one.instance_path))
    place = list(error.instance_path)
    if len(place) >= 2 and place[0] == "rule":
        rule = document["rule"][place[1]]
        name = (
            rule.get("id", f"number {int(place[1]) + 1}") if isinstance(rule, dict) else f"number {int(place[1]) + 1}"
        )
        where = ".".join(str(step) for step in place[2:]) or "the rule"
        raise ContractError(
            f"{path}, rule {name!r}: {where}: {error.message}; contracts/rules.schema.json has the form"
        )
    raise ContractError(f"{path}: {'.'.join(map(str, place)) or 'the file'}: {error.message}")


def _rule(path: Path, entry: Mapping[str, Any], named: Mapping[str, Any]) -> Rule:
    judge = {
        key: _merged(path, entry, value, named) if key in SELECTORS else value for key, value in entry["judge"].items()
    }
    check = entry.get("check", entry["id"])
    if entry["scope"] != "check" and PREFIX in json.dumps(judge):
        raise ContractError(f"{path}, rule {entry['id']!r}: only a rule of scope check has expectations")
    rest = {key: value for key, value in entry.items() if key not in ("check", "judge", "window")}
    window = entry.get("window", check)
    return Rule(**rest, check=check, window=window, judge=judge, interface=path.parent.name)


def _merged(path: Path, entry: Mapping[str, Any], selector: Any, named: Mapping[str, Any]) -> Any:
    """A selector with what it is ``like`` filled in, at any depth."""
    if not isinstance(selector, Mapping):
        return selector
    own = {key: _merged(path, entry, value, named) for key, value in selector.items() if key != "like"}
    if "like" not in selector:
        return own
    name = str(selector["like"])
    if name not in named:
        remedy = nearest(name, list(named))
        raise ContractError(f"{path}, rule {entry['id']!r}: there is no selector {name!r}: {remedy}")
    return _over(_merged(path, entry, named[name], named), own)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _over(merged[key], value) if both else value
    return merged
