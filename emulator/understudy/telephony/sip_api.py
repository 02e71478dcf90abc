"""SIP messages and traces over the Platform API, out of ``sip_log``: nothing is there until calls leave something.

A conversation of which nothing is kept answers 404 (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.attachments.store import Media, keep, stored
from understudy.clock import iso, parse_iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.telephony.pcap import capture
from understudy.telephony.refusal import invalid
from understudy.telephony.sip_log import SipMessage, sip_log

DOWNLOADS: Final = "telephony.sip.downloads"  # org.live[DOWNLOADS]: dict[download id, media id]
DOWNLOADS_KEPT: Final = 100
FOUND_MAX: Final = 1000  # messages in one answer; the emulator's own bound
MIME: Final = "application/vnd.tcpdump.pcap"
PATH: Final = "/api/v2/telephony"
FIELDS: Final[Mapping[str, str]] = {
    "callId": "call_id",
    "toUser": "to_user",
    "fromUser": "from_user",
    "conversationId": "conversation",
    "participantId": "participant",
}


def show_messages(call: Call) -> Answer:
    """``GET …/sipmessages/conversations/{conversationId}``: all of its messages as one text."""
    found = _of_conversation(call)
    id_ = call.path["conversationId"]
    text = "\r\n".join(message.text for message in found)
    return Answer(body={"id": id_, "message": text, "selfUri": f"{PATH}/sipmessages/conversations/{id_}"})


def show_headers(call: Call) -> Answer:
    """``GET …/sipmessages/conversations/{conversationId}/headers?keys=``: those of its first message."""
    headers = _of_conversation(call)[0].headers()
    wanted = {name.strip().casefold() for name in call.query.get("keys", "").split(",") if name.strip()}
    shown = {name: values for name, values in headers.items() if not wanted or name.casefold() in wanted}
    id_ = call.path["conversationId"]
    uri = f"{PATH}/sipmessages/conversations/{id_}/headers"
    return Answer(body={"id": id_, "headers": shown, "selfUri": uri})


def search(call: Call) -> Answer:
    """``GET /telephony/siptraces``: between two times, by Call-ID, users or conversation."""
    found = _search(call, call.query)
    body = {"status": 200, "sid": "", "auth": "", "message": "ok", "count": len(found)}
    return Answer(body={**body, "data": [_record(number, message) for number, message in enumerate(found)]})


def start_download(call: Call) -> Answer:
    """``POST /telephony/siptraces/download``: a packet capture of what is found; ready at once (assumed)."""
    found = _search(call, {name: str(value) for name, value in call.body.items() if value is not None})
    id_ = call.org.ids.uuid("telephony.downloads")
    media = Media(call.org.ids.uuid("media"), call.org.id, f"{id_}.pcap", MIME, capture(found), status="valid")
    keep(call.org, media)
    downloads = _downloads(call)
    downloads[id_] = media.id
    while len(downloads) > DOWNLOADS_KEPT:
        del downloads[next(iter(downloads))]
    return Answer(body={"downloadId": id_, "documentId": media.id})


def show_download(call: Call) -> Answer:
    """``GET /telephony/siptraces/download/{downloadId}``: where the file is."""
    id_ = call.path["downloadId"]
    media = stored(call.org).get(_downloads(call).get(id_, ""))
    if media is None:
        raise Refused(404, "not.found", f"There is no download {id_}.", params={"downloadId": id_})
    uri = f"{PATH}/siptraces/download/{id_}"
    return Answer(body={"id": id_, "name": media.name, "url": call.origin + media.path, "selfUri": uri})


def _of_conversation(call: Call) -> list[SipMessage]:
    id_ = call.path["conversationId"]
    found = sip_log(call.org).of(id_)
    if not found:
        message = f"No SIP messages of conversation {id_} are kept."
        raise Refused(404, "not.found", message, params={"conversationId": id_})
    return found


def _search(call: Call, given: Mapping[str, str]) -> list[SipMessage]:
    start, end = _time(given, "dateStart"), _time(given, "dateEnd")
    if end < start:
        raise invalid("dateEnd", f"dateEnd {given['dateEnd']} is before dateStart {given['dateStart']}")
    wanted = {field: given[name] for name, field in FIELDS.items() if given.get(name)}
    found = [
        message
        for message in sip_log(call.org).messages
        if start <= message.at <= end and all(getattr(message, field) == value for field, value in wanted.items())
    ]
    return found[:FOUND_MAX]


def _time(given: Mapping[str, str], name: str) -> float:
    try:
        return parse_iso(given.get(name, ""))
    except ValueError:
        raise invalid(name, f"{name} is {given.get(name)}: give a date and time (ISO 8601)", "invalid.date") from None


def _record(number: int, message: SipMessage) -> dict[str, Any]:
    """HomerRecord, with what is known."""
    headers = {name.casefold(): values[0] for name, values in message.headers().items()}
    body = {
        "id": str(number + 1),
        "date": iso(message.at),
        "milliTs": str(int(message.at * 1_000)),
        "microTs": str(int(message.at * 1_000_000)),
        "method": message.method,
        "fromUser": message.from_user,
        "toUser": message.to_user,
        "callid": message.call_id,
        "cseq": headers.get("cseq", ""),
        "userAgent": headers.get("user-agent", ""),
        "sourceIp": message.source[0],
        "sourcePort": str(message.source[1]),
        "destinationIp": message.destination[0],
        "destinationPort": str(message.destination[1]),
        "msg": message.text,
        "conversationId": message.conversation,
        "participantId": message.participant,
    }
    return {name: value for name, value in body.items() if value}


def _downloads(call: Call) -> dict[str, str]:
    found: dict[str, str] = call.org.live.setdefault(DOWNLOADS, {})
    return found


ACTIONS: Final[dict[str, Action]] = {
    "getTelephonySipmessagesConversation": show_messages,
    "getTelephonySipmessagesConversationHeaders": show_headers,
    "getTelephonySiptraces": search,
    "postTelephonySiptracesDownload": start_download,
    "getTelephonySiptracesDownloadDownloadId": show_download,
}
