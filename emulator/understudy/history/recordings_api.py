"""Recordings over REST: of a conversation, and downloads (catalogue: conversations/…/recording*, downloads)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.attachments.store import get as stored_media
from understudy.errors import Refused
from understudy.history.files import file_of
from understudy.history.interval import refused, stamp
from understudy.history.reach import named_conversation
from understudy.history.recordings import (
    DATES,
    Recording,
    count_restoration,
    metadata,
    recording_body,
    recording_of,
    recordings_of,
    restorations_left,
    set_dates,
)
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

RESTORABLE: Final = ("AVAILABLE", "RESTORED")


def list_metadata(call: Call) -> Answer:
    """``GET …/recordingmetadata``."""
    return Answer(body=[metadata(call.org, one) for one in _recordings(call)])


def get_metadata(call: Call) -> Answer:
    """``GET …/recordingmetadata/{recordingId}``."""
    return Answer(body=metadata(call.org, _recording(call)))


def list_recordings(call: Call) -> Answer:
    """``GET …/recordings``: transcripts are ready at once, so no request waits for a transcoding."""
    return Answer(body=[recording_body(call.org, one) for one in _recordings(call)])


def get_recording(call: Call) -> Answer:
    """``GET …/recordings/{recordingId}``; with ``download=true`` its transcript as a file."""
    recording = _recording(call)
    body = recording_body(call.org, recording)
    if call.query.get("download", "").casefold() == "true" and body["fileState"] in RESTORABLE:
        body["mediaUris"] = {"0": {"mediaUri": export(call, recording)}}
    return Answer(body=body)


def put_recording(call: Call) -> Answer:
    """``PUT …/recordings/{recordingId}``: archive, delete and export dates; ``fileState`` RESTORED takes an archived
    one back, as often as the org's limit allows (a refusal beyond it is assumed); a deleted one is gone for good."""
    recording, body = _recording(call), call.body
    state = recording.state(call.org.now())
    if state == "DELETED":
        raise Refused(400, "bad.request", f"Recording {recording.id} is deleted", params={"recordingId": recording.id})
    dates = {name: None if body[name] is None else stamp(body[name], name) for name in DATES if name in body}
    if call.query.get("clearExport", "").casefold() == "true":
        dates["exportDate"] = None
    if body.get("fileState") in ("RESTORED", "RESTORING"):
        if state != "ARCHIVED":
            raise refused("invalid.value", "fileState", f"[{state}] recordings can't be restored, only archived ones")
        if not restorations_left(call.org):
            raise refused("invalid.value", "fileState", "all restorations of the org are used")
        count_restoration(call.org)
        dates["archiveDate"] = None
    return Answer(body=recording_body(call.org, set_dates(call.org, recording, dates)))


def get_download(call: Call) -> Answer:
    """``GET /downloads/{downloadId}`` → url; unless ``issueRedirect`` is false, as a redirect too."""
    media = stored_media(call.org, call.path["downloadId"])
    url = call.origin + media.path
    if call.query.get("issueRedirect", "true").casefold() == "false":
        return Answer(body={"url": url})
    return Answer(302, body={"url": url}, headers={"Location": url})


def export(call: Call, recording: Recording) -> str:
    """Make a file of a recording; returns its URL."""
    content: dict[str, Any] = recording_body(call.org, recording)
    return call.origin + file_of(call.org, f"recording/{recording.id}", f"{recording.id}.json", content).path


def _recordings(call: Call) -> list[Recording]:
    return recordings_of(call.org, named_conversation(call))


def _recording(call: Call) -> Recording:
    return recording_of(call.org, named_conversation(call), call.path["recordingId"])


ACTIONS: Final[Mapping[str, Action]] = {
    "getConversationRecordingmetadata": list_metadata,
    "getConversationRecordingmetadataRecordingId": get_metadata,
    "getConversationRecordings": list_recordings,
    "getConversationRecording": get_recording,
    "putConversationRecording": put_recording,
    "getDownload": get_download,
}
