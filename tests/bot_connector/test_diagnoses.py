from __future__ import annotations

import pytest

from understudy.bot_connector.diagnoses import diagnosis_of
from understudy.bot_connector.faults import Fault


@pytest.mark.parametrize(
    ("rule", "observed", "name"),
    [
        ("BC-01", "401", "credentials_refused"),
        ("BC-01", "403", "credentials_refused"),
        ("BC-01", "404", "endpoint_not_found"),
        ("BC-01", "410", "endpoint_not_found"),
        ("BC-01", "307", "redirected"),
        ("BC-01", "503", "wrong_status"),
        ("BC-01.time", "missing", "timeout"),
        ("BC-01.lost", "ClientConnectorError: refused", "connection_refused"),
        ("BC-01.lost", "ServerDisconnectedError: x", "connection_lost"),
        ("BC-01.json", "empty", "not_json"),
        ("BC-25.utf8", "wrong", "not_utf8"),
        ("BC-01.encoding", "'gzip'", "encoded"),
        ("BC-01.size", "longer", "too_long"),
        ("BC-12", "'x'", "undeclared_intent"),
        ("BC-15", "'x'", "looping"),
        ("BC-09.type", "'Video'", "unsupported_output"),
        ("BC-10", "1", "wrong_answer"),
    ],
)
def test_every_kind_of_fault_has_a_name(rule: str, observed: str, name: str) -> None:
    assert diagnosis_of(Fault(rule=rule, path="", expected="200", observed=observed)).name == name


def test_the_text_names_what_was_seen_and_what_to_compare() -> None:
    text = diagnosis_of(Fault(rule="BC-01", path="status", expected="200", observed="403")).text
    assert text.startswith("the bot's endpoint answers 403: it does not accept the credentials")
