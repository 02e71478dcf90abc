from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.errors import SettingsError
from understudy.web_messaging.prepared import GuestProbe, Prepared, frame_of, take

FILL = '{"a":"«tracingId»","b":"«attachmentId»"}'


def test_a_code_is_answered_as_the_platform_does_with_the_frames_tracing_id() -> None:
    (text,) = Prepared(on="onMessage", code=4007).answers({"tracingId": "t-1"})
    frame = json.loads(text)
    assert (frame["class"], frame["code"], frame["tracingId"]) == ("string", 4007, "t-1")
    (text,) = Prepared(on="onMessage", code=429, retry_after=3).answers({})
    frame = json.loads(text)
    assert (frame["class"], frame["body"]["retryAfter"]) == ("TooManyRequestsErrorMessage", 3)
    assert "tracingId" not in frame


@pytest.mark.parametrize(
    ("frame", "filled"),
    [
        ({"tracingId": 't"1', "attachmentId": "a"}, {"a": 't"1', "b": "a"}),
        ({"tracingId": 5}, {"a": "", "b": ""}),
        ({}, {"a": "", "b": ""}),
    ],
)
def test_frames_are_filled_with_what_the_clients_frame_says(frame: dict[str, Any], filled: dict[str, str]) -> None:
    assert [json.loads(text) for text in Prepared(on="onAttachment", frames=[FILL]).answers(frame)] == [filled]


def test_it_is_met_by_frames_of_its_action_so_many_times() -> None:
    waiting = [Prepared(on="onMessage", drop=True, times=2), Prepared(on="echo", drop=True)]
    assert take(waiting, "getJwt") is None
    assert take(waiting, None) is None
    first = take(waiting, "onMessage")
    assert take(waiting, "onMessage") is first
    assert take(waiting, "onMessage") is None
    assert [one.on for one in waiting] == ["echo"]


@pytest.mark.parametrize("data", ["{", b"\xff", "[]", "5", ""])
def test_what_is_no_frame_is_an_empty_one(data: str | bytes) -> None:
    assert frame_of(data) == {}


def test_a_probe_is_read() -> None:
    prepared = {"on": "onMessage", "code": 4011}
    probe = GuestProbe.parse({"customer": "g", "frames": ["{}"], "prepare": [prepared], "probe": "x", "drop": True})
    assert (probe.customer, probe.frames, probe.drop) == ("g", ["{}"], True)
    assert (probe.prepare[0].code, probe.prepare[0].probe) == (4011, "x")


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({}, "guest_frames.customer"),
        ({"customer": "g", "frame": []}, "guest_frames"),
        ({"customer": "g", "frames": "x"}, "guest_frames.frames"),
        ({"customer": "g", "frames": [5]}, "guest_frames.frames"),
        ({"customer": "g", "close": 5}, "guest_frames.close"),
        ({"customer": "g", "drop": 1}, "guest_frames.drop"),
        ({"customer": "g", "prepare": [5]}, "guest_frames.prepare"),
        ({"customer": "g", "prepare": [{"code": 4011}]}, "guest_frames.prepare.on"),
        ({"customer": "g", "prepare": [{"on": "onMessage"}]}, "guest_frames.prepare"),
        ({"customer": "g", "prepare": [{"on": "shout", "drop": True}]}, "guest_frames.prepare.on"),
        ({"customer": "g", "prepare": [{"on": ["x"], "drop": True}]}, "guest_frames.prepare.on"),
        ({"customer": "g", "prepare": [{"on": "echo", "code": 418}]}, "guest_frames.prepare.code"),
        ({"customer": "g", "prepare": [{"on": "echo", "drop": True, "times": 0}]}, "guest_frames.prepare.times"),
    ],
)
def test_a_wrong_probe_is_named(spec: dict[str, Any], where: str) -> None:
    with pytest.raises(SettingsError, match=where):
        GuestProbe.parse(spec)
