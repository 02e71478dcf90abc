from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.test_audio import pcm

from understudy.architect_api import prompt_resources
from understudy.architect_api.prompt_resources import UPLOADS, take_audio
from understudy.attachments.store import stored
from understudy.errors import Refused
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PROMPTS = "/api/v2/architect/prompts"


@pytest.fixture
def path(ask: Ask) -> str:
    prompt = ask("POST", PROMPTS, {"name": "Welcome"})[1]["id"]
    resource = ask("POST", f"{PROMPTS}/{prompt}/resources", {"language": "en-us", "ttsString": "Hi"})[1]
    assert resource["selfUri"] == f"{PROMPTS}/{prompt}/resources/en-us"
    return str(resource["selfUri"])


def upload_id(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_resource_is_one_of_its_language(ask: Ask, path: str) -> None:
    resource = ask("GET", path)[1]
    assert (resource["id"], resource["language"], resource["uploadStatus"]) == ("en-us", "en-us", "created")
    again = ask("POST", path.rpartition("/")[0], {"language": "EN-us"})
    assert (again[0], again[1]["code"]) == (409, "architect.prompt.resource.already.exists")
    changed = ask("PUT", path, {"ttsString": "Hello", "language": "fr-fr"})[1]
    assert (changed["ttsString"], changed["language"]) == ("Hello", "en-us")
    assert ask("GET", path.partition("/resources")[0])[1]["resources"] == [changed]
    assert ask("DELETE", path)[0] < 300
    assert ask("GET", path)[1]["code"] == "architect.prompt.resource.not.found"
    assert ask("GET", path.partition("/resources")[0])[1]["resources"] == []


@pytest.mark.parametrize("language", ["", "english language", "e", "1"])
def test_a_language_looks_like_one(ask: Ask, path: str, language: str) -> None:
    assert ask("POST", path.rpartition("/")[0], {"language": language})[0] == 400


def test_uploaded_audio_is_served_until_it_is_deleted(ask: Ask, office: Org, path: str) -> None:
    take_audio(office, upload_id(ask("GET", path)[1]["uploadUri"]), pcm())
    resource = ask("GET", path)[1]
    assert (resource["uploadStatus"], resource["durationSeconds"]) == ("transcoded", 0.5)
    assert resource["audioFormat"]["encoding"] == "PCM"
    first = upload_id(resource["mediaUri"])
    assert stored(office)[first].data == pcm()
    upload = ask("POST", f"{path}/uploads")[1]
    take_audio(office, upload_id(upload["url"]), pcm(1.0))
    resource = ask("GET", path)[1]
    assert resource["durationSeconds"] == 1.0
    assert first not in stored(office)
    prompt = path.partition("/resources")[0]
    shown = ask("GET", f"{prompt}?includeMediaUris=false")[1]["resources"][0]
    assert "mediaUri" not in shown
    assert ask("DELETE", f"{path}/audio")[0] < 300
    resource = ask("GET", path)[1]
    assert resource["uploadStatus"] == "created"
    assert "mediaUri" not in resource
    assert stored(office) == {}


def test_what_is_no_sound_fails_to_be_transcoded(ask: Ask, office: Org, path: str) -> None:
    take_audio(office, upload_id(ask("GET", path)[1]["uploadUri"]), b"not a sound")
    assert ask("GET", path)[1]["uploadStatus"] == "transcodeFailed"


def test_an_upload_for_what_is_gone_is_not_found(ask: Ask, office: Org, path: str) -> None:
    upload = upload_id(ask("GET", path)[1]["uploadUri"])
    ask("DELETE", path)
    for id_ in (upload, "nope"):
        with pytest.raises(Refused, match="no prompt that waits"):
            take_audio(office, id_, pcm())
    assert ask("POST", f"{path}/uploads")[1]["code"] == "architect.prompt.resource.not.found"
    assert ask("DELETE", f"{PROMPTS}/nope/resources/en-us/audio")[1]["code"] == "architect.prompt.not.found"


def test_the_number_of_uploads_is_bounded(ask: Ask, office: Org, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_resources, "UPLOADS_KEPT", 3)
    for _ in range(5):
        ask("POST", f"{path}/uploads")
    assert len(office.live[UPLOADS]) == 3
