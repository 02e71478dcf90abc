"""v2's later replies: acknowledged at once, said by ``POST …/outgoing/messages`` (facts: messaging §3.3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from ..vendor_side.journal import log
from ..vendor_side.lanes import Lanes
from ..vendor_side.server import Reply
from .account import Account
from .bots import LANGUAGES
from .turn import Turn

PATH: Final = "/api/v2/integrations/botconnectors/outgoing/messages"
SLOW_ACKNOWLEDGEMENT: Final = 6.0  # seconds, with the fault of that name; Genesys may wait 5 (BC-41)
OTHER_SESSION: Final = "00000000-0000-4000-8000-000000000000"


class Later:
    """Sends replies when their time has come. ``account`` gives the client that is set now."""

    def __init__(
        self,
        lanes: Lanes,
        seconds: float,
        stopping: threading.Event,
        faults: frozenset[str],
        account: Callable[[], Account],
    ) -> None:
        self._lanes, self._seconds, self._stopping, self._faults = lanes, seconds, stopping, faults
        self._account = account

    def put(self, turn: Turn, body: dict[str, Any]) -> Reply:
        """Acknowledge the turn; ``body`` is what will be said."""
        sent = {
            "botId": turn.bot,
            "botVersion": turn.version,
            "botSessionId": OTHER_SESSION if "answers_other_session" in self._faults else turn.session,
            "languageCode": LANGUAGES[0],
            **body,
        }
        if "acknowledges_late" in self._faults:
            self._stopping.wait(SLOW_ACKNOWLEDGEMENT)
        if not self._lanes.put(f"later {turn.session}", lambda: self._say(sent)):
            return Reply(503, {"error": "too much is waiting"})
        return Reply(202, {})

    def _say(self, body: dict[str, Any]) -> None:
        self._stopping.wait(self._seconds)
        if "never_answers_later" in self._faults or self._stopping.is_set():
            return
        account = self._account()
        for _ in range(2 if "answers_twice" in self._faults else 1):
            if not (answer := account.call("POST", PATH, body)).is_ok:
                log(f"later: not said: {answer.status} {answer.error or answer.body.get('code', '')}")
