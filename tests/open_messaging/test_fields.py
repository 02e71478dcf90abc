from __future__ import annotations

import pytest

from understudy.errors import Refused
from understudy.open_messaging.fields import list_of, name_of, object_of, one_of, optional_text, strings_of


def test_null_counts_as_absent() -> None:
    assert optional_text({"a": None}, "a", "") == ""
    assert list_of(None, "a") == []
    assert strings_of(None, "a") == {}
    with pytest.raises(Refused, match="should have required property 'a'"):
        name_of({"a": None}, "a", "")


def test_path_leads_to_the_field() -> None:
    with pytest.raises(Refused) as caught:
        name_of({"id": 7}, "id", "channel.to")
    assert caught.value.message == "channel.to.id should be string"
    assert caught.value.status == 400


def test_body_itself_is_named_body() -> None:
    with pytest.raises(Refused, match="body should be object"):
        object_of("x", "")


def test_allowed_words_are_exact_unless_folded() -> None:
    assert one_of("email", ("Email",), "t", fold=True) == "Email"
    with pytest.raises(Refused) as caught:
        one_of("email", ("Email",), "t")
    assert caught.value.code == "invalid.value"
