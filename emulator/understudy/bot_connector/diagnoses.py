"""What is wrong with a bot, in words for whoever set it up: a name for rules and reports, and a sentence.

The names stand in notes as ``bot_connector.<name>``, the sentence is the flow's ``errorMessage`` too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.bot_connector.faults import Fault

STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "401": (
        "credentials_refused",
        "the bot's endpoint answers 401: it does not accept the credentials of the integration; compare its "
        "credentials fields (such as verify-token), names and values, with what the endpoint wants",
    ),
    "404": (
        "endpoint_not_found",
        "the bot's endpoint answers 404: the endpoint is disabled, or the integration's URI is not the endpoint's",
    ),
}
ALIKE: Final[Mapping[str, str]] = {"403": "401", "410": "404"}
RULES: Final[Mapping[str, str]] = {
    "BC-01.json": "not_json",
    "BC-25.utf8": "not_utf8",
    "BC-01.encoding": "encoded",
    "BC-01.size": "too_long",
    "BC-12": "undeclared_intent",
    "BC-15": "looping",
    "BC-09.type": "unsupported_output",
}
UNREACHED: Final = ("ClientConnectorError", "ClientConnectorDNSError", "ClientConnectorCertificateError")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``name`` is a word with underscores, ``text`` a sentence without a full stop."""

    name: str
    text: str


def diagnosis_of(fault: Fault) -> Diagnosis:
    """What a fault of an answer means."""
    if fault.rule == "BC-01":
        return _status(fault)
    if fault.rule == "BC-01.time":
        text = f"the bot did not answer: the answer is not {fault.expected}"
        return Diagnosis("timeout", text)
    if fault.rule == "BC-01.lost":
        return _lost(fault.observed)
    return Diagnosis(RULES.get(fault.rule, "wrong_answer"), str(fault))


def _status(fault: Fault) -> Diagnosis:
    status = fault.observed
    known = STATUSES.get(ALIKE.get(status, status))
    if known is not None:
        name, text = known
        return Diagnosis(name, text.replace(f"answers {ALIKE.get(status, status)}", f"answers {status}"))
    if status.startswith("3"):
        text = f"the bot's endpoint answers {status}: redirects are not followed, the integration needs the final URI"
        return Diagnosis("redirected", text)
    return Diagnosis("wrong_status", f"the bot's endpoint answers {status}, not {fault.expected}")


def _lost(detail: str) -> Diagnosis:
    if detail.startswith(UNREACHED):
        text = f"nobody answers at the integration's URI: {detail}"
        return Diagnosis("connection_refused", text)
    return Diagnosis("connection_lost", f"the bot's endpoint broke off or sent no HTTP response: {detail}")
