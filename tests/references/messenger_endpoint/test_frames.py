from __future__ import annotations

import json

import pytest

from understudy.references.messenger_endpoint import frames


def test_a_session_is_configured_for_a_visitor() -> None:
    frame = frames.configure("d", "ann", "t")
    assert (frame["action"], frame["deploymentId"], frame["tracingId"]) == ("configureSession", "d", "t")
    assert frame["journeyContext"]["customer"] == {"id": "ann", "idType": "cookie"}
    assert "startNew" not in frame
    assert frames.configure("d", "ann", "t", start_new=True)["startNew"] is True


def test_attributes_stand_in_the_message() -> None:
    frame = frames.message(frames.text("hi"), "t", {"a": "b"})
    assert frame["message"]["channel"]["metadata"]["customAttributes"] == {"a": "b"}
    assert frames.message(frames.text("hi"), "t")["message"] == {"type": "Text", "text": "hi"}


def test_a_file_may_come_with_a_text() -> None:
    assert frames.attached("a", "look")["text"] == "look"
    assert "text" not in frames.attached("a")


@pytest.mark.parametrize("letter", ["x", "ö"])
def test_attributes_are_cut_to_what_fits(letter: str) -> None:
    given = {"a": "1", "b": letter * 900, "c": letter * 3000, "d": "4"}
    kept = frames.trimmed(given)
    assert list(kept) == ["a", "b"]
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= frames.ATTRIBUTES_MAX
    assert frames.trimmed({"a": "1"}) == {"a": "1"}
