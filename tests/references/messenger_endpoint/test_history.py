from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.references.messenger_endpoint.history import PER_MINUTE, History

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging


def test_the_history_is_read_oldest_first_with_the_bearers_origin(fake: FakeMessaging) -> None:
    fake.history = [{"id": "new"}, {"id": "old"}, 5]  # type: ignore[list-item]
    assert [one["id"] for one in History(fake.url, "https://shop.example").read("j.w.t")] == ["old", "new"]
    path, headers = fake.asked[0]
    assert path == "/api/v2/webmessaging/messages?pageNumber=1&pageSize=25"
    assert (headers["authorization"], headers["origin"]) == ("bearer j.w.t", "https://shop.example")


def test_it_is_read_ten_times_a_minute_at_most(fake: FakeMessaging) -> None:
    history = History(fake.url, "https://shop.example")
    fake.history = [{"id": "x"}]
    found = [history.read("j") for _ in range(PER_MINUTE + 2)]
    assert [len(one) for one in found] == [1] * PER_MINUTE + [0, 0]


def test_nothing_is_read_where_nobody_answers(fake: FakeMessaging) -> None:
    assert History("http://127.0.0.1:1", "https://shop.example").read("j") == []
    assert History(f"{fake.url}/nowhere/x?", "https://shop.example").read("j") == []
