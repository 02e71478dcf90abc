from __future__ import annotations

from uuid import UUID

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
