from __future__ import annotations

from typing import Any

import pytest

from understudy.architect.template import fill
from understudy.errors import FlowError


@pytest.mark.parametrize(
    ("text", "variables", "filled"),
    [
        ("name: {{queue_name}}", {"queue_name": "Support"}, "name: Support"),
        ('  {{ category }}:\n  "{{a-b.c}}"', {"category": "CRM", "a-b.c": 7}, '  CRM:\n  "7"'),
        ("{{{raw}}} {{flag}}{{none}}", {"raw": "<b>", "flag": True, "none": None}, "<b> true"),
        ("{lit: {name: {{a}}}}", {"a": "b"}, "{lit: {name: b}}"),
        ("plain {a: {b: c}}", {}, "plain {a: {b: c}}"),
        ("{{x}}", {"x": "{{y}}", "y": "z"}, "{{y}}"),
    ],
)
def test_placeholders_are_filled_wherever_they_stand(text: str, variables: dict[str, Any], filled: str) -> None:
    assert fill(text, variables, "f.yaml") == filled


@pytest.mark.parametrize(
    ("text", "variables", "problem"),
    [
        ("a\nb: {{queue}}", {}, "f.yaml:2: placeholder 'queue' has no value: none is given (understudy: variables: of "
         "the flow)"),
        ("{{queu}}", {"queue": "x"}, "f.yaml:1: placeholder 'queu' has no value: did you mean 'queue'?"),
        ("{{#each}}", {"each": 1}, "f.yaml:1: placeholder '{{#each}}' is not supported: only {{name}} is"),
        ("{{}}", {}, "f.yaml:1: placeholder '{{}}' is not supported: only {{name}} is"),
    ],
)  # fmt: skip
def test_one_without_a_value_is_an_error_with_its_line(text: str, variables: dict[str, Any], problem: str) -> None:
    with pytest.raises(FlowError) as error:
        fill(text, variables, "f.yaml")
    assert str(error.value) == problem
