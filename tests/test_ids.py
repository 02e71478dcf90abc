from __future__ import annotations

from uuid import UUID

import pytest

from understudy.ids import Ids, run_salt, secret


def test_a_stream_repeats_for_the_same_seed_org_and_purpose() -> None:
    assert [Ids(1, "o").uuid("queue") for _ in range(2)] == [Ids(1, "o").uuid("queue") for _ in range(2)]


def test_streams_of_other_seeds_orgs_and_purposes_differ() -> None:
    made = {Ids(1, "o").uuid("queue"), Ids(2, "o").uuid("queue"), Ids(1, "p").uuid("queue"), Ids(1, "o").uuid("user")}
    assert len(made) == 4


def test_the_salt_changes_message_ids_and_leaves_content_alone() -> None:
    one, two = Ids(1, "o", "aa"), Ids(1, "o", "bb")
    assert one.uuid("message") != two.uuid("message")
    assert one.uuid("queue") == two.uuid("queue")


def test_order_between_purposes_does_not_matter() -> None:
    one, two = Ids(1, "o"), Ids(1, "o")
    one.uuid("user")
    assert one.uuid("queue") == two.uuid("queue")


def test_a_uuid_has_the_form_of_version_4() -> None:
    for _ in range(50):
        made = UUID(Ids(3, "o").uuid("queue"))
        assert made.version == 4
        assert made.variant == "specified in RFC 4122"


def test_words_and_numbers_keep_their_bounds() -> None:
    stream = Ids(1, "o").stream("word")
    assert len(stream.word(86)) == 86
    assert all(0 <= stream.below(3) < 3 for _ in range(50))


def test_salts_and_secrets_are_fresh() -> None:
    assert run_salt() != run_salt()
    assert len(secret(20)) == 20
    assert secret() != secret()


def test_a_stream_goes_on_from_its_state() -> None:
    stream = Ids(1, "o").stream("queue")
    stream.uuid()
    state = stream.state()
    expected = [stream.uuid(), stream.word(9), stream.below(1000)]
    other = Ids(2, "x").stream("queue")
    other.resume(state)
    assert [other.uuid(), other.word(9), other.below(1000)] == expected


@pytest.mark.parametrize("state", ["", "AAAA", "no base64!"])
def test_what_is_no_state_is_refused(state: str) -> None:
    with pytest.raises(ValueError, match="no state of ids"):
        Ids(1, "o").stream("queue").resume(state)


def test_what_takes_the_salt_is_in_no_state_and_goes_on_by_itself() -> None:
    ids, again = Ids(1, "o", "salt"), Ids(1, "o", "salt")
    ids.uuid("queue")
    said = ids.uuid("message")
    assert set(ids.states()) == {"queue"}
    again.resume({**ids.states(), "message": "never read"})
    again.go_on_from(ids)
    assert again.uuid("queue") == ids.uuid("queue")
    assert again.uuid("message") not in (said, Ids(1, "o", "salt").uuid("message"))
