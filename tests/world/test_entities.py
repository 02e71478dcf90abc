from __future__ import annotations

import orjson

from understudy.world.entities import Entities


def test_each_put_is_a_new_version_with_its_encoded_bytes() -> None:
    entities = Entities()
    first = entities.put("queues", "q", {"id": "q", "name": "A"}, {"secret": 1})
    second = entities.put("queues", "q", {"id": "q", "name": "B"})
    assert (first.version, second.version) == (1, 2)
    assert orjson.loads(second.encoded) == {"id": "q", "name": "B"}
    assert second.hidden == {"secret": 1}


def test_names_are_found_whatever_their_case() -> None:
    entities = Entities()
    entities.put("queues", "q", {"name": "Support"})
    found = entities.named("queues", "SUPPORT")
    assert found is not None
    assert found.id == "q"
    assert entities.named("queues", "Sales") is None


def test_what_is_removed_is_gone() -> None:
    entities = Entities()
    entities.put("queues", "q", {})
    removed = entities.remove("queues", "q")
    assert removed is not None
    assert removed.name == "q"
    assert entities.get("queues", "q") is None
    assert entities.remove("queues", "q") is None
    assert list(entities.types()) == ["queues"]
