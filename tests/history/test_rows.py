from __future__ import annotations

import pytest
from tests.history.conftest import Office

from understudy.history.documents import document
from understudy.history.rows import conversation_row, is_readable, metrics_of, segment_rows, session_rows, values
from understudy.platform.catalogue import load_catalogue


def test_a_segment_row_carries_what_stands_above_it(office: Office) -> None:
    conversation = office.chat()
    row = next(row for row in segment_rows(document(office.org, conversation)) if row.get("wrapUpCode"))
    assert (row["conversationId"], row["purpose"], row["mediaType"]) == (conversation.id, "agent", "message")


def test_a_session_row_has_the_fields_of_its_segments(office: Office) -> None:
    rows = {row["purpose"]: row for row, _ in session_rows(document(office.org, office.chat()))}
    assert rows["agent"]["wrapUpCode"] == "w1"
    assert rows["acd"]["queueId"] == "q1"
    assert "queueId" not in rows["customer"]


def test_metrics_are_those_of_all_sessions(office: Office) -> None:
    names = {metric["name"] for metric in metrics_of(document(office.org, office.chat()))}
    assert {"tAcd", "tTalk", "nConnected", "tFlow"} <= names


def test_a_dimension_is_read_by_its_name_or_its_plural(office: Office) -> None:
    row = conversation_row(document(office.org, office.chat()))
    assert values(row, "divisionId") == row["divisionIds"]
    assert values(row, "conversationId") == [row["conversationId"]]
    assert values(row, "wrapUpCode") == []


@pytest.mark.parametrize(
    ("dimension", "known"),
    [("queueId", True), ("divisionId", True), ("destinationAddress", True), ("sipResponseCode", True),
     ("canonicalExternalContactId", False), ("participants", False), ("moonPhase", False)],
)  # fmt: skip
def test_only_what_documents_have_a_place_for_is_readable(dimension: str, known: bool) -> None:
    assert is_readable(dimension, load_catalogue().models) is known
