"""Speech: the engines that every org has (``contracts/platform_api/speech.toml``, assumed), and those it installed.

Audio connectors are installed integrations of that type; an integration that is a TTS connector is an engine too, with
no voices until its provider is asked (assumed). An answer that shows an engine of the file is marked generic: nobody
has seen these ids, names and voices.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from understudy.errors import ContractError, Refused
from understudy.integrations.installed import installed, one_of
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.platform.refusals import invalid_value
from understudy.world.entities import Entity

FILE: Final = "contracts/platform_api/speech.toml"
PATH: Final = "/api/v2/integrations/speech"
SETTINGS: Final = "integrations.speech.tts.settings"
AUDIO: Final = frozenset({"audio-connector"})


@cache
def engines(path: Path | None = None) -> Mapping[str, Any]:
    """The file: ``stt`` and ``tts`` lists of engines, ``default_tts_engine``; raises ``ContractError`` where a list or
    the default engine is missing."""
    path = path or material(FILE)
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        ids = {kind: [engine["id"] for engine in document[kind]] for kind in ("stt", "tts")}
        is_right = document["default_tts_engine"] in ids["tts"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContractError(f"{path}: not a file of speech engines: {error!r}") from error
    if not is_right:
        raise ContractError(f"{path}: default_tts_engine is none of {', '.join(ids['tts'])}")
    return document


def list_audio_connectors(call: Call) -> Answer:
    """``GET …/speech/audioconnector``."""
    return page(call, [_audio_connector(one) for one in installed(call.org, AUDIO)])


def get_audio_connector(call: Call) -> Answer:
    """``GET …/speech/audioconnector/{integrationId}``."""
    return Answer(body=_audio_connector(one_of(call, call.path["integrationId"], AUDIO, "an Audio Connector")))


def list_stt(call: Call) -> Answer:
    """``GET …/speech/stt/engines?name=``."""
    found = _called([_stt(engine) for engine in engines()["stt"]], call.query.get("name"))
    return _marked(page(call, found), found)


def get_stt(call: Call) -> Answer:
    """``GET …/speech/stt/engines/{engineId}``."""
    body = _with_id([_stt(engine) for engine in engines()["stt"]], call.path["engineId"], "STT engine")
    return _marked(Answer(body=body), [body])


def list_tts(call: Call) -> Answer:
    """``GET …/speech/tts/engines?name=&language=&includeVoices=``."""
    language = call.query.get("language", "").casefold()
    found = [
        engine
        for engine in _called(_tts_engines(call), call.query.get("name"))
        if not language or language in (one.casefold() for one in engine["languages"])
    ]
    return _marked(page(call, found), found)


def get_tts(call: Call) -> Answer:
    """``GET …/speech/tts/engines/{engineId}?includeVoices=``."""
    engine = _engine(call)
    return _marked(Answer(body=engine), [engine])


def list_voices(call: Call) -> Answer:
    """``GET …/speech/tts/engines/{engineId}/voices``."""
    engine = _engine(call)
    return _marked(page(call, _voices(engine["id"])), [engine])


def get_voice(call: Call) -> Answer:
    """``GET …/speech/tts/engines/{engineId}/voices/{voiceId}``."""
    engine = _engine(call)
    return _marked(Answer(body=_with_id(_voices(engine["id"]), call.path["voiceId"], "Voice")), [engine])


def _marked(answer: Answer, shown: Iterable[Mapping[str, Any]]) -> Answer:
    """The answer, generic where one of the engines that it shows is the file's."""
    made_up = {engine["id"] for kind in ("stt", "tts") for engine in engines()[kind]}
    return replace(answer, generic=any(engine["id"] in made_up for engine in shown))


def _audio_connector(integration: Entity) -> dict[str, Any]:
    return {"id": integration.id, "name": integration.name, "selfUri": f"{PATH}/audioconnector/{integration.id}"}


def _stt(engine: Mapping[str, Any]) -> dict[str, Any]:
    body = {**engine, "selfUri": f"{PATH}/stt/engines/{engine['id']}"}
    if other := engine.get("replacedBy"):
        body["replacedBy"] = {"id": other, "selfUri": f"{PATH}/stt/engines/{other}"}
    return body


def _tts_engines(call: Call) -> list[dict[str, Any]]:
    own = [_own_engine(one) for one in installed(call.org, {"tts-connector"}) if one.body["intendedState"] == "ENABLED"]
    found = [*(_tts(engine) for engine in engines()["tts"]), *own]
    if call.query.get("includeVoices", "").casefold() == "true":
        return [{**engine, "voices": _voices(engine["id"])} for engine in found]
    return found


def _tts(engine: Mapping[str, Any]) -> dict[str, Any]:
    body = {key: value for key, value in engine.items() if key != "voices"}
    return {**body, "selfUri": f"{PATH}/tts/engines/{engine['id']}"}


def _own_engine(integration: Entity) -> dict[str, Any]:
    return {
        "id": integration.id, "name": integration.name, "languages": [], "outputFormats": [], "isDefault": False,
        "isSecure": False, "selfUri": f"{PATH}/tts/engines/{integration.id}",
    }  # fmt: skip


def _engine(call: Call) -> dict[str, Any]:
    return _with_id(_tts_engines(call), call.path["engineId"], "TTS engine")


def _voices(engine: str) -> list[dict[str, Any]]:
    found = next((one for one in engines()["tts"] if one["id"] == engine), None)
    if found is None:
        return []
    owner = _tts(found)
    return [
        {**voice, "name": voice["id"], "engine": owner, "selfUri": f"{PATH}/tts/engines/{engine}/voices/{voice['id']}"}
        for voice in found["voices"]
    ]


def _called(found: Iterable[dict[str, Any]], name: str | None) -> list[dict[str, Any]]:
    return [one for one in found if not name or name.casefold() in one["name"].casefold()]


def _with_id(found: Iterable[dict[str, Any]], id_: str, what: str) -> dict[str, Any]:
    for one in found:
        if one["id"] == id_:
            return one
    raise Refused(404, "not.found", f"{what} with id [{id_}] was not found", params={"id": id_})


def _first_settings(call: Call, body: dict[str, Any]) -> None:
    body |= {"defaultEngine": engines()["default_tts_engine"], "languageOverrides": []}


def _check_settings(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    known = {engine["id"] for engine in _tts_engines(call)}
    named = [("defaultEngine", after.get("defaultEngine"))]
    named += [
        (f"languageOverrides[{i}].engine", one["engine"]) for i, one in enumerate(after.get("languageOverrides") or ())
    ]
    for field, engine in named:
        if engine not in known:
            raise invalid_value(field, str(engine), "the id of a TTS engine")


RULES: Final[Mapping[str, Lifecycle]] = {SETTINGS: Lifecycle(defaults=_first_settings, check=_check_settings)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getIntegrationsSpeechAudioconnector": list_audio_connectors,
    "getIntegrationsSpeechAudioconnectorIntegrationId": get_audio_connector,
    "getIntegrationsSpeechSttEngines": list_stt,
    "getIntegrationsSpeechSttEngine": get_stt,
    "getIntegrationsSpeechTtsEngines": list_tts,
    "getIntegrationsSpeechTtsEngine": get_tts,
    "getIntegrationsSpeechTtsEngineVoices": list_voices,
    "getIntegrationsSpeechTtsEngineVoice": get_voice,
}
