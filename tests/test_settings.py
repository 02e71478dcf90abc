from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.settings import default_of, load_settings


def write(folder: Path, text: str) -> Path:
    file = folder / "understudy.toml"
    file.write_text(text)
    return file


def test_argument_goes_before_environment_before_file_before_default(tmp_path: Path) -> None:
    file = write(tmp_path, "seed = 3\nworkers = 4\nmax_wait = 9\n")
    made = load_settings({"seed": 7}, {"UNDERSTUDY_SEED": "5", "UNDERSTUDY_WORKERS": "2"}, file)
    assert (made.seed, made.workers, made.max_wait, made.limits) == (7, 2, 9.0, "real")


def test_an_argument_that_was_not_given_does_not_count(tmp_path: Path) -> None:
    assert load_settings({"seed": None}, {}, write(tmp_path, "seed = 3")).seed == 3


def test_tables_are_read_and_reached_by_dotted_names(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '[target]\nurl = "http://a/"\nenv = { A = 1 }\n[user_side]\nurl = "http://u"\n[settings]\nphrase = "hi"\n',
    )
    made = load_settings({"target.url": "http://b/"}, {"UNDERSTUDY_TARGET_SECRET": "s"}, file)
    assert (made.target.url, made.target.secret, made.target.env) == ("http://b/", "s", {"A": "1"})
    assert made.user_side.url == "http://u"
    assert made.settings == {"phrase": "hi"}


def test_waivers_have_a_reason_and_a_date(tmp_path: Path) -> None:
    made = load_settings({}, {}, write(tmp_path, '[waivers.V4]\nreason = "agreed"\nuntil = 2026-12-31\n'))
    assert made.waivers["V4"].until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sead = 3", "sead"),
        ("[target]\nurrl = 'x'", "did you mean 'url'"),
        ("target = 3", r"give a table \[target\]"),
        ("seed = 'many'", "not a value of type int"),
        ("seed = true", "not a value of type int"),
        ("port = 70000", "give a port, 0 to 65535"),
        ("workers = 0", "give 1 to 64"),
        ("durability = 'never'", "durability is 'never'"),
        ("[target]\nurl = 'localhost:9000'", "http:// or https://"),
        ("[waivers.V4]\nreason = 'x'", r"waivers\.V4"),
        ("[waivers.V4]\nreason = ' '\nuntil = 2026-12-31", "a reason and an expiry date"),
        ("seed = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_answered_with_the_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings({}, {}, write(tmp_path, text))


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="understudy init SUITE"):
        load_settings({}, {}, tmp_path / "none.toml")


def test_a_suites_own_variables_are_left_alone() -> None:
    assert load_settings({}, {"UNDERSTUDY_CLIENT_ID": "x"}, None).seed == default_of("seed")


@pytest.mark.parametrize(
    ("given", "generic"), [(True, True), ("true", True), ("1", True), (False, False), ("0", False)]
)
def test_a_truth_is_a_truth_from_every_source(given: object, generic: bool) -> None:
    assert load_settings({"generic": given}, {}).generic is generic
    assert load_settings({}, {"UNDERSTUDY_GENERIC": str(given)}).generic is generic


def test_what_is_no_truth_is_refused() -> None:
    with pytest.raises(SettingsError, match="generic is 'perhaps': not a value of type bool"):
        load_settings({"generic": "perhaps"}, {})


def test_a_region_may_be_the_address_of_a_browser(tmp_path: Path) -> None:
    address = "https://apps.mypurecloud.de/directory/#/"
    assert load_settings({}, {}, write(tmp_path, f'region = "{address}"\n')).region == address
    with pytest.raises(SettingsError, match=r"region is 'mypurecloud\.dee': did you mean 'mypurecloud\.de'"):
        load_settings({"region": "mypurecloud.dee"}, {})
