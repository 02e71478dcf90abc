from __future__ import annotations

from understudy.errors import Lost, Refused, SettingsError, UnderstudyError, nearest


def test_a_settings_error_names_the_thing_the_value_and_the_remedy() -> None:
    assert (
        str(SettingsError("sip.port", 70000, "give a port, 1 to 65535")) == "sip.port is 70000: give a port, 1 to 65535"
    )


def test_a_refusal_carries_what_the_error_body_needs() -> None:
    refused = Refused(404, "not.found", "no queue", params={"id": "q1"}, headers={"Retry-After": "3"})
    assert (refused.status, refused.code, refused.params, refused.headers) == (
        404,
        "not.found",
        {"id": "q1"},
        {"Retry-After": "3"},
    )
    assert str(refused) == "404 not.found: no queue"


def test_a_lost_cursor_says_how_much_is_gone() -> None:
    assert Lost(7).count == 7
    assert "7 entries" in str(Lost(7))


def test_all_errors_share_one_root() -> None:
    assert all(issubclass(kind, UnderstudyError) for kind in (SettingsError, Lost, Refused))


def test_the_nearest_known_name_is_offered_or_else_all() -> None:
    assert nearest("polyia", ["polyai", "cognigy"]) == "did you mean 'polyai'?"
    assert nearest("xyz", ["polyai", "cognigy"]) == "known are cognigy, polyai"
