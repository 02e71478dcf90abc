from __future__ import annotations

from tests.history.conftest import Office

from understudy.conversations.commands import AgentAccept, Transfer
from understudy.conversations.model import Conversation, Participant
from understudy.history.metrics import Session, promised, session_metrics


def _of(office: Office, conversation: Conversation, participant: Participant) -> dict[str, int]:
    session = Session(office.org, conversation, participant, participant.communication)
    return {metric.name: metric.value for metric in session_metrics(session)}


def _party(conversation: Conversation, purpose: str) -> Participant:
    return next(one for one in conversation.participants if one.purpose == purpose)


def test_a_wait_that_an_agent_ends_is_answered(office: Office) -> None:
    conversation = office.chat()
    found = _of(office, conversation, _party(conversation, "acd"))
    assert found == {"nOffered": 1, "tAcd": 10_000, "tWait": 10_000, "tAnswered": 10_000}


def test_a_wait_that_nobody_ends_is_abandoned_and_over_the_service_level(office: Office) -> None:
    conversation = office.says("Hello?")
    office.wait(25)
    office.ends(conversation)
    found = _of(office, conversation, _party(conversation, "acd"))
    assert found["tAbandon"] == 25_000
    assert found["nOverSla"] == 1
    assert "tAnswered" not in found


def test_nothing_is_measured_before_it_is_over(office: Office) -> None:
    conversation = office.says("Hello?")
    assert _of(office, conversation, _party(conversation, "acd")) == {"nOffered": 1}
    office.online()
    office.answers(conversation, "Hi")
    agent = _of(office, conversation, _party(conversation, "agent"))
    assert "tTalk" not in agent
    assert agent["tAlert"] == 0


def test_handling_is_talking_and_the_work_after(office: Office) -> None:
    conversation = office.chat()
    found = _of(office, conversation, _party(conversation, "agent"))
    assert (found["tTalk"], found["tAcw"], found["tHandle"]) == (30_000, 5_000, 35_000)


def test_handling_waits_for_the_work_after(office: Office) -> None:
    office.online()
    conversation = office.says("Hello?")
    office.answers(conversation, "Hi")
    office.ends(conversation, code=None)
    found = _of(office, conversation, _party(conversation, "agent"))
    assert "tTalk" in found
    assert "tHandle" not in found


def test_an_agent_who_lets_it_ring_is_not_responding(office: Office) -> None:
    office.online()
    conversation = office.says("Hello?")
    office.wait(31)
    found = _of(office, conversation, _party(conversation, "agent"))
    assert found["tNotResponding"] == found["tAlert"] >= 30_000
    assert "tHandle" not in found


def test_a_blind_transfer_is_counted_for_who_transferred(office: Office) -> None:
    office.online()
    conversation = office.says("Hello?")
    agent = conversation.live("agent")
    assert agent is not None
    office.org.perform(AgentAccept(conversation.id, agent.id))
    office.org.perform(Transfer(conversation.id, agent.id, queue="q2"))
    found = _of(office, conversation, agent)
    assert (found["nTransferred"], found["nBlindTransferred"]) == (1, 1)


def test_the_customer_sees_how_long_each_side_let_the_other_wait(office: Office) -> None:
    office.online()
    conversation = office.says("Hello?")
    office.wait(4)
    office.answers(conversation, "Hi")
    office.wait(7)
    office.says("I wait")
    found = _of(office, conversation, conversation.customer)
    assert (found["tFirstResponse"], found["tAgentResponseTime"], found["tUserResponseTime"]) == (4000, 4000, 7000)
    assert found["oMessageCount"] == 2


def test_a_queue_without_a_service_level_promises_nothing(office: Office) -> None:
    assert promised(office.org, "q1", "message") == (0.8, 20.0)
    assert promised(office.org, "q1", "call") is None
    assert promised(office.org, "q2", "message") is None
    assert promised(office.org, "nobody", "message") is None
