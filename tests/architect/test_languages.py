from __future__ import annotations

import pytest

from understudy.architect.languages import DEFAULT, LANGUAGES_MAX, Languages, languages
from understudy.architect.nodes import Fields, compose
from understudy.errors import FlowError


def read(text: str) -> Languages:
    return languages(Fields(compose(text, "f.yaml"), "f.yaml", "the flow"))


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de-DE", "de-de"), ("de_de", "de-de"), ("de", "de-de"), ("de-AT", "de-de"), ("fr-ca", "fr"),
        ("pl", "en-us"), ("", "en-us"), (" EN-US ", "en-us"), ("en-gb", "en-us"),
    ],
)  # fmt: skip
def test_a_run_speaks_the_customer_s_language_or_the_default(wanted: str, spoken: str) -> None:
    assert Languages("en-us", ("en-us", "de-DE", "fr")).spoken(wanted) == spoken


def test_a_flow_without_languages_speaks_its_default() -> None:
    assert Languages().spoken("de") == DEFAULT
    assert Languages("nl").spoken("de") == "nl"


def test_languages_stand_in_a_mapping_or_a_list() -> None:
    mapping = "{defaultLanguage: de, supportedLanguages: {en-us: {defaultLanguageSkill: {noValue: true}}, de: {}}}"
    assert read(mapping) == Languages("de", ("en-us", "de"))
    assert read("supportedLanguages: [nl, de]") == Languages("nl", ("nl", "de"))
    assert read("supportedLanguages:") == Languages()
    assert read("defaultLanguage: fr") == Languages("fr")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{defaultLanguage: en, supportedLanguages: [de]}", "f.yaml:1: defaultLanguage 'en' is not among"),
        ("supportedLanguages: de", "f.yaml:1: 'supportedLanguages' is neither a mapping nor a list"),
        ("supportedLanguages: [[de]]", "neither a mapping nor a list"),
        (
            f"supportedLanguages: [{', '.join(f'l{i}' for i in range(LANGUAGES_MAX + 1))}]",
            "has more than 100 languages",
        ),
    ],
)
def test_what_is_no_list_of_languages_is_an_error(text: str, problem: str) -> None:
    with pytest.raises(FlowError, match=problem.replace("[", "\\[")):
        read(text)
