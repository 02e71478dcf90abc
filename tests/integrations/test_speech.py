from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.integrations.speech import ACTIONS, engines
from understudy.platform.call import Call
from understudy.platform.catalogue import load_catalogue
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
PATH = "/integrations/speech"


def test_audio_connectors_are_the_installed_ones(ask: Ask, install: Make) -> None:
    id_, other = install("audio-connector", "Voice bot"), install("audiohook")
    shown = {"id": id_, "name": "Voice bot", "selfUri": f"/api/v2{PATH}/audioconnector/{id_}"}
    assert ask("GET", f"{PATH}/audioconnector")[1]["entities"] == [shown]
    assert ask("GET", f"{PATH}/audioconnector/{id_}") == (200, shown)
    assert ask("GET", f"{PATH}/audioconnector/{other}")[0] == 400
    assert ask("GET", f"{PATH}/audioconnector/none")[0] == 404


@pytest.mark.parametrize("kind", ["stt", "tts"])
def test_engines_are_listed_by_name_and_read(ask: Ask, kind: str) -> None:
    listed = ask("GET", f"{PATH}/{kind}/engines")[1]["entities"]
    assert [one["id"] for one in listed] == [one["id"] for one in engines()[kind]]
    assert ask("GET", f"{PATH}/{kind}/engines/{listed[0]['id']}")[1] == listed[0]
    name = listed[1]["name"].replace(" ", "%20").upper()
    assert ask("GET", f"{PATH}/{kind}/engines?name={name}")[1]["entities"] == [listed[1]]
    assert ask("GET", f"{PATH}/{kind}/engines/none")[0] == 404


def test_voices_belong_to_their_engine(ask: Ask) -> None:
    engine = engines()["tts"][0]["id"]
    voices = ask("GET", f"{PATH}/tts/engines/{engine}/voices")[1]["entities"]
    assert {one["engine"]["id"] for one in voices} == {engine}
    assert ask("GET", f"{PATH}/tts/engines/{engine}/voices/{voices[0]['id']}")[1] == voices[0]
    assert ask("GET", f"{PATH}/tts/engines/{engine}/voices/none")[0] == 404
    with_voices = ask("GET", f"{PATH}/tts/engines/{engine}?includeVoices=true")[1]
    assert len(with_voices["voices"]) == len(voices)


@pytest.mark.parametrize("text", ["", "?", "stt = []\ntts = [{}]", "stt = []\ntts = []\ndefault_tts_engine = 'x'"])
def test_a_malformed_file_is_a_contract_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "speech.toml"
    path.write_text(text)
    with pytest.raises(ContractError, match=r"speech\.toml: "):
        engines(path)


def test_engines_are_found_by_language(ask: Ask) -> None:
    found = ask("GET", f"{PATH}/tts/engines?language=EN-gb")[1]["entities"]
    assert found
    assert all("en-GB" in one["languages"] for one in found)


def test_what_shows_an_engine_of_the_file_is_marked_generic(office: Org, install: Make, configure: Any) -> None:
    own = install("genesys-tts-connector", "Vendor voices")
    configure(own, properties={"ttsConnectorSynthesizeURI": "https://tts.example/"})
    office.entities.of("integrations")[own].body["intendedState"] = "ENABLED"
    catalogue, token = load_catalogue(), Token("t", "client", office.id, 0.0, 1e12)

    def is_generic(operation: str, query: dict[str, str] | None = None, **path: str) -> bool:
        call = Call(World(), office, token, catalogue.by_id[operation], path, query or {}, None, "http://h")
        return ACTIONS[operation](call).generic

    tts, voice = engines()["tts"][0]["id"], engines()["tts"][0]["voices"][0]["id"]
    assert is_generic("getIntegrationsSpeechSttEngines")
    assert is_generic("getIntegrationsSpeechSttEngine", engineId=engines()["stt"][0]["id"])
    assert is_generic("getIntegrationsSpeechTtsEngines")
    assert is_generic("getIntegrationsSpeechTtsEngineVoice", engineId=tts, voiceId=voice)
    for operation in ("getIntegrationsSpeechTtsEngine", "getIntegrationsSpeechTtsEngineVoices"):
        assert (is_generic(operation, engineId=tts), is_generic(operation, engineId=own)) == (True, False)
    assert not is_generic("getIntegrationsSpeechTtsEngines", {"name": "Vendor voices"})


def test_a_tts_connector_is_an_engine_while_it_is_enabled(
    ask: Ask, install: Make, configure: Callable[..., Any]
) -> None:
    id_ = install("genesys-tts-connector", "Vendor voices")
    assert ask("GET", f"{PATH}/tts/engines/{id_}")[0] == 404
    configure(id_, properties={"ttsConnectorSynthesizeURI": "https://tts.example/"})
    ask("PATCH", f"/integrations/{id_}", {"intendedState": "ENABLED"})
    assert ask("GET", f"{PATH}/tts/engines/{id_}")[1]["name"] == "Vendor voices"
    assert ask("GET", f"{PATH}/tts/engines/{id_}/voices")[1]["entities"] == []


def test_tts_settings_name_known_engines(ask: Ask) -> None:
    path = f"{PATH}/tts/settings"
    first = ask("GET", path)[1]
    assert first == {"defaultEngine": engines()["default_tts_engine"], "languageOverrides": []}
    override = {"language": "en-US", "engine": "genesys-enhanced-tts", "voice": "Jill"}
    assert ask("PUT", path, {**first, "languageOverrides": [override]})[0] == 200
    assert ask("GET", path)[1]["languageOverrides"] == [override]
    assert ask("PUT", path, {**first, "defaultEngine": "none"})[0] == 400
    assert ask("PUT", path, {**first, "languageOverrides": [{**override, "engine": "none"}]})[0] == 400
