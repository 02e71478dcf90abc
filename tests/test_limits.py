from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.limits import load_limits


def test_every_limit_has_source_and_certainty() -> None:
    for limit in load_limits().all():
        assert limit.source
        assert limit.certainty in ("documented", "observed", "assumed")
        assert limit.unit


def test_documented_figures_are_those_of_the_platform() -> None:
    limits = load_limits()
    assert limits.value("open-messaging", "webhook.timeout") == 10
    assert limits.value("open-messaging", "webhook.retries") == 5
    assert limits.value("threading", "timeline.default") == 72 * 3600


def test_relaxed_lifts_what_a_load_test_must_not_meet() -> None:
    real, relaxed = load_limits("real"), load_limits("relaxed")
    key = ("platform", "requests.per.token.per.minute")
    assert real.value(*key) == 300 < relaxed.value(*key)
    assert relaxed.value("open-messaging", "webhook.timeout") == 10


def test_an_unknown_limit_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"did you mean 'open-messaging.webhook.timeout'\?"):
        load_limits().value("open-messaging", "webhook.timout")


def test_a_file_of_ones_own_changes_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[platform]\n"requests.per.token.per.minute" = 3\n"page.size.max" = { value = 9, source = "me" }\n', "utf-8"
    )
    limits, real = load_limits(str(file)), load_limits()
    assert limits.value("platform", "requests.per.token.per.minute") == 3
    assert limits.limit("platform", "requests.per.token.per.minute").source == "mine.toml"
    assert limits.limit("platform", "page.size.max").source == "me"
    assert limits.value("open-messaging", "webhook.timeout") == real.value("open-messaging", "webhook.timeout")
    assert [limit.unit for limit in limits.all()] == [limit.unit for limit in real.all()]


@pytest.mark.parametrize(
    "text",
    [
        "[a",
        "a = 3",
        '[platform]\n"body.max" = {}\n',
        '[platform]\n"body.max" = -1\n',
        '[platform]\n"body.max" = true\n',
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="not a limits file"):
        load_limits(str(file))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"bad\.toml.*not a limits file"):
        load_limits(str(file))


def test_a_limit_that_there_is_not_is_told_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[platform]\n"body.mix" = 3\n')
    with pytest.raises(
        SettingsError, match=r"mine.toml: limit is 'platform.body.mix': did you mean 'platform.body.max'\?"
    ):
        load_limits(str(file))


def test_a_wrong_choice_is_told_what_there_is() -> None:
    with pytest.raises(SettingsError, match="give real, relaxed or the path of a limits file"):
        load_limits("unreal")
