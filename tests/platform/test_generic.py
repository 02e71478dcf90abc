from __future__ import annotations

from understudy.platform.catalogue import Catalogue
from understudy.platform.generic import made_up
from understudy.platform.schemas import Schemas


def test_a_generic_answer_says_that_it_is_one(catalogue: Catalogue) -> None:
    answer = made_up(catalogue.by_id["getVoicemailMePolicy"], catalogue.models)
    assert answer.generic
    assert made_up(catalogue.by_id["deleteVoicemailMessages"], catalogue.models).payload() == b""


def test_a_generic_listing_is_empty(catalogue: Catalogue) -> None:
    assert made_up(catalogue.by_id["getStations"], catalogue.models).body == {"entities": []}


def test_generic_answers_fit_their_models(catalogue: Catalogue) -> None:
    schemas = Schemas(catalogue.models)
    broken = []
    for operation in catalogue.operations[::40]:
        if operation.response is None:
            continue
        problems = schemas.response(operation.response).problems(made_up(operation, catalogue.models).body)
        broken += [f"{operation.id}: {problem}" for problem in problems]
    assert broken == []
