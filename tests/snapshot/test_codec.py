from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import UnderstudyError
from understudy.snapshot.codec import pack, unpack
from understudy.world.entities import Entity

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
KEYS = TEXTS | st.just("$set") | st.just("$map")
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(KEYS, inner)
        | st.tuples(inner, inner)
        | st.sets(st.text("ab"))
        | st.dictionaries(st.tuples(st.text("ab"), st.text("ab")), inner)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_packed_comes_back_through_json_as_it_was(value: Any) -> None:
    again = unpack(orjson.loads(orjson.dumps(pack(value, "x"))))
    assert again == value
    assert type(again) is type(value)


def test_order_bounds_and_entities_come_back() -> None:
    kept: OrderedDict[str, int] = OrderedDict([("b", 1), ("a", 2)])
    again = unpack(pack({"o": kept, "d": deque([1, 2], maxlen=7)}, "x"))
    assert list(again["o"]) == ["b", "a"]
    assert isinstance(again["o"], OrderedDict)
    assert (again["d"], again["d"].maxlen) == (deque([1, 2]), 7)
    entity = unpack(pack(Entity("users", "u", {"name": "Ann"}, 3, b"", {"x": {1}}), "x"))
    assert (entity.type, entity.id, entity.version, entity.hidden) == ("users", "u", 3, {"x": {1}})
    assert orjson.loads(entity.encoded) == {"name": "Ann"}


def test_what_json_can_not_hold_is_named_with_its_place() -> None:
    with pytest.raises(UnderstudyError, match="a snapshot can't hold presence: there is a object in it"):
        pack({"a": [object()]}, "presence")
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(UnderstudyError, match="deep"):
        pack(deep, "presence")


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"$tuple": [inner]}])
def test_what_is_deeper_than_pack_ever_goes_is_refused(wrap: Callable[[Any], Any]) -> None:
    deep: Any = []
    for _ in range(1_000):
        deep = wrap(deep)
    with pytest.raises(ValueError, match="more than 60 deep"):
        unpack(deep)


@pytest.mark.parametrize(
    "value", [{"$set": 3}, {"$what": []}, {"$map": [1]}, {"$entity": [1]}, {"$deque": []}, {"$set": [[]]}]
)
def test_a_tag_that_pack_never_writes_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="of a snapshot is malformed"):
        unpack(value)
