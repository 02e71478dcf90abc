"""OM-08 to OM-10, OM-22 to OM-28, OM-43: what the user sees of texts."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal

SETTLE = 0.3  # seconds in which a second copy would appear


@pytest.mark.checks("OM-08")
def test_the_user_sees_exactly_the_text_once(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-08", texts=["hello"], customer=ann.id):
        agent.says("hello")
        ann.sees(1)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("OM-09")
def test_a_retried_delivery_is_shown_once(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    id_ = rehearsal.new_id()
    body = {"id": id_, "text": "delivered twice", "channel": rehearsal.envelope(ann, id_)}
    with rehearsal.check("OM-09", texts=["delivered twice"], customer=ann.id):
        for _ in range(2):
            rehearsal.probe(ann, body=body, check="OM-09")
        ann.sees(1)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("OM-10")
def test_the_same_id_with_a_newer_time(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    copies = 2 if rehearsal.setting("newer_time") == "new message" else 1
    id_ = rehearsal.new_id()
    with rehearsal.check("OM-10", texts=["same id"] * copies, customer=ann.id):
        for second in ("01", "02"):
            channel = {**rehearsal.envelope(ann, id_), "time": f"2026-01-01T00:00:{second}.000Z"}
            rehearsal.probe(ann, body={"id": id_, "text": "same id", "channel": channel}, check="OM-10")
        ann.sees(copies)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("OM-22")
@pytest.mark.parametrize("text", ["x" * 3999 + ".", "🙂" * 1000], ids=["4000 characters", "4000 bytes of emoji"])
def test_long_texts_arrive_whole(rehearsal: Rehearsal, text: str) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-22", joined=text, customer=ann.id):
        agent.says(text)
        ann.sees(1)


@pytest.mark.checks("OM-23")
def test_an_empty_message_shows_nothing(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-23", texts=[], customer=ann.id):
        rehearsal.probe(ann, body={"text": ""}, check="OM-23")
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("OM-24")
def test_markup_is_shown_as_text(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    text = "<b>bold</b> <script>alert(1)</script> & {{7*7}} ${jndi:x}"
    with rehearsal.check("OM-24", texts=[text], customer=ann.id):
        agent.says(text)
        ann.sees(1)


@pytest.mark.checks("OM-25")
def test_twenty_messages_keep_their_order(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    texts = [f"number {n}" for n in range(1, 21)]
    with rehearsal.check("OM-25", texts=texts, customer=ann.id):
        for text in texts:
            agent.says(text)
            rehearsal.pause(0.05)
        ann.has_seen(texts)


@pytest.mark.checks("OM-26")
def test_messages_out_of_order(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    sent = [("02", "the second"), ("01", "the first")]
    shown = sorted(sent) if rehearsal.setting("out_of_order") == "sorted" else sent
    with rehearsal.check("OM-26", texts=[text for _, text in shown], customer=ann.id):
        for second, text in sent:
            id_ = rehearsal.new_id()
            channel = {**rehearsal.envelope(ann, id_), "time": f"2026-01-01T00:00:{second}.000Z"}
            rehearsal.probe(ann, body={"id": id_, "text": text, "channel": channel}, check="OM-26")
        ann.sees(2)


@pytest.mark.checks("OM-28")
def test_two_users_do_not_get_each_others_messages(rehearsal: Rehearsal) -> None:
    ann, bob = rehearsal.known_customer("Ann"), rehearsal.known_customer("Bob")
    with rehearsal.check("OM-28", users={ann.id: ["for Ann 1", "for Ann 2"], bob.id: ["for Bob 1", "for Bob 2"]}):
        for n in (1, 2):
            rehearsal.probe(ann, body={"text": f"for Ann {n}"}, check="OM-28")
            rehearsal.probe(bob, body={"text": f"for Bob {n}"}, check="OM-28")
        ann.sees(2)
        bob.sees(2)
        rehearsal.pause(SETTLE)
        ann.sees(0)
        bob.sees(0)


@pytest.mark.checks("OM-43")
def test_a_bots_message_does_not_make_a_bot_answer(rehearsal: Rehearsal) -> None:
    ann = rehearsal.known_customer()
    with rehearsal.check("OM-43", customer=ann.id):
        rehearsal.probe(ann, body={"text": "I am a bot", "originatingEntity": "Bot"}, check="OM-43")
        ann.sees(1)
        rehearsal.pause(2 * SETTLE)
