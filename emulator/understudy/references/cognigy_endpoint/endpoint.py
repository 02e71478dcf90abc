"""The endpoint put together, and its routes: v1's one path, v2's three, and the test door.

Order of judging: is the endpoint on (404), the method (405), the credential (401), the media type (415), the body
(400), the bot and its version (404). Refusals are JSON objects with ``error``, and say nothing of the bot or the
secret.
"""

from __future__ import annotations

import threading
from typing import Final
from urllib.parse import unquote

from ..vendor_side.journal import log
from ..vendor_side.lanes import Lanes
from ..vendor_side.server import Reply, Request
from .account import Account, Login
from .answers import TEST_WORD, Answers
from .bots import Bots
from .copilot import Copilot
from .credentials import Credentials
from .dialogue import Bot
from .door import Door, refused
from .later import Later
from .sessions import Sessions
from .settings import Settings
from .turn import Turn, Unfit, read_turn
from .words import Words, folded

WORKERS: Final = 32
JOBS_MAX: Final = 10_000
EVERY: Final = 10  # with the fault slow_now_and_then: which answer to TEST_WORD is slow
SLOW: Final = 7.3  # seconds


class Endpoint:
    """Everything but the sockets: ``answer`` turns a request into a reply."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        self._settings, self._faults, self._stopping = settings, settings.faults, stopping
        self._account = self._account_of(settings.login)
        self._lanes = Lanes("work", WORKERS, JOBS_MAX)
        self._credentials = Credentials(settings.token, settings.faults)
        self._bots = Bots(settings.bot, settings.bot_list, settings.faults)
        self.sessions = Sessions(settings.minute, settings.faults)
        words = Words(settings.phrases)
        self._bot = Bot(words, self._bots, stopping, settings.slow, settings.faults, self.sessions.other)
        self._answers = Answers(settings.faults)
        self._later = Later(self._lanes, settings.later, stopping, settings.faults, lambda: self._account)
        self.copilot = Copilot(self._account, self._lanes, stopping, settings.backoff, settings.faults)
        self._door = Door(self._credentials, self._bots, self.sessions, self.copilot, lambda: self._account, self._use)
        self._test_words = 0

    def answer(self, request: Request) -> Reply:
        """Find the route and take it."""
        path = request.target.partition("?")[0]
        digital = f"{self._settings.digital}/"
        if path != self._settings.path and not path.startswith(digital):
            return self._door.answer(request, path) or Reply(404, {"error": f"there is nothing at {path[:200]}"})
        if not self._door.is_enabled and "ignores_disabled" not in self._faults:
            return Reply(404, {"error": "endpoint is not enabled"})
        if path == self._settings.path:
            return self._turn(request, is_v1=True)
        what, _, id_ = path.removeprefix(digital).partition("/")
        if what == "messages" and not id_:
            return self._turn(request, is_v1=False)
        if what == "bots":
            return self._look_up(request, unquote(id_))
        return Reply(404, {"error": f"there is nothing at {path[:200]}"})

    def stop(self) -> None:
        """Close what is open; ``stopping`` is set by now."""
        self._lanes.stop()
        self.copilot.stop()
        self._account.close()

    def _look_up(self, request: Request, id_: str) -> Reply:
        """v2's ``GET bots`` and ``GET bots/{id}``."""
        if request.method not in ("GET", "HEAD"):
            return refused("GET, HEAD")
        if (refusal := self._check(request)) is not None:
            return refusal
        if not id_:
            return Reply(200, self._bots.listing())
        bot = self._bots.bot(id_)
        return Reply(404, {"error": "there is no such bot"}) if bot is None else Reply(200, bot)

    def _turn(self, request: Request, *, is_v1: bool) -> Reply:
        """v1's Handle Utterance URI and v2's ``POST messages``."""
        if request.method != "POST":
            return Reply(200, {}) if "any_method" in self._faults else refused("POST")
        if (refusal := self._check(request)) is not None:
            return refusal
        media = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        if media.partition(";")[0].strip().lower() != "application/json" and "any_media_type" not in self._faults:
            return Reply(415, {"error": "the body must be application/json"}, {"Accept": "application/json"})
        try:
            turn = read_turn(request.body, self._faults)
        except Unfit as error:
            return self._unfit(error)
        if not self._bots.knows(turn.bot, turn.version) and "any_bot_answers" not in self._faults:
            return Reply(404, {"error": "there is no such bot, or not in this version"})
        return self._said(turn, is_v1=is_v1)

    def _unfit(self, error: Unfit) -> Reply:
        if "refuses_as_page" in self._faults:
            return Reply(error.status, {}, {"Content-Type": "text/html"}, b"<h1>Bad request</h1>")
        return Reply(error.status, {"error": str(error)})

    def _said(self, turn: Turn, *, is_v1: bool) -> Reply:
        self._dawdle(turn)
        if self._settings.topology == "messenger":
            self.copilot.attend(turn.conversation)
        try:
            spoken = self.sessions.take(turn, self._bot.answer)
        except RuntimeError as error:  # a fault that fails
            return Reply(500, {"error": str(error)})
        if is_v1:
            return self._answers.v1(turn, spoken)
        types = self._bots.slots(spoken.intent)
        if spoken.is_later:
            return self._later.put(turn, self._answers.digital(spoken, types))
        return self._answers.v2(turn, spoken, types)

    def _check(self, request: Request) -> Reply | None:
        """The refusal of a wrong credential."""
        if self._credentials.is_odd(request.headers):
            return Reply(500, {"error": "unexpected verify-token"})
        if self._credentials.accepts(request.headers):
            return None
        log("refused: the verify token is missing or wrong (is the credentials field's value the Verify Token?)")
        if "leaks_token" in self._faults:
            return Reply(401, {"error": f"verify-token is not {self._credentials.token}"})
        said = {"botState": "FAILED", "replymessages": []} if "refuses_with_answer" in self._faults else {}
        return Reply(401, {"error": "verify-token is missing or wrong", **said})

    def _dawdle(self, turn: Turn) -> None:
        if "slow_now_and_then" in self._faults and folded(turn.utterance) == TEST_WORD:
            self._test_words += 1
            if self._test_words % EVERY == 0:
                self._stopping.wait(SLOW)

    def _account_of(self, login: Login) -> Account:
        settings = self._settings
        return Account(settings.base_url, login, self._stopping, settings.backoff, settings.faults)

    def _use(self, login: Login) -> None:
        """Other credentials; calls that are under way end with the old ones."""
        old, self._account = self._account, self._account_of(login)
        self.copilot.use(self._account)
        old.close()
