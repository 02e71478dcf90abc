"""A conversation as a message sequence diagram: entries in, places on paper out; the template draws them.

Lanes stand from the customer on the left over the vendor's endpoint to the faces of Genesys on the right; a messenger
and its socket stand before the endpoint. A message is an arrow between two lanes (an answer a dashed one), a note a
band across all lanes. Lengths are in pixels of the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.record.entry import Entry
from understudy.reporter.exhibit import anchor, plain
from understudy.reporter.visible import one_line

ENDPOINT, MESSENGER = "endpoint", "messenger"
# lane → its title, from left to right; an interface that is not named here gets a lane of its own at the end
LANES: Final = {
    "user_side": "Customer", MESSENGER: "Messenger", "web_messaging": "Web Messaging", ENDPOINT: "Vendor's endpoint",
    "bot_connector": "Bot Connector", "open_messaging": "Open Messaging", "platform": "Platform API",
    "notifications": "Notifications", "triggers": "Triggers", "attachments": "Attachments",
}  # fmt: skip
PEERS: Final = {"web_messaging": MESSENGER}  # who speaks with a lane, where it isn't the endpoint
SHARED: Final = {"oauth": "platform"}  # interfaces without a lane of their own
TELLING: Final = ("bot_connector",)  # lanes whose answers say something to people
INSIDE: Final = ("body", "message", "inputMessage")
BORDERS: Final = ("check.began", "check.ended", "check.skipped", "test.customer")
STEPS_MAX: Final = 300
GUTTER, LANE, MARGIN = 150, 190, 24  # left of the lanes: number and time; between two lanes; around
TOP, MESSAGE, ANSWER, NOTE = 62, 48, 34, 27  # heights of the titles and of each kind of step
LETTER: Final = 6.9  # width of a letter at 12 px, on the average of what stands on a page like this
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_UNTOLD: Final = ("test", "entry")  # of a note's data: said elsewhere


@dataclass(frozen=True, slots=True)
class Lane:
    """A vertical line with a title."""

    title: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry on paper. A message goes from ``x`` to ``to``; a band of a note reaches from ``x`` to ``to``.
    ``label`` fits the space there is, ``whole`` is all of it, ``gist`` is what the message says."""

    id: str
    anchor: str
    form: str  # message | answer | note | border
    y: float
    x: float
    to: float
    label: str
    whole: str
    gist: str
    offset: str
    is_failing: bool

    @property
    def middle(self) -> float:
        """Where a label over an arrow is centred."""
        return (self.x + self.to) / 2

    @property
    def head(self) -> str:
        """The arrow's head as path data: solid for a message, open for an answer."""
        back = -9 if self.to > self.x else 9
        end = "z" if self.form == "message" else ""
        return f"M{self.to + back:g} {self.y - 4.5:g}L{self.to:g} {self.y:g}L{self.to + back:g} {self.y + 4.5:g}{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """All of one conversation; ``left_out`` entries did not fit."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    left_out: int = 0


def diagram(lines: Sequence[Mapping[str, Any]], failing: Collection[str]) -> Diagram:
    """The drawing of a conversation's entries (``Entry.to_json``); ``failing`` are ids that a failed verdict cites."""
    entries = [Entry.from_json(dict(line)) for line in lines[:STEPS_MAX]]
    places = _places(entries)
    asked = {(e.process, e.exchange): e for e in reversed(entries) if e.kind == "message" and e.status is None}
    right = max(places.values()) + LANE / 2
    steps: list[Step] = []
    y: float = TOP
    for entry in entries:
        form = _form(entry)
        tells = form == "message" or (form == "answer" and _lane(entry) in TELLING)
        height = MESSAGE if tells else ANSWER if form == "answer" else NOTE
        x, to = _ends(entry, places) if entry.kind == "message" else (GUTTER + MARGIN, right - MARGIN)
        whole = _label(entry, asked.get((entry.process, entry.exchange)))
        room = int((abs(to - x) - 16) / LETTER)
        steps.append(
            Step(
                id=entry.id,
                anchor=anchor(entry.id),
                form=form,
                y=y + height / 2,
                x=x,
                to=to,
                label=_shortened(_named(entry) if entry.kind != "message" else whole, room),
                whole=whole,
                gist=one_line(_gist(entry), room) if tells else "",
                offset=_offset(entries[0], entry),
                is_failing=entry.id in failing,
            )
        )
        y += height
    lanes = tuple(Lane(_title(name), x) for name, x in places.items())
    return Diagram(width=right, height=y + MARGIN, lanes=lanes, steps=tuple(steps), left_out=len(lines) - len(entries))


def _places(entries: Iterable[Entry]) -> dict[str, float]:
    """Lane → x, of the lanes that are needed."""
    lanes = [_lane(entry) for entry in entries if entry.kind == "message"]
    spoken = dict.fromkeys([*lanes, *(_peer(lane) for lane in lanes)])
    needed = [name for name in LANES if name in spoken or name in (ENDPOINT, "platform")]
    needed += [name for name in spoken if name not in LANES]
    return {name: GUTTER + LANE / 2 + at * LANE for at, name in enumerate(needed)}


def _lane(entry: Entry) -> str:
    return SHARED.get(entry.interface, entry.interface)


def _peer(lane: str) -> str:
    return PEERS.get(lane, ENDPOINT)


def _title(lane: str) -> str:
    return LANES.get(lane) or one_line(lane.replace("_", " ").capitalize(), 24)


def _ends(entry: Entry, places: Mapping[str, float]) -> tuple[float, float]:
    """From where to where: ``in`` is what the other end said to that lane."""
    lane, peer = places[_lane(entry)], places[_peer(_lane(entry))]
    return (peer, lane) if entry.direction == "in" else (lane, peer)


def _form(entry: Entry) -> str:
    if entry.kind != "message":
        return "border" if entry.name in BORDERS else "note"
    return "message" if entry.status is None else "answer"


def _named(entry: Entry) -> str:
    """A note without bare ids, which fill a line and tell a reader nothing."""
    return _told(entry, [told for told in _values(entry) if not _UUID.fullmatch(told)])


def _values(entry: Entry) -> list[str]:
    return [plain(v) for k, v in entry.data.items() if k not in _UNTOLD and v not in (None, "", [], {})]


def _told(entry: Entry, told: Sequence[str]) -> str:
    return one_line(f"{entry.name}: {', '.join(told)}" if told else entry.name, 400)


def _label(entry: Entry, request: Entry | None) -> str:
    if entry.kind != "message":
        return _told(entry, _values(entry))
    if entry.status is None:
        return one_line(entry.name, 400)
    seconds = entry.data.get("seconds")
    if not isinstance(seconds, int | float):
        seconds = entry.mono - request.mono if request is not None else None
    return f"{entry.status}" if seconds is None else f"{entry.status} after {seconds:.3f} s"


def _shortened(label: str, room: int) -> str:
    """Ids give way first, then the beginning of a path (its end tells more), then the end of the whole."""
    if len(label) > room:
        label = _UUID.sub("{…}", label)
    method, space, path = label.partition(" /")
    while space and " " not in method and len(label) > room and "/" in path:
        path = path.partition("/")[2]
        label = f"{method} …/{path}"
    return one_line(label, max(room, 8))


def _offset(first: Entry, entry: Entry) -> str:
    same = first.process == entry.process
    return f"+{entry.mono - first.mono if same else entry.utc - first.utc:.3f}"


def _replies(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a bot answered, in either contract."""
    replies = body.get("replymessages") or body.get("replyMessages")
    return [one for one in replies if isinstance(one, dict)] if isinstance(replies, list) else []


def _gist(entry: Entry) -> str:
    """What a message says: its text, or its type and event."""
    try:
        body = orjson.loads(entry.body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(body, dict):
        return ""
    for name in INSIDE:  # a frame or a bot's turn: what it is about lies inside
        body = body[name] if isinstance(body.get(name), dict) else body
    for message in (body, *_replies(body)):
        for name in ("text", "textBody"):
            if isinstance(message.get(name), str) and message[name]:
                return f"“{message[name]}”"
    events = body.get("events")
    event = events[0].get("eventType") if isinstance(events, list) and events and isinstance(events[0], dict) else None
    return " ".join(str(part) for part in (body.get("type"), event, body.get("status")) if isinstance(part, str))
