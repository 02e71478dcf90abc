"""What a test has in store for a guest's client, where the platform's own limits can't provoke it: hand-made frames, a
cut connection, an answer in place of the org's.

``GuestProbe.parse`` reads the specification that a test sends through the control API:

    customer    the guest's id
    frames      texts that go to every connection of the guest as they stand
    drop        true: the connections are cut without a closing handshake (1006)
    close       a code with which they are closed, after the frames
    prepare     what the guest's next frames meet: {"on": an action, "times": 1, and one of
                "code" (with "retry_after": seconds for 429), "frames": texts, in which «tracingId» and «attachmentId»
                stand for those of the client's frame, "drop": true}
    probe, test, check   go into the record: what the test made of it, and who asked
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

import orjson

from understudy.errors import SettingsError, nearest
from understudy.web_messaging import frames
from understudy.web_messaging.codes import RATE, TOO_MANY_REQUESTS, codes
from understudy.web_messaging.messages import FORMS

PREPARED_MAX: Final = 100  # of one guest; the emulator's own bound
FRAMES_MAX: Final = 100  # of one probe
FILLED: Final = ("tracingId", "attachmentId")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= FRAMES_MAX


def _are_frames(value: object) -> bool:
    return isinstance(value, list) and len(value) <= FRAMES_MAX and all(map(_is_text, value))


Shapes = Mapping[str, tuple[Callable[[Any], bool], str]]
FLAG: Final = (lambda value: isinstance(value, bool), "give true or false")
TEXTS: Final = (_are_frames, f"give a list of at most {FRAMES_MAX} texts")
PREPARED_SHAPES: Final[Shapes] = {
    "on": (lambda value: _is_text(value) and value in FORMS, "give an action of a client's frame"),
    "times": (_is_count, f"give a whole number up to {FRAMES_MAX}"),
    "code": (lambda value: isinstance(value, int) and value in codes(), "give a code of contracts/web_messaging"),
    "retry_after": (_is_count, "give whole seconds"),
    "frames": TEXTS,
    "drop": FLAG,
}
SHAPES: Final[Shapes] = {
    **dict.fromkeys(("customer", "probe", "test", "check"), (_is_text, "give a text")),
    "frames": TEXTS,
    "drop": FLAG,
    "close": (lambda value: isinstance(value, int) and 1000 <= value <= 4999, "give a close code from 1000 to 4999"),
    "prepare": (
        lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
        "give a list of objects",
    ),
}


@dataclass(slots=True, kw_only=True)
class Prepared:
    """What the next ``times`` frames of action ``on`` meet instead of the org."""

    on: str
    times: int = 1
    code: int = 0
    retry_after: int = 1
    frames: Sequence[str] = ()
    drop: bool = False
    probe: str = "prepared"

    def answers(self, frame: Mapping[str, Any]) -> list[str]:
        """The frames that answer a client's, whose fields nobody checked."""
        given = {name: frame.get(name) for name in FILLED}
        tracing_id = given["tracingId"] if isinstance(given["tracingId"], str) else None
        if self.code in (RATE, TOO_MANY_REQUESTS):
            return [frames.too_many_requests(self.retry_after, tracing_id).to_text()]
        if self.code:
            return [frames.error(self.code, "", tracing_id).to_text()]
        texts = list(self.frames)
        for name, value in given.items():
            inside = orjson.dumps(value if isinstance(value, str) else "").decode()[1:-1]
            texts = [text.replace(f"«{name}»", inside) for text in texts]
        return texts


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestProbe:
    """What a test asks for."""

    customer: str
    frames: list[str] = field(default_factory=list)
    drop: bool = False
    close: int = 0
    prepare: list[Prepared] = field(default_factory=list)
    probe: str = "hand-made"
    test: str = ""
    check: str = ""

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> GuestProbe:
        """From the control API; raises ``SettingsError`` that names the wrong field."""
        _fit(spec, "guest_frames", [one.name for one in fields(cls)], SHAPES)
        if not spec.get("customer"):
            raise SettingsError("guest_frames.customer", None, "give the id of a guest")
        prepared = [_prepared(one, str(spec.get("probe", "prepared"))) for one in spec.get("prepare", ())]
        return cls(**{**spec, "prepare": prepared})


def frame_of(data: str | bytes) -> Mapping[str, Any]:
    """A client's frame as an object; empty where it is none."""
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def take(prepared: list[Prepared], action: object) -> Prepared | None:
    """The first that is meant for a frame of this action, used once."""
    found = next((one for one in prepared if one.on == action), None)
    if found is not None:
        found.times -= 1
        if found.times <= 0:
            prepared.remove(found)
    return found


def _prepared(spec: Mapping[str, Any], probe: str) -> Prepared:
    known = [one.name for one in fields(Prepared) if one.name != "probe"]
    _fit(spec, "guest_frames.prepare", known, PREPARED_SHAPES)
    if "on" not in spec:
        raise SettingsError("guest_frames.prepare.on", None, PREPARED_SHAPES["on"][1])
    if not (spec.get("code") or spec.get("frames") or spec.get("drop")):
        raise SettingsError("guest_frames.prepare", dict(spec), "give code, frames or drop")
    return Prepared(**spec, probe=probe)


def _fit(spec: Mapping[str, Any], where: str, known: list[str], shapes: Shapes) -> None:
    for name, value in spec.items():
        if name not in known:
            raise SettingsError(where, name, nearest(name, known))
        is_right, remedy = shapes[name]
        if not is_right(value):
            raise SettingsError(f"{where}.{name}", value, remedy)
