"""The test door: how a suite looks behind the endpoint and changes what an administrator of it would change.

On the same port, off the bot's paths. The table DOOR_HELP is part of the program's --help.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from ..vendor_side.server import Reply, Request
from ..vendor_side.values import object_of, string
from .account import Account, Login
from .bots import Bots
from .copilot import Copilot
from .credentials import Credentials
from .sessions import Sessions
from .settings import is_token
from .turn import MINUTES_MAX

DOOR_HELP: Final = """\
the test door, on the same port:
  GET, POST /enabled       {"enabled": false} switches the endpoint off: its paths answer 404
  POST /token              {"token": "…"} changes the verify token
  GET /bots-list           the body for PUT /api/v2/integrations/botconnector/{id}/bots
  POST /clock              {"minutes": 30} lets sessions grow older
  POST /credentials        {"oAuth2Url"?, "oAuth2ClientId"?, "oAuth2ClientSecret"?, "oAuth2Scope"?} of AI Copilot
  GET /copilot/{id}        what AI Copilot knows of a conversation: {"watching", "messages": [{"id", "from":
                           "customer|agent|bot", "text", "time"}], "problems": ["GET /…: 403 …"]}
  GET /ready               {"ready": true}

the bot:
  a language other than en-us is answered in en-us, with parameter languageFallback; an unknown bot or version is 404;
  a turn with the messageId of an earlier one is the same step, and so is one with the same body while that is answered;
  after Complete or Failed, and after botSessionTimeout, a session begins anew.

"""


class Door:
    """Answers the suite. ``is_enabled`` is the guide's Enable Endpoint setting."""

    def __init__(
        self,
        credentials: Credentials,
        bots: Bots,
        sessions: Sessions,
        copilot: Copilot,
        account: Callable[[], Account],
        use: Callable[[Login], None],
    ) -> None:
        self.is_enabled = True
        self._credentials, self._bots, self._sessions, self._copilot = credentials, bots, sessions, copilot
        self._account, self._use = account, use

    def answer(self, request: Request, path: str) -> Reply | None:
        """The reply, or None where the path is none of the door's."""
        name, _, rest = path.removeprefix("/").partition("/")
        reads = {"ready": self._ready, "enabled": self._state, "bots-list": self._list}
        writes = {"enabled": self._enable, "token": self._change, "clock": self._advance, "credentials": self._log_in}
        if name == "copilot" and rest:
            found = self._copilot.read(unquote(rest))
            return Reply(200, found) if request.method in ("GET", "HEAD") else refused("GET, HEAD")
        if rest or (name not in reads and name not in writes):
            return None
        if request.method in ("GET", "HEAD") and name in reads:
            return reads[name]()
        if request.method == "POST" and name in writes:
            return writes[name](request.body)
        allowed = [*(["GET", "HEAD"] if name in reads else []), *(["POST"] if name in writes else [])]
        return refused(", ".join(allowed))

    def _ready(self) -> Reply:
        return Reply(200, {"ready": True})

    def _state(self) -> Reply:
        return Reply(200, {"enabled": self.is_enabled})

    def _list(self) -> Reply:
        return Reply(200, self._bots.body())

    def _enable(self, raw: bytes) -> Reply:
        wanted = (object_of(raw) or {}).get("enabled")
        if not isinstance(wanted, bool):
            return Reply(400, {"error": 'give {"enabled": true} or {"enabled": false}'})
        self.is_enabled = wanted
        return self._state()

    def _change(self, raw: bytes) -> Reply:
        token = string((object_of(raw) or {}).get("token"))
        if not is_token(token):
            return Reply(400, {"error": 'give {"token": "…"} of letters, digits and punctuation'})
        self._credentials.token = token
        return Reply(200, {"changed": True})

    def _advance(self, raw: bytes) -> Reply:
        minutes = (object_of(raw) or {}).get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= MINUTES_MAX:
            return Reply(400, {"error": f'give {{"minutes": 30}}, at most {MINUTES_MAX}'})
        self._sessions.advance(minutes)
        return Reply(200, {"minutes": minutes})

    def _log_in(self, raw: bytes) -> Reply:
        body = object_of(raw)
        if body is None:
            return Reply(400, {"error": "the body is not a JSON object"})
        old = self._account().login

        def named(name: str, value: str) -> str:
            return value if name not in body else string(body[name])

        self._use(
            Login(
                domain=named("oAuth2Url", old.domain),
                client_id=named("oAuth2ClientId", old.client_id),
                client_secret=named("oAuth2ClientSecret", old.client_secret),
                scope=named("oAuth2Scope", old.scope),
            )
        )
        return Reply(200, {"changed": True})


def refused(allowed: str) -> Reply:
    """405."""
    return Reply(405, {"error": f"the method must be {allowed}"}, {"Allow": allowed})
