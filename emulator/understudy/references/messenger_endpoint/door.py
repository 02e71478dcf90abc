"""The door: how a suite makes guests write and sees what they are shown (suites/USER_SIDE.md), on the same port.

Beside the user side it lets a guest open a further tab and give attributes of the page.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from typing import Any, Final
from urllib.parse import unquote

from ..vendor_side.server import Reply, Request
from ..vendor_side.values import object_of, part, string
from .files import Files
from .guest import Guest
from .settings import Settings

DOOR_HELP: Final = """\
the door, on the same port, below DOOR_PATH:
  POST /users/{id}/messages   {"text"}, {"attachment": {"url", "mime"}} or {"postback": {"payload", "text"?,
                              "originatingMessageId"?}}
  POST /users/{id}/typing     POST /users/{id}/end
  GET  /users/{id}/messages   {"messages": […], "own": [{"text", "state": "sending|sent|failed"}]}
  POST /tabs                  {"user": id}: the messenger in one more tab of the user's browser
  POST /attributes            {"user": id, "attributes": {…}}: custom attributes, sent with the next message
  GET  /ready                 {"ready": true}

"""
USER_PATH: Final = re.compile(r"/users/(?P<id>[^/]+)/(?P<action>messages|typing|end)")
ID_MAX: Final = 200  # characters
GUESTS_MAX: Final = 500


class Door:
    """Answers the suite. A user is a guest with a token and sockets of its own, made with the first thing it does."""

    def __init__(self, settings: Settings, files: Files, stopping: threading.Event) -> None:
        self._settings, self._files, self._stopping = settings, files, stopping
        self._guests: OrderedDict[str, Guest] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, request: Request, path: str) -> Reply:
        """The reply; 404 for an unknown path, 405 for another method."""
        if user := USER_PATH.fullmatch(path):
            id_, action = unquote(user["id"]), user["action"]
            if request.method == "GET" and action == "messages":
                guest = self._guests.get(id_)
                return Reply(200, {"messages": []} if guest is None else guest.screen.listing())
            return self._act(id_, action, request.body) if request.method == "POST" else refused("GET, POST")
        if path in ("/tabs", "/attributes"):
            return self._of_page(path, request.body) if request.method == "POST" else refused("POST")
        if path == "/ready":
            return Reply(200, {"ready": True}) if request.method in ("GET", "HEAD") else refused("GET, HEAD")
        return Reply(404, {"error": f"there is nothing at {path[:200]}"})

    def stop(self) -> None:
        """Every guest ends."""
        for guest in list(self._guests.values()):
            guest.stop()

    def _act(self, id_: str, action: str, raw: bytes) -> Reply:
        if not id_ or len(id_) > ID_MAX:
            return Reply(400, {"error": f"the user's id is empty or longer than {ID_MAX} characters"})
        if action != "messages":
            guest = self._admit(id_)
            return taken(has_room=guest.types() if action == "typing" else guest.leaves())
        body = object_of(raw)
        if body is None:
            return Reply(400, {"error": "the body is not a JSON object"})
        return self._message(id_, body)

    def _message(self, id_: str, body: dict[str, Any]) -> Reply:
        text, attachment, postback = string(body.get("text")), part(body, "attachment"), part(body, "postback")
        if postback:
            guest = self._admit(id_)
            wanted = (string(postback.get(name)) for name in ("originatingMessageId", "payload", "text"))
            option = guest.screen.offered(*wanted)
            if option is None:
                return Reply(400, {"error": "no message offered this user an option with this payload"})
            return taken(has_room=guest.clicks(option))
        if attachment:
            url, mime = string(attachment.get("url")), string(attachment.get("mime"))
            if not url.startswith(("http://", "https://")) or not mime:
                return Reply(400, {"error": "an attachment has an http url and a mime"})
            return taken(has_room=self._admit(id_).attaches(url, mime, text))
        if not text:
            return Reply(400, {"error": "give text, an attachment with url and mime, or a postback with payload"})
        return taken(has_room=self._admit(id_).says(text))

    def _of_page(self, path: str, raw: bytes) -> Reply:
        body = object_of(raw) or {}
        id_ = string(body.get("user"))
        if not id_ or len(id_) > ID_MAX:
            return Reply(400, {"error": 'give {"user": id}'})
        guest = self._admit(id_)
        if path == "/tabs":
            return taken(has_room=guest.opens_tab())
        guest.attributes = {name: string(value) for name, value in part(body, "attributes").items()}
        return Reply(202, {"accepted": True})

    def _admit(self, id_: str) -> Guest:
        with self._lock:
            guest = self._guests.get(id_)
            if guest is None:
                guest = self._guests[id_] = Guest(id_, self._settings, self._files, self._stopping)
                while len(self._guests) > GUESTS_MAX:
                    self._guests.popitem(last=False)[1].stop()
            return guest


def taken(*, has_room: bool) -> Reply:
    """202, or 429 when too much is waiting."""
    return Reply(202, {"accepted": True}) if has_room else Reply(429, {"error": "too much is waiting"})


def refused(allowed: str) -> Reply:
    """405."""
    return Reply(405, {"error": f"the method must be {allowed}"}, {"Allow": allowed})
