"""A prompt's resources, one a language: text to be spoken, or audio that is uploaded and served from here.

``uploadStatus`` goes from created to transcoded, or transcodeFailed for what is no WAV file; at once (assumed).
"""

from __future__ import annotations

import re
from typing import Any, Final

from understudy.architect_api.audio import sound
from understudy.architect_api.prompts import PROMPTS, RESOURCES, find, resources_type, show_resources
from understudy.architect_api.uploads import PROMPT, expect
from understudy.attachments.store import Media, keep, stored
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

UPLOADS: Final = "prompts.uploads"  # org.live[UPLOADS]: dict[upload id, (prompt id, language, origin)]
UPLOADS_KEPT: Final = 500
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
AUDIO: Final = ("mediaUri", "audioFormat", "durationSeconds")  # what a resource has of its audio


def ask_upload(call: Call) -> Answer:
    """``POST …/resources/{languageCode}/uploads``: where to put the audio."""
    resource = _resource(call)
    return Answer(body={"url": _expect(call, call.path["promptId"], resource.id), "headers": {}})


def delete_audio(call: Call) -> Answer:
    """``DELETE …/resources/{languageCode}/audio``."""
    resource = _resource(call)
    prompt = call.path["promptId"]
    stored(call.org).pop(str(resource.hidden.get("media") or ""), None)
    body = {name: value for name, value in resource.body.items() if name not in AUDIO}
    store(call.org, resources_type(prompt), resource.id, {**body, "uploadStatus": "created"}, {"media": ""})
    show_resources(call.org, prompt)
    return Answer()


def take_audio(org: Org, upload_id: str, data: bytes) -> None:
    """The audio of a resource is here; Refused 404 where nobody waits for it (any more)."""
    prompt, language, origin = _waiting(org).get(upload_id, ("", "", ""))
    resource = org.entities.get(resources_type(prompt), language)
    if org.entities.get(PROMPTS, prompt) is None or resource is None:
        raise Refused(404, "not.found", f"There is no prompt that waits for {upload_id}.")
    heard = sound(data)
    body = {name: value for name, value in resource.body.items() if name not in AUDIO}
    stored(org).pop(str(resource.hidden.get("media") or ""), None)
    if heard is None:
        store(org, resource.type, language, {**body, "uploadStatus": "transcodeFailed"}, {"media": ""})
    else:
        media = Media(org.ids.uuid("media"), org.id, f"{language}.wav", "audio/wav", data, status="valid")
        uri = origin + keep(org, media).path
        about = {"mediaUri": uri, "audioFormat": heard.format(), "durationSeconds": heard.seconds}
        store(org, resource.type, language, {**body, **about, "uploadStatus": "transcoded"}, {"media": media.id})
    show_resources(org, prompt)


def _new(call: Call, body: dict[str, Any]) -> None:
    prompt, language = call.path["promptId"], str(body["language"])
    body |= {"id": language, "promptId": prompt, "uploadStatus": "created", "languageDefault": False}
    body.setdefault("name", call.org.entities.of(PROMPTS)[prompt].name)
    body["uploadUri"] = _expect(call, prompt, language)
    body["selfUri"] = f"/api/v2/architect/prompts/{prompt}/resources/{language}"


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is not None and not LANGUAGE.fullmatch(str(after.get("language") or "")):
        code = "architect.prompt.resource.validate.failed.language"
        detail = {"errorCode": code, "fieldName": "language"}
        message = f"{after.get('language')!r} is not a language like en-us."
        raise Refused(400, code, message, params={"language": str(after.get("language"))}, details=(detail,))


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    show_resources(call.org, call.path["promptId"])


def _resource(call: Call) -> Entity:
    prompt = find(call, call.path["promptId"])
    language = call.path["languageCode"]
    found = call.org.entities.get(resources_type(prompt.id), language)
    if found is None:
        code = "architect.prompt.resource.not.found"
        raise Refused(404, code, f"The prompt {prompt.name} has no resource {language}.", params={"language": language})
    return found


def _expect(call: Call, prompt: str, language: str) -> str:
    id_ = call.org.ids.uuid("prompts.uploads")
    waiting = _waiting(call.org)
    waiting[id_] = (prompt, language, call.origin)
    while len(waiting) > UPLOADS_KEPT:
        del waiting[next(iter(waiting))]
    return expect(call, PROMPT, id_)


def _waiting(org: Org) -> dict[str, tuple[str, str, str]]:
    found: dict[str, tuple[str, str, str]] = org.live.setdefault(UPLOADS, {})
    return found


RULES: Final[dict[str, Lifecycle]] = {RESOURCES: Lifecycle(defaults=_new, check=_check, consequence=_follow)}
ACTIONS: Final[dict[str, Action]] = {
    "postArchitectPromptResourceUploads": ask_upload,
    "deleteArchitectPromptResourceAudio": delete_audio,
}
