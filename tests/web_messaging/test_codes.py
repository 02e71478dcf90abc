from __future__ import annotations

import pytest

from understudy.errors import ContractError
from understudy.web_messaging import codes


def test_every_code_has_text_source_and_certainty() -> None:
    for number, one in codes.codes().items():
        assert one.number == number
        assert one.name
        assert one.text
        assert one.source
        assert one.certainty in ("documented", "observed", "assumed")


def test_every_code_of_the_file_has_a_name() -> None:
    named = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, int)}
    assert named == set(codes.codes())


def test_an_unknown_code_is_our_own_mistake() -> None:
    with pytest.raises(ContractError, match=r"web_messaging/codes\.toml has no code 4999; there are 400, 401"):
        codes.code(4999)
