"""Web Messaging beside the socket, over real connections: a deployment's files, uploads, history, sign-in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

if TYPE_CHECKING:
    from tests.integration.conftest import Answer, Serve, Serving

PAGE = "https://shop.example"
NUMBERS = count(1)
DATA = b"\x89PNG the bytes of a picture"
LABEL = "MessengerHomeHeaderTitle"
CONFIGURATION: dict[str, Any] = {
    "name": "Shop",
    "languages": ["en-us", "de-de"],
    "defaultLanguage": "en-us",
    "customI18nLabels": [
        {"language": "en-us", "localizedLabels": [{"key": LABEL, "value": "Hello"}]},
        {"language": "de-de", "localizedLabels": [{"key": LABEL, "value": "Hallo"}]},
    ],
    "authenticationSettings": {"enabled": True, "integrationId": "5f7c1a52-0000-4000-8000-000000000001"},
    "messenger": {
        "enabled": True,
        "fileUpload": {"enableAttachments": True, "modes": [{"fileTypes": ["image/png"], "maxFileSizeKB": 100}]},
    },
}


@dataclass
class Shop:
    """A deployment that admits one domain, and what its guests do."""

    serving: Serving
    configuration: str = ""
    deployment: str = ""
    secrets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        made = self.serving.made("/webdeployments/configurations", CONFIGURATION)
        self.configuration = str(made["id"])
        self.publish()
        self.deployment = str(self.serving.made("/webdeployments/deployments", self.shown("1"))["id"])

    def shown(self, version: str) -> dict[str, Any]:
        reference = {"id": self.configuration, "version": version}
        body = {"name": "Shop", "allowAllDomains": False, "allowedDomains": ["shop.example"]}
        return {**body, "configuration": reference}

    def publish(self) -> str:
        path = f"/webdeployments/configurations/{self.configuration}/versions/draft/publish"
        return str(self.serving.api("POST", path).json["version"])

    def file(self, name: str = "config", **headers: str) -> Answer:
        path = f"/webdeployments/v1/deployments/{self.deployment}/{name}.json"
        return self.serving.send("GET", path, headers={"Origin": PAGE, **headers})

    @contextmanager
    def guest(self, configure: dict[str, Any] | None = None) -> Iterator[Guest]:
        token = f"4e8d1b7a-5a0f-4f0a-9d0e-{next(NUMBERS):012}"
        self.secrets.add(token)
        url = f"{self.serving.url.replace('http', 'ws', 1)}/v1?deploymentId={self.deployment}"
        with connect(url, origin=Origin(PAGE), proxy=None) as socket:
            guest = Guest(self, socket, token)
            asked = {"action": "configureSession", "startNew": False, **(configure or {})}
            guest.ask({**asked, "deploymentId": self.deployment}, "SessionResponse")
            yield guest

    def as_guest(self, method: str, path: str, bearer: str = "", body: Any = None, page: str = PAGE) -> Answer:
        headers = {"Origin": page, "Content-Type": "application/json"}
        if bearer:
            headers["Authorization"] = f"bearer {bearer}"
        return self.serving.send(method, f"/api/v2{path}", json.dumps(body).encode() if body else None, headers)

    def exchange(self, code: str, page: str = PAGE) -> Answer:
        body = {"deploymentId": self.deployment, "oauth": {"code": code, "redirectUri": PAGE, "nonce": "n1"}}
        return self.as_guest("POST", "/webdeployments/token/oauthcodegrantjwtexchange", body=body, page=page)

    def sign_in(self) -> str:
        made = self.serving.org.post("sign_ins", deployment=self.deployment, subject="ann@idp", name="Ann", nonce="n1")
        self.secrets.add(made["code"])
        return str(made["code"])


@dataclass
class Guest:
    """One socket of a guest."""

    shop: Shop
    socket: ClientConnection
    token: str

    def ask(self, frame: dict[str, Any], class_: str) -> dict[str, Any]:
        """Say a frame, and the first frame of a class that comes then."""
        self.socket.send(json.dumps({"token": self.token, **frame}))
        return self.told(class_)

    def told(self, class_: str) -> dict[str, Any]:
        while True:
            frame = json.loads(self.socket.recv(timeout=10))
            if frame["class"] == class_:
                return dict(frame)
            assert frame["code"] == 200, frame

    def says(self, text: str, *attachments: str) -> dict[str, Any]:
        content = [{"contentType": "Attachment", "attachment": {"id": one}} for one in attachments]
        message = {"type": "Text", "text": text, "content": content}
        return dict(self.ask({"action": "onMessage", "message": message}, "StructuredMessage")["body"])

    def jwt(self) -> str:
        found = str(self.ask({"action": "getJwt"}, "JwtResponse")["body"]["jwt"])
        self.shop.secrets.add(found)
        return found

    def announced(self, id_: str, data: bytes = DATA) -> dict[str, Any]:
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        asked = {"fileName": "a.png", "fileType": "image/png", "fileSize": len(data), "fileMd5": md5}
        body = self.ask({"action": "onAttachment", "attachmentId": id_, **asked}, "PresignedUrlResponse")["body"]
        self.shop.secrets.add(urlsplit(body["url"]).query.rpartition("=")[2])
        return dict(body)


@pytest.fixture(scope="module")
def serving(serve: Serve) -> Iterator[Serving]:
    with serve() as started:
        yield started
        assert started.mistakes() == []


@pytest.fixture
def shop(serving: Serving) -> Shop:
    return Shop(serving)


def put(shop: Shop, offer: dict[str, Any], data: bytes = DATA, **differing: str | None) -> int:
    headers = {"Origin": PAGE, **offer["headers"], **{name.replace("_", "-"): v for name, v in differing.items()}}
    url = urlsplit(offer["url"])
    given = {name: value for name, value in headers.items() if value is not None}
    return shop.serving.send("PUT", f"{url.path}?{url.query}", data, given).status


def test_config_speaks_every_language_and_tells_the_addresses(shop: Shop) -> None:
    answer = shop.file()
    told = answer.json
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert (told["languages"], told["defaultLanguage"]) == (["en-us", "de-de"], "en-us")
    labels = {one["language"]: one["localizedLabels"][0]["value"] for one in told["customI18nLabels"]}
    assert labels == {"en-us": "Hello", "de-de": "Hallo"}
    assert told["apiEndpoint"] == shop.serving.url
    endpoint = told["messenger"]["apps"]["conversations"]["messagingEndpoint"]
    assert endpoint == shop.serving.url.replace("http", "ws", 1)
    under = shop.file(Host="api-cdn.mypurecloud.de").json
    assert under["apiEndpoint"] == "http://api.mypurecloud.de"
    assert shop.file("domains").json["allowedDomains"] == ["shop.example"]
    assert shop.file("other").status == 404


def test_a_saved_change_reaches_a_page_that_has_the_file_already(shop: Shop) -> None:
    first = shop.file()
    known = {"If-None-Match": first.headers["ETag"]}
    assert shop.file(**known).status == 304
    changed = {**CONFIGURATION, "defaultLanguage": "de-de"}
    path = f"/webdeployments/configurations/{shop.configuration}/versions/draft"
    assert shop.serving.api("PUT", path, changed).status == 200
    version = shop.publish()
    path = f"/webdeployments/deployments/{shop.deployment}"
    assert shop.serving.api("PUT", path, shop.shown(version)).status == 200
    again = shop.file(**known)
    assert (again.status, again.json["version"], again.json["defaultLanguage"]) == (200, "2", "de-de")


def test_history_is_read_by_jwt_from_an_allowed_domain(shop: Shop) -> None:
    with shop.guest() as guest:
        for text in ("one", "two", "three"):
            guest.says(text)
        jwt = guest.jwt()
    found = shop.as_guest("GET", "/webmessaging/messages?pageSize=2", jwt)
    assert [one["text"] for one in found.json["entities"]] == ["three", "two"]
    assert (found.json["total"], found.json["pageCount"]) == (3, 2)
    rest = shop.as_guest("GET", "/webmessaging/messages?pageSize=2&pageNumber=2", jwt)
    assert [one["text"] for one in rest.json["entities"]] == ["one"]
    assert shop.as_guest("GET", "/webmessaging/messages", jwt, page="https://evil.example").status == 403
    assert shop.as_guest("GET", "/webmessaging/messages", f"{jwt[:-2]}xx").status == 401
    assert shop.as_guest("GET", "/webmessaging/messages").status == 401
    shop.serving.org.post("advance", seconds=3600.0)
    expired = shop.as_guest("GET", "/webmessaging/messages", jwt)
    assert (expired.status, "Try to authenticate again" in expired.json["message"]) == (401, True)


def test_an_upload_is_put_announced_sent_and_read_again(shop: Shop) -> None:
    with shop.guest() as guest:
        offer = guest.announced("a1")
        assert put(shop, offer) == 200
        done = guest.told("UploadSuccessEvent")["body"]
        assert done["attachmentId"] == "a1"
        said = guest.says("look", "a1")
        url = urlsplit(said["content"][0]["attachment"]["url"])
        assert shop.serving.send("GET", url.path).body == DATA
        got = guest.ask({"action": "getAttachment", "attachmentId": "a1"}, "PresignedUrlResponse")["body"]
        url = urlsplit(got["url"])
        assert shop.serving.send("GET", f"{url.path}?{url.query}").body == DATA
        entity = shop.as_guest("GET", "/webmessaging/messages", guest.jwt()).json["entities"][0]
    attachment = entity["content"][0]["attachment"]
    assert (attachment["id"], attachment["filename"], attachment["fileSize"]) == ("a1", "a.png", len(DATA))


def test_an_upload_with_other_headers_or_bytes_is_refused(shop: Shop) -> None:
    with shop.guest() as guest:
        offer = guest.announced("a1")
        assert put(shop, offer, Content_MD5=None) == 403
        assert put(shop, offer, Content_Type="text/html") == 403
        assert put(shop, offer, DATA + b"!") == 400
        failed = guest.told("UploadFailureEvent")["body"]
        assert (failed["attachmentId"], failed["errorCode"]) == ("a1", 4002)
        message = {"type": "Text", "text": "x", "content": [{"contentType": "Attachment", "attachment": {"id": "a1"}}]}
        assert guest.ask({"action": "onMessage", "message": message}, "string")["code"] == 4010
        message["content"][0]["attachment"]["id"] = "unheard"  # type: ignore[index]
        assert guest.ask({"action": "onMessage", "message": message}, "string")["code"] == 4009
        late = guest.announced("a2")
        shop.serving.org.post("advance", seconds=600.0)
        assert put(shop, late) == 403
        assert guest.told("UploadFailureEvent")["body"]["errorCode"] == 4008
        offer = guest.announced("a3")
        assert put(shop, offer) == 200
        guest.told("UploadSuccessEvent")
        gone = guest.ask({"action": "deleteAttachment", "attachmentId": "a3"}, "AttachmentDeletedResponse")
        assert gone["body"]["attachmentId"] == "a3"


def test_a_guest_signs_in_refreshes_and_signs_out(shop: Shop) -> None:
    assert shop.exchange(shop.sign_in(), page="https://evil.example").status == 403
    code = shop.sign_in()
    answer = shop.exchange(code)
    assert answer.status == 200, answer.body
    jwt, refresh = answer.json["jwt"], answer.json["refreshToken"]
    assert shop.exchange(code).status == 401
    body = {"deploymentId": shop.deployment, "refreshToken": refresh}
    again = shop.as_guest("POST", "/webdeployments/token/refresh", body=body).json["jwt"]
    shop.secrets |= {jwt, refresh, again}
    authenticated = {"action": "configureAuthenticatedSession", "data": {"code": again}}
    with shop.guest(authenticated) as guest:
        guest.says("it is me")
        assert shop.as_guest("DELETE", "/webdeployments/token/revoke", jwt).status == 204
        guest.told("LogoutEvent")
    assert shop.as_guest("DELETE", "/webdeployments/token/revoke", jwt).status == 401
    assert shop.as_guest("POST", "/webdeployments/token/refresh", body=body).status == 401


def test_what_guests_keep_secret_stands_nowhere_in_the_record(serve: Serve) -> None:
    with serve() as serving:
        shop = Shop(serving)
        test_an_upload_is_put_announced_sent_and_read_again(shop)
        test_a_guest_signs_in_refreshes_and_signs_out(shop)
        test_history_is_read_by_jwt_from_an_allowed_domain(shop)
        folder = serving.folder
    assert len(shop.secrets) > 8
    assert found(folder, shop.secrets) == []
    assert "«secret:" in (folder / "record" / "0.jsonl").read_text("utf-8")


def found(folder: Path, secrets: set[str]) -> list[str]:
    data = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return [secret for secret in secrets if secret.encode() in data]
