"""OM-13 to OM-15, OM-27, OM-29 to OM-31: events, receipts, and what a webhook must bear."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import Rehearsal

SETTLE = 0.3  # seconds in which something wrongly shown would appear


def accepted_and_unseen(rehearsal: Rehearsal, check: str, body: dict[str, Any]) -> None:
    """Deliver something that must be accepted and must show nothing."""
    ann = rehearsal.known_customer()
    with rehearsal.check(check, texts=[], customer=ann.id):
        rehearsal.probe(ann, body=body, check=check)
        if rehearsal.slot.user_side:
            rehearsal.pause(SETTLE)
            ann.sees(0)


@pytest.mark.checks("OM-13")
def test_typing_shows_no_text(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-13", texts=[], customer=ann.id):
        cursor = rehearsal.entry_cursor()
        agent.types()
        rehearsal.wait_entry(after=cursor, interface="open_messaging", direction="in", customer=ann.id)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("OM-14")
@pytest.mark.parametrize("status", ["Published", "Delivered", "Failed"])
def test_receipts_show_nothing(rehearsal: Rehearsal, status: str) -> None:
    accepted_and_unseen(rehearsal, "OM-14", {"type": "Receipt", "status": status, "isFinalReceipt": True})


@pytest.mark.checks("OM-15")
@pytest.mark.parametrize(
    "body",
    [
        {"type": "Hologram"},
        {"type": "Event", "events": [{"eventType": "Levitating"}]},
        {"type": "Structured", "content": [{"contentType": "Hologram", "hologram": {"x": 1}}]},
    ],
    ids=["type", "event", "content"],
)
def test_the_unknown_is_ignored(rehearsal: Rehearsal, body: dict[str, Any]) -> None:
    accepted_and_unseen(rehearsal, "OM-15", body)


@pytest.mark.checks("OM-27")
def test_an_unknown_user_does_no_harm(rehearsal: Rehearsal) -> None:
    nobody, ann = rehearsal.customer("Nobody"), rehearsal.known_customer()
    with rehearsal.check("OM-27", customer=nobody.id, texts=["still there"], user=ann.id):
        rehearsal.probe(nobody, body={"text": "who are you"}, check="OM-27")
        rehearsal.pause(SETTLE)
        rehearsal.probe(ann, body={"text": "still there"}, check="OM-27")
        if rehearsal.slot.user_side:
            ann.sees(1)


@pytest.mark.checks("OM-29")
@pytest.mark.parametrize(
    "body",
    [
        {"text": "with more", "surprise": {"deep": [1, None]}, "another": None},
        {"text": "with less", "metadata": None, "originatingEntity": None},
    ],
    ids=["unknown fields", "missing optional fields"],
)
def test_fields_more_or_less_are_accepted(rehearsal: Rehearsal, body: dict[str, Any]) -> None:
    ann = rehearsal.known_customer()
    id_ = rehearsal.new_id()
    channel = rehearsal.envelope(ann, id_)
    if "more" in body["text"]:
        channel["extra"] = "x"
    else:
        channel["from"].pop("nickname", None)
    with rehearsal.check("OM-29"):
        rehearsal.probe(ann, body={"id": id_, "channel": channel, **body}, check="OM-29")


@pytest.mark.checks("OM-30")
@pytest.mark.parametrize(
    "raw", ["{", '{"id": "m1", "type": "Text"', "[1, 2", ""], ids=["brace", "cut", "list", "empty"]
)
def test_malformed_json_is_refused(rehearsal: Rehearsal, raw: str) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-30"):
        rehearsal.probe(ann, raw=raw, check="OM-30")
        rehearsal.probe(ann, body={"text": "alive"}, check="OM-30.alive")


@pytest.mark.checks("OM-31")
@pytest.mark.parametrize(
    "spec", [{"method": "GET"}, {"method": "PUT"}, {"path_suffix": "/elsewhere"}], ids=["GET", "PUT", "path"]
)
def test_other_methods_and_paths_are_refused(rehearsal: Rehearsal, spec: dict[str, Any]) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-31"):
        rehearsal.probe(ann, body={"text": "astray"}, check="OM-31", **spec)
