"""The HTTP response to a turn: what of it is an answer, an acknowledgement or a fault.

Any status but 200 is the failure path (facts: messaging §3.1, inferred). v2 may acknowledge with 200, 202 or 204 and
answer later (facts: messaging §3.3, assumed). Bodies are asked for without encoding, so an encoded one is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from understudy.bot_connector.answers import REPLIES, VALUES, Reading, object_in, read_answer
from understudy.bot_connector.faults import Faults, Said
from understudy.bot_connector.messages import Variant

Headers = tuple[tuple[str, str], ...]
ACCEPTED: Final = frozenset({200, 202, 204})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back to turn ``turn``. ``is_cut``: there was more of the body than is read."""

    turn: int
    status: int
    headers: Headers = ()
    body: bytes = b""
    is_cut: bool = False
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """All values of a header as one, "" where there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """v2: the turn is taken, the answer comes by ``outgoing/messages``."""

    faults: Faults


def read_response(response: Response, variant: Variant, most: int) -> Reading | Acknowledged:
    """The answer in a response; ``most`` is the size in bytes from which on a body is not read."""
    faults = Faults()
    allowed = ACCEPTED if variant is Variant.V2 else {200}
    if response.status not in allowed:
        expected = "200" if variant is Variant.V1 else "200, 202 or 204"
        faults.add("BC-01", "status", expected, Said(f"{response.status}"))
        return Reading(None, tuple(faults.found))
    encoding = response.header("content-encoding").strip().lower()
    if encoding not in ("", "identity"):
        faults.add("BC-01.encoding", "Content-Encoding", "identity, as Accept-Encoding asks", encoding)
        return Reading(None, tuple(faults.found))
    if response.is_cut or len(response.body) > most:
        faults.add("BC-01.size", "", f"{most} bytes at most", Said("longer"))
        return Reading(None, tuple(faults.found))
    if variant is Variant.V2 and not response.body.strip():
        return Acknowledged(faults)
    media = response.header("content-type").partition(";")[0].strip().lower()
    if media != "application/json":
        faults.add("BC-01.type", "Content-Type", "application/json", media, is_fatal=False)
    data = object_in(response.body, faults)
    if data is None:
        return Reading(None, tuple(faults.found))
    if variant is Variant.V2 and not {"botState", "intent", REPLIES[variant], VALUES[variant]} & set(data):
        return Acknowledged(faults)
    return read_answer(data, variant, faults)
