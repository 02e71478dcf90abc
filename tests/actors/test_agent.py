"""The scripted agent, with a reference endpoint as the vendor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.actors import NeverHappened, Rehearsal
from understudy.errors import UnderstudyError

Rehearse = Callable[..., Rehearsal]


def test_an_agent_accepts_reads_and_answers(rehearse: Rehearse) -> None:
    ann, agent = rehearse().handed_over("Ann")
    assert agent.reads()[0]["text"] == "agent please"
    assert agent.attributes()["reason"] == "The customer asked for an agent."
    id_ = agent.says("Hello Ann")
    (shown,) = ann.sees(1)
    assert (shown["text"], shown["from"], shown["platformId"]) == ("Hello Ann", "agent", id_)


def test_an_agent_leaves_and_wraps_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, agent = rehearsal.handed_over()
    before = rehearsal.cursor()
    agent.leaves()
    rehearsal.wait("conversation.ended", after=before, customer=ann.id)
    with pytest.raises(UnderstudyError, match=r"^the org has no wrap-up code called 'Solved'$"):
        agent.wraps_up(code="Solved")
    agent.wraps_up("all is well", code="Resolved")
    noted = rehearsal.wait("participant.wrapup", after=before, conversation=agent.conversation)["data"]
    assert (noted["user"], noted["notes"]) == (agent.user, "all is well")


def test_an_agent_may_skip_the_wrap_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    _, agent = rehearsal.handed_over()
    before = rehearsal.cursor()
    agent.leaves()
    agent.wraps_up()
    rehearsal.wait("participant.acw", after=before, conversation=agent.conversation, state="end")


def test_a_transfer_alerts_the_other_agent(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, alex = rehearsal.handed_over()
    billie = rehearsal.agent(1)
    billie.on_queue()
    alex.transfers(queue=rehearsal.entity("routing.queues", "Second Line")["id"])
    billie.accepts(ann)
    billie.says("Billie here")
    assert "Billie here" in [message["text"] for message in ann.sees(1)]


def test_an_agent_types(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    _, agent = rehearsal.handed_over()
    before = rehearsal.entry_cursor()
    agent.types()
    sent = rehearsal.wait_entry(after=before, interface="open_messaging", direction="out")
    assert '"eventType":"Typing"' in sent["body"].replace(" ", "")


def test_nobody_on_queue_means_no_alert_and_the_text_says_whose(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    ann, agent = rehearsal.customer(), rehearsal.agent()
    agent.on_queue()
    agent.off_queue()
    ann.says(rehearsal.setting("handoff_phrase"))
    conversation = ann.conversation()
    with pytest.raises(NeverHappened) as raised:
        agent.accepts(ann, timeout=0.05)
    assert str(raised.value) == f"conversation {conversation} did not alert at {agent.name} within 0.05 s"


def test_what_genesys_refuses_an_agent_is_told_in_its_words(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    agent = rehearsal.agent()
    agent.conversation = agent.participant = "nowhere"
    with pytest.raises(UnderstudyError, match=r"^POST /understudy/orgs/.*/perform: 409 404 conversation\.error\."):
        agent.leaves()
