"""The platform at the other end of the messenger's sockets: it says what a test wants (facts: messaging §2.3, §6c)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute
from tests.integration.pages.people import PATIENCE

MEDIA = {"allowedMedia": {"inbound": {"fileTypes": [{"type": "image/png"}], "maxFileSizeKB": 10}}}


class Platform:
    """The other end of the messenger's sockets: ``said`` are the frames that came, ``sockets`` all that were opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[dict[str, Any]] = []
        self.sockets: list[WebSocketRoute] = []
        self.session: dict[str, Any] = {"connected": True, "newSession": True, "maxCustomDataBytes": 2048, **MEDIA}
        self.on_message: Callable[[dict[str, Any]], None] = self.echoes
        self.refusals: list[tuple[str, Any, int]] = []  # class, body, code: what it says to configureSession first
        self.is_well = True  # whether it answers an echo
        page.route_web_socket(re.compile(r"/v1\?deploymentId="), self.opened)

    def opened(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.hears(json.loads(text)))

    def hears(self, frame: dict[str, Any]) -> None:
        self.said.append(frame)
        match frame["action"]:
            case "configureSession" if self.refusals:
                class_, body, code = self.refusals.pop(0)
                self.says(class_, body, code, frame["tracingId"], "response")
            case "configureSession":
                self.says("SessionResponse", self.session, tracing=frame["tracingId"], type_="response")
            case "onMessage":
                self.on_message(frame)
            case "echo" if self.is_well:
                self.says("StructuredMessage", frame["message"], tracing=frame["tracingId"], type_="response")

    def echoes(self, frame: dict[str, Any]) -> None:
        number = len(self.said)
        body = {"direction": "Inbound", "id": f"m{number}", "channel": {"time": at(number)}, **frame["message"]}
        self.says("StructuredMessage", body, tracing=frame["tracingId"])

    def says(self, class_: str, body: Any, code: int = 200, tracing: str | None = None, type_: str = "message") -> None:
        frame = {"type": type_, "class": class_, "code": code, "body": body}
        self.sockets[-1].send(json.dumps(frame if tracing is None else {**frame, "tracingId": tracing}))

    def text(self, text: str, seconds: int, **more: Any) -> None:
        body = {
            "type": "Text",
            "direction": "Outbound",
            "id": f"out {text}",
            "text": text,
            "channel": {"time": at(seconds)},
        }
        self.says("StructuredMessage", {**body, **more})

    def frames(self, action: str = "onMessage", type_: str = "") -> list[dict[str, Any]]:
        found = [one for one in self.said if one["action"] == action]
        return [one for one in found if not type_ or one["message"]["type"] == type_]

    def has_history(self, *entities: dict[str, Any], status: int = 200) -> None:
        """Answer the next question for history."""
        self.until(lambda: self.frames("getJwt"))
        body = {"entities": list(entities), "pageCount": 1}
        self.page.route("**/webmessaging/messages?*", lambda route: route.fulfill(status=status, json=body))
        asked = self.frames("getJwt")[-1]
        self.says("JwtResponse", {"jwt": "none", "exp": 0}, tracing=asked["tracingId"], type_="response")

    def breaks(self) -> None:
        """The connection breaks, and the messenger makes another of the same session."""
        number = len(self.frames("configureSession")) + 1
        self.session = {**self.session, "newSession": False}
        self.sockets[-1].close(code=1011)
        self.page.clock.run_for(1500)
        self.until(lambda: len(self.frames("configureSession")) == number)

    def stops_the_clock(self) -> None:
        """From now on the page's time goes on by ``clock.run_for`` only."""
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000 + 60"))

    def until(self, done: Callable[[], Any]) -> None:
        for _ in range(int(PATIENCE / 20)):
            if done():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"it never happened: {self.said}")


def at(seconds: int) -> str:
    return f"2026-07-01T10:{seconds // 60:02}:{seconds % 60:02}.000Z"
