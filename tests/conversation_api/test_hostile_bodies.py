"""Whatever is asked of conversations under way, the answer is one of the platform's and the world stays sane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.clock import ManualClock
from understudy.conversation_api.behaviour import ACTIONS
from understudy.conversation_api.target import MEDIA_OF
from understudy.conversations.commands import RoutingStatus
from understudy.conversations.media_commands import CallProgress
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import Operation
from understudy.routing.agents import load
from understudy.world.org import Org
from understudy.world.tokens import Token

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = ("", "u1", "u2", "u3", "q1", "q2", "w1", "+4930", "nope", "connected", "disconnected", "parked", "open", "gold")
TIMES = ("2026-01-01T00:01:00Z", "2026-01-02T00:00:00Z", "1999-01-01T00:00:00Z", "soon")
STEPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12)


class Body:
    """A body of a model from one number: mostly of the right types, often null, empty or absent."""

    def __init__(self, platform: Platform, seed: int) -> None:
        self._models, self._seed = platform.catalogue.models, seed

    def draw(self, many: int) -> int:
        """A number below ``many``; another at each call."""
        self._seed = (self._seed * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._seed >> 33) % many

    def value(self, type_: str, field: dict[str, Any], depth: int) -> Any:
        if self.draw(12) == 0:
            return None
        if type_.endswith("[]"):
            return [self.value(type_[:-2], field, depth - 1) for _ in range(self.draw(3))] if depth else []
        if type_.startswith("map<"):
            return {WORDS[self.draw(len(WORDS))]: self.value(type_[4:-1], {}, depth - 1) for _ in range(self.draw(3))}
        if field.get("enum") and self.draw(4):
            return field["enum"][self.draw(len(field["enum"]))]
        match type_:
            case "integer" | "number":
                return (-1, 0, 1, 7, 10**9)[self.draw(5)]
            case "boolean":
                return bool(self.draw(2))
            case "date-time":
                return TIMES[self.draw(len(TIMES))]
            case "string" | "object":
                return WORDS[self.draw(len(WORDS))]
        model = self._models.get(type_)
        if model is None or depth <= 0:
            return {}
        names = [name for name, about in model.items() if about.get("required") or self.draw(3) == 0]
        return {name: self.value(model[name]["type"], model[name], depth - 1) for name in names}


def request(platform: Platform, org: Org, number: int, seed: int, token: Token) -> ApiRequest:
    operation: Operation = platform.catalogue.by_id[sorted(ACTIONS)[number % len(ACTIONS)]]
    body = Body(platform, seed)
    media = next((MEDIA_OF[part] for part in operation.path.split("/")[4:5] if part in MEDIA_OF), "")
    chosen = [c for c in org.conversations.values() if not media or c.has(media)] or list(org.conversations.values())
    conversation = chosen[body.draw(len(chosen))]
    participant = conversation.participants[body.draw(len(conversation.participants))]
    ids = {
        "conversationId": conversation.id,
        "participantId": participant.id,
        "communicationId": participant.communication.id,
        "queueId": "q1",
        "userId": "u1",
        "mediaType": "call",
    }
    path = operation.path
    for name in operation.variables:
        path = path.replace("{" + name + "}", ids.get(name, "nope"))
    raw = orjson.dumps(body.value(operation.body, {}, 3)) if operation.body else b""
    headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
    return ApiRequest(operation.method, path, headers, raw, "http://127.0.0.1:1")


def check(org: Org) -> None:
    for conversation in org.conversations.values():
        live = [p for p in conversation.participants if p.is_live]
        assert (conversation.ended is None) == bool(live), conversation
        assert all((p.ended is None) == p.is_live for p in conversation.participants)
    waiting = {p.id for c in org.conversations.values() for p in c.participants if p.purpose == "acd" and p.is_live}
    assert set(org.live.get("routing.waiting", {})) <= waiting
    everyone = {p.id: p for c in org.conversations.values() for p in c.participants}
    for user in ("u1", "u2", "u3"):
        assert all(everyone[id_].is_live or everyone[id_].in_wrapup for id_ in load(org, user))


@MANY
@given(steps=STEPS)
def test_no_request_breaks_the_emulator_or_the_world(
    steps: list[tuple[int, int]], platform: Platform, office: Org, clock: ManualClock, grant: Callable[..., Token]
) -> None:
    office.live["rate.allowed"] = {"boss": 10**9}
    tokens = [grant(None), grant("u1"), grant("u2")]
    for user in ("u1", "u2"):
        office.perform(RoutingStatus(user, "IDLE"))
    begin(platform, tokens[1])
    for number, seed in steps:
        outcome = platform.answer(request(platform, office, number, seed, tokens[seed % len(tokens)]))
        assert "emulator_error" not in outcome.data, outcome.data
        assert outcome.answer.status < 500
        if seed % 5 == 0:
            clock.advance(40)
            office.tick()
        for conversation in list(office.conversations.values())[-1:]:
            far = conversation.customer
            call = far.of("call")
            if seed % 3 == 0 and call is not None and call.state == "dialing":
                office.perform(CallProgress(conversation.id, far.id, "connected"))
        check(office)
    assert [note.data for note in office.notes if note.name == "emulator.contract"] == []


def begin(platform: Platform, token: Token) -> None:
    """One conversation of each medium."""
    headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
    for path, body in {
        "calls": {"phoneNumber": "+4930", "callFromQueueId": "q1"},
        "callbacks": {"callbackNumbers": ["+4930"], "queueId": "q2"},
        "emails": {"provider": "x", "queueId": "q2", "fromAddress": "a@b", "toAddress": "c@d", "textBody": "x"},
    }.items():
        asked = ApiRequest("POST", f"/api/v2/conversations/{path}", headers, orjson.dumps(body), "http://127.0.0.1:1")
        assert platform.answer(asked).answer.status == 200
