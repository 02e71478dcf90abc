"""The emulator as a process of its own, and a webhook that a thread serves: what integration tests have in common."""

from __future__ import annotations

import base64
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3

from understudy.children import Child, python
from understudy.control.client import ControlClient, OrgClient

PATIENCE = 10.0  # seconds until a wait fails its test
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET = "a-webhook-secret-of-32-characters"
FLOW = """
inboundShortMessage:
  name: {name}
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {{en-us: {{defaultLanguageSkill: {{noValue: true}}}}}}
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - sendResponse:
              name: Greet
              messageBody: {{lit: One moment please.}}
          - transferToAcd:
              name: Hand over
              targetQueue: {{lit: {{name: {queue}}}}}
          - disconnect:
              name: End
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer was answered; ``json`` is None where the body is none."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def json(self) -> Any:
        with suppress(ValueError):
            return json.loads(self.body)
        return None


@dataclass
class Serving:
    """A ``python -m understudy.serve`` child and what a client of it needs. Safe to share between threads."""

    child: Child
    url: str
    client: tuple[str, str]
    folder: Path
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=16, retries=False))
    token: str = ""

    def __post_init__(self) -> None:
        self.control = ControlClient(self.url)
        self.org: OrgClient = self.control.org(self.control.call("GET", "orgs")["orgs"][0]["id"])
        self.token = self.log_in()

    def log_in(self, client: tuple[str, str] | None = None) -> str:
        """A new access token."""
        pair = base64.b64encode(":".join(client or self.client).encode()).decode()
        headers = {**FORM, "Authorization": f"Basic {pair}"}
        answer = self.send("POST", "/oauth/token", urlencode({"grant_type": "client_credentials"}).encode(), headers)
        assert answer.status == 200, answer.body
        return str(answer.json["access_token"])

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request as it is given."""
        got = self.pool.request(method, self.url + path, body=body, headers=headers or {}, redirect=False)
        return Answer(got.status, got.headers, got.data)

    def api(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        """One request of the Platform API, below ``/api/v2``."""
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        return self.send(method, f"/api/v2{path}", None if body is None else json.dumps(body).encode(), headers)

    def made(self, path: str, body: Any) -> dict[str, Any]:
        """POST that must succeed; returns its body."""
        answer = self.api("POST", path, body)
        assert answer.status in (200, 201, 202), answer.body
        return dict(answer.json)

    def integration(self, webhook: str, name: str = "Open", secret: str = SECRET, **more: Any) -> str:
        """A new integration whose creation is over; returns its id."""
        body = {
            "name": name, "outboundNotificationWebhookUrl": webhook,
            "outboundNotificationWebhookSignatureSecretToken": secret, "supportedContent": {"id": self.content()},
            **more,
        }  # fmt: skip
        made = self.made("/conversations/messaging/integrations/open", body)
        self.org.post("advance", seconds=5.0)
        return str(made["id"])

    def content(self) -> str:
        """The id of the default content profile."""
        return str(self.api("GET", "/conversations/messaging/supportedcontent/default").json["id"])

    def says(self, integration: str, customer: str, text: str, token: str = "") -> Answer:
        """The customer's text arrives; the conversation's id is asked for."""
        path = f"/conversations/messages/{integration}/inbound/open/message?prefetchConversationId=true"
        channel = {"from": {"id": customer, "idType": "Opaque", "nickname": "Ann"}, "time": "2026-07-01T10:00:00.000Z"}
        return self.api("POST", path, {"channel": channel, "text": text}, token)

    def entries(self, **match: Any) -> list[dict[str, Any]]:
        """Entries of the record; ``name`` may end in ``*``."""
        return list(self.control.call("GET", "entries", query={"match": json.dumps(match)})["entries"])

    def mistakes(self) -> list[str]:
        """What the record says of our own mistakes, in errors and in contracts."""
        found = [
            *self.entries(name="emulator.*"),
            *(e for e in self.entries() if "emulator_error" in e.get("data", {})),
        ]
        return [f"{entry['name']}: {entry['data']}" for entry in found]

    def check_unharmed(self) -> None:
        """It still serves, made no mistake of its own, has nothing left under way, and has nothing to complain of."""
        assert self.control.ready()
        self.org.post("advance", seconds=0.0)  # waits until nothing is under way, else names what it is
        assert self.api("GET", "/users").status == 200
        assert self.mistakes() == []
        assert self.child.tail() == "(it wrote nothing)"

    def memory(self) -> int:
        """Resident bytes."""
        status = Path(f"/proc/{self.child.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    def kill(self) -> None:
        """What ``kill -9`` does."""
        self.child.process.send_signal(signal.SIGKILL)
        self.child.process.wait()


Serve = Callable[..., AbstractContextManager[Serving]]


class Office:
    """An org as the guide configures it, with a queue, an agent on it, and all ids that paths and bodies want."""

    def __init__(self, serving: Serving, webhook: str, name: str = "Line") -> None:
        made = serving.made
        self.serving = serving
        integration = serving.integration(webhook, f"Open for {name}")
        self.ids = ids = {"name": name, "integration": integration}
        ids["recipient"] = ids["integration"]
        ids["division"] = serving.api("GET", "/authorization/divisions/home").json["id"]
        ids["profile"] = serving.content()
        ids["role"] = made("/authorization/roles", {"name": f"Vendor of {name}", "permissionPolicies": [POLICY]})["id"]
        client = {"name": "Vendor", "authorizedGrantType": "CLIENT-CREDENTIALS"}
        given = made("/oauth/clients", {**client, "roleDivisions": [{"roleId": ids["role"], "divisionId": "*"}]})
        ids["client"], ids["secret"] = given["id"], given["secret"]
        user = {"name": "Alex", "email": f"alex@{name.replace(' ', '-')}.example", "divisionId": ids["division"]}
        ids["user"] = made("/users", user)["id"]
        ids["queue"] = made("/routing/queues", {"name": name})["id"]
        assert serving.api("POST", f"/routing/queues/{ids['queue']}/members", [{"id": ids["user"]}]).status < 300
        assert serving.api("PUT", f"/users/{ids['user']}/routingstatus", {"status": "IDLE"}).status == 200
        ids["setting"] = made("/conversations/messaging/settings", {"name": f"Typing of {name}"})["id"]
        job = self.deployed(FLOW.format(name=f"To {name}", queue=name).encode())
        ids["job"], ids["flow"] = job["id"], job["flow"]["id"]
        bound = serving.api("PUT", f"/routing/message/recipients/{ids['recipient']}", {"flow": {"id": ids["flow"]}})
        assert bound.status == 200, bound.body
        ids["code"] = made("/routing/wrapupcodes", {"name": f"Resolved in {name}"})["id"]
        ids["channel"] = made("/notifications/channels", None)["id"]

    def deployed(self, text: bytes) -> dict[str, Any]:
        """Upload a flow; returns what became of the job."""
        job = self.serving.made("/flows/jobs", None)
        upload = urlsplit(job["presignedUrl"])
        assert self.serving.send("PUT", upload.path, text).status == 200
        return dict(self.serving.api("GET", f"/flows/jobs/{job['id']}").json)

    def conversation(self, customer: str) -> dict[str, str]:
        """A new conversation that the agent has answered: its ids, beside those of the office."""
        assert self.serving.api("PUT", f"/users/{self.ids['user']}/routingstatus", {"status": "IDLE"}).status == 200
        said = self.serving.says(self.ids["integration"], customer, "hello")
        assert said.status == 200, said.body
        id_ = said.json["conversationId"]
        agent = self.agent(id_)
        assert self.serving.api("PATCH", f"/conversations/{id_}/participants/{agent['id']}", CONNECT).status < 300
        communication = agent["messages"][0]["id"]
        sent = self.serving.made(
            f"/conversations/messages/{id_}/communications/{communication}/messages", {"textBody": "hi"}
        )
        own = {"conversation": id_, "participant": agent["id"], "communication": communication, "message": sent["id"]}
        return {**self.ids, **own, "customer": customer}

    def agent(self, conversation: str) -> dict[str, Any]:
        """The agent as a participant."""
        participants = self.serving.api("GET", f"/conversations/{conversation}").json["participants"]
        return dict(next(one for one in participants if one["purpose"] == "agent"))


CONNECT = {"state": "connected"}
POLICY = {"domain": "conversation", "entityName": "message", "actionSet": ["create", "receive", "view"]}


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """``serve(durability="strict", …)``: an emulator with a record, for the time of a ``with``."""

    @contextmanager
    def started(**config: Any) -> Iterator[Serving]:
        folder = tmp_path_factory.mktemp("run")
        asked = {"port": 0, "run": str(folder), "limits": "relaxed", **config}
        command = python("-m", "understudy.serve", json.dumps(asked))
        child = Child("the emulator", command, env={}, log=folder / "logs" / "emulator.log")
        try:
            line = child.first_line()
            yield Serving(child, line["url"], (line["client_id"], line["client_secret"]), folder)
        finally:
            child.stop()

    return started


@dataclass(frozen=True, slots=True)
class Delivered:
    """A request that the webhook got; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Hook:
    """A webhook on 127.0.0.1; it answers 200, or the statuses in ``answers`` first."""

    def __init__(self) -> None:
        self.got: list[Delivered] = []
        self.answers: list[int] = []
        self.changed = threading.Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with hook.changed:
                    hook.got.append(Delivered(self.path, headers, body))
                    status = hook.answers.pop(0) if hook.answers else 200
                    hook.changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=lambda: self.server.serve_forever(0.02), daemon=True).start()

    def until(self, done: Callable[[list[Delivered]], Any]) -> list[Delivered]:
        """What was delivered, once ``done`` says so of it."""
        with self.changed:
            assert self.changed.wait_for(lambda: done(self.got), PATIENCE), [one.body for one in self.got]
            return list(self.got)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def hooks() -> Iterator[Callable[[], Hook]]:
    """``hooks()``: a further webhook, stopped with the session."""
    made: list[Hook] = []

    def open_hook() -> Hook:
        made.append(Hook())
        return made[-1]

    try:
        yield open_hook
    finally:
        for one in made:
            one.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def furnish() -> type[Office]:
    """``furnish(serving, webhook)`` makes an ``Office``."""
    return Office


@pytest.fixture(scope="session")
def flow_text() -> Callable[[str, str], str]:
    """``flow_text(name, queue)``: an inbound message flow that greets and hands over."""
    return lambda name, queue: FLOW.format(name=name, queue=queue)


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], Any]], Any]:
    """``until(look)``: what ``look()`` finds, as soon as that is something."""

    def wait(look: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while not (found := look()):
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.02)
        return found

    return wait
