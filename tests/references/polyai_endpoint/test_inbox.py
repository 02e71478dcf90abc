"""What the user sees of a delivery, what is reported of it, and the faults between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig


def known(rig: Any, *users: str) -> None:
    """Make users known, with nothing on their screens but the bot's answer."""
    for user in users:
        rig.say(user, "hi")
        rig.seen(user, 1)


def file_message(rig: Any, user: str, url: str, **fields: Any) -> dict[str, Any]:
    """A message with a picture."""
    attachment = {"mediaType": "Image", "url": url, "mime": "image/png"}
    return dict(rig.outbound(user, content=[{"contentType": "Attachment", "attachment": attachment}], **fields))


def test_a_text_is_shown_once_and_reported_delivered(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann")
    assert rig.deliver(rig.outbound("ann", "<b>hello</b> é 😀", id_="m7")) == 200
    item = rig.seen("ann", 2)[1]
    assert (item["type"], item["text"], item["from"], item["platformId"]) == (
        "text",
        "<b>hello</b> é 😀",
        "agent",
        "m7",
    )
    (receipt,) = genesys.wait("/receipt")
    assert (receipt.body["id"], receipt.body["status"], receipt.body["channel"]["to"]["id"]) == (
        "m7",
        "Delivered",
        "ann",
    )


def test_twenty_messages_keep_their_order(start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann")
    for number in range(20):
        rig.deliver(rig.outbound("ann", str(number), id_=f"m{number}"))
    assert [item["text"] for item in rig.seen("ann", 21)[1:]] == [str(number) for number in range(20)]


def test_two_users_do_not_see_each_others_messages(start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann", "bob")
    for number in range(6):
        rig.deliver(rig.outbound("ann" if number % 2 else "bob", str(number), id_=f"m{number}"))
    assert [item["text"] for item in rig.seen("ann", 4)[1:]] == ["1", "3", "5"]
    assert [item["text"] for item in rig.seen("bob", 4)[1:]] == ["0", "2", "4"]


def test_a_file_is_linked_and_one_that_failed_is_told(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann")
    genesys.scripts["/files/gone"].append(rig.scripted(404))
    rig.deliver(file_message(rig, "ann", f"{genesys.url}/files/a.png", id_="m1"))
    rig.deliver(file_message(rig, "ann", f"{genesys.url}/files/gone", id_="m2"))
    shown, told = rig.seen("ann", 3)[1:]
    assert shown["attachment"]["url"] == f"{genesys.url}/files/a.png"
    assert (told["type"], told["text"]) == ("notice", "A file was sent to you, but its address answers 404.")
    receipts = genesys.wait("/receipt", 2)
    assert [receipt.body["status"] for receipt in receipts] == ["Delivered", "Failed"]
    assert receipts[1].body["reasons"][0]["code"] == "UnsupportedMessage"


def test_hides_failed_attachments_says_nothing(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("hides_failed_attachments")
    known(rig, "ann")
    genesys.scripts["/files/gone"].append(rig.scripted(404))
    rig.deliver(file_message(rig, "ann", f"{genesys.url}/files/gone", id_="m1"))
    rig.deliver(rig.outbound("ann", "next", id_="m2"))
    assert [item["text"] for item in rig.seen("ann", 2)] == ["You said: hi", "next"]


def test_nothing_is_shown_or_reported_for_an_empty_message(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann")
    rig.deliver(rig.outbound("ann", "", id_="m1"))
    rig.deliver(rig.outbound("ann", "next", id_="m2"))
    assert rig.seen("ann", 2)[1]["text"] == "next"
    assert [call.body["id"] for call in genesys.wait("/receipt")] == ["m2"]


def test_an_unknown_address_is_reported_failed(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start()
    assert rig.deliver(rig.outbound("nobody", "hello", id_="m1")) == 200
    (receipt,) = genesys.wait("/receipt")
    assert (receipt.body["status"], receipt.body["reasons"][0]["code"]) == ("Failed", "InvalidDestination")
    assert rig.items("nobody") == []


def test_a_slow_upstream_delays_what_is_shown_and_not_the_answer(start: Callable[..., Rig]) -> None:
    rig = start()
    known(rig, "ann")
    rig.request("POST", "/control/upstream", {"slow": 60})
    assert rig.deliver(rig.outbound("ann", "hello")) == 200
    rig.stopping.set()  # ends the wait
    assert rig.seen("ann", 2)[1]["text"] == "hello"


def test_no_receipts_reports_failures_only(genesys: FakeGenesys, start: Callable[..., Rig]) -> None:
    rig = start("no_receipts")
    rig.handed_off()
    rig.deliver(rig.outbound("ann", "hello"))
    rig.seen("ann", 1, "text")
    rig.deliver(rig.outbound("nobody", "hello", id_="m2"))
    assert [call.body["id"] for call in genesys.wait("/receipt")] == ["m2"]


def test_reorders_shows_every_second_text_late_from_the_fourth_on(start: Callable[..., Rig]) -> None:
    rig = start("reorders")
    known(rig, "ann")
    for number in range(1, 7):
        rig.deliver(rig.outbound("ann", str(number), id_=f"m{number}"))
    assert [item["text"] for item in rig.seen("ann", 7)[1:]][:4] == ["1", "2", "3", "5"]


def test_crosstalk_shows_a_text_to_the_user_before_too(start: Callable[..., Rig]) -> None:
    rig = start("crosstalk")
    known(rig, "ann", "bob")
    rig.deliver(rig.outbound("ann", "for ann", id_="m1"))
    rig.seen("ann", 2)
    rig.deliver(rig.outbound("bob", "for bob", id_="m2"))
    assert [item["text"] for item in rig.seen("ann", 3)[1:]] == ["for ann", "for bob"]


@pytest.mark.parametrize(("faults", "answers"), [((), 0), (("bot_loop",), 1)])
def test_a_bot_is_answered_only_with_the_fault(
    genesys: FakeGenesys, start: Callable[..., Rig], faults: tuple[str, ...], answers: int
) -> None:
    rig = start(*faults)
    known(rig, "ann")
    rig.deliver(rig.outbound("ann", "from a bot", originatingEntity="Bot"))
    assert rig.seen("ann", 2)[1]["from"] == "bot"
    genesys.wait("/receipt")
    rig.handed_off()  # after what the bot would have said
    assert genesys.texts() == ["You said: from a bot"] * answers + ["agent please"]
