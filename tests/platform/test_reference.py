from __future__ import annotations

import pytest

from understudy.platform.catalogue import load_catalogue
from understudy.platform.reference import reference
from understudy.platform.schemas import Form, Schemas

SCHEMAS = Schemas(load_catalogue().models)


@pytest.mark.parametrize(
    ("form", "body", "is_valid"),
    [
        (Form.GATE, {"name": "Support"}, True),
        (Form.GATE, {"name": 3}, False),
        (Form.GATE, {}, False),
        (Form.GATE, {"name": "Support", "surprise": 1}, True),
        (Form.JUDGE, {"name": "Support", "surprise": 1}, False),
        (Form.GATE, {"name": "Support", "dateCreated": "yesterday"}, False),
    ],
)
def test_the_reference_engine_judges_by_the_same_schema(form: Form, body: dict[str, object], is_valid: bool) -> None:
    assert reference(SCHEMAS, "CreateQueueRequest", form).is_valid(body) is is_valid
