"""What only stands in call flows: menus, and actions that are parsed by name and never carried out.

``contracts/architect/keys.toml``, table ``calls``, has their keys. Their inputs are not looked at, the actions in their
outputs are. To carry one out: a form, an action and an executor, as for any other; the form goes before this one.
"""

from __future__ import annotations

from typing import Final

import yaml

from understudy.architect.actions import Action, CallAction
from understudy.architect.inputs import Scope
from understudy.architect.nodes import Fields

CHOICE: Final = "menu"  # how the key of a menu's choice begins: menuTask, menuDisconnect, menuTransferToAcd, …
SETTINGS: Final = ("initialGreeting", "inQueueFlow")  # of a call flow, beside everything that begins with "settings"


def call_action(given: str, fields: Fields, scope: Scope, name: str, line: int) -> Action:
    """An action of calls: its name, and what its outputs do."""
    outputs = Fields(fields.take("outputs"), fields.source, f"'outputs' of {fields.what}")
    branches = {
        output: scope.branch(outputs.take(output), fields.source, f"{output!r} of {fields.what}")
        for output in outputs.left()
    }
    fields.drop(*fields.left())
    return CallAction(name=name, line=line, given=given, branches=branches)


def menu_choices(fields: Fields, scope: Scope) -> tuple[Action, ...]:
    """The choices of a menu, each as an action; what a task of its own does is its branch ``task``."""
    return tuple(_choice(node, fields, scope) for node in fields.sequence("choices"))


def _choice(node: yaml.Node, fields: Fields, scope: Scope) -> Action:
    item = Fields(node, fields.source, f"a choice of {fields.what}")
    keys = item.left()
    if len(keys) != 1 or not keys[0].startswith(CHOICE):
        item.fail(f"a choice of a menu is {', '.join(keys) or 'nothing'}: its one key begins with {CHOICE!r}")
    inner = item.inner(keys[0])
    branches: dict[str, tuple[Action, ...]] = {}
    if "task" in inner.left():
        task = inner.inner("task")
        branches["task"] = scope.actions(task, "actions", scope)
    name = inner.text("name", keys[0])
    return CallAction(name=name, line=item.line, given=keys[0], branches=branches)
