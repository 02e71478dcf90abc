"""A flow calls a bot over HTTP: both contracts, from the customer's message to the branch that the flow takes.

The bot is a thread here, the customer writes by Open Messaging, the emulator is a process of its own.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from understudy.actors import Rehearsal, Slot

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Serve, Serving

TOKEN = "tok3n-!#$%&'*+,./:;<=>?@[]^_`{|}~of-the-bot"  # letters, digits and punctuation (guide cognigy)
Reply = tuple[int, Any]
COUNTER = count()
FLOW = """
inboundShortMessage:
  name: {name}
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {{en-us: {{defaultLanguageSkill: {{noValue: true}}}}}}
  variables:
    - stringVariable: {{name: Flow.type}}
    - stringVariable: {{name: Flow.text}}
    - integerVariable: {{name: Flow.size}}
    - stringVariable: {{name: Flow.mood}}
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - {action}:
              name: Ask
              botIntegration: {{lit: {{name: {integration}}}}}
              botName: {{lit: Nova}}
              botVersion: {{lit: "1"}}
              {timeout}
              sessionVariables:
                - variable: {{name: {{lit: tier}}, value: {{lit: gold}}}}
              sessionVariableOutputs: {{mood: {{var: Flow.mood}}}}
              intents: {{Success: {{slots: {{size: {{var: Flow.size}}}}}}}}
              failureOutputs: {{errorType: {{var: Flow.type}}, errorMessage: {{var: Flow.text}}}}
              outputs:
                success:
                  actions:
                    - sendResponse:
                        name: Good
                        messageBody: {{exp: 'Append("good ", Flow.size + 1, " ", Flow.mood)'}}
                failure:
                  actions:
                    - sendResponse: {{name: Bad, messageBody: {{exp: 'Append("bad ", Flow.type)'}}}}
"""
INTENT = {"name": "Success", "slots": {"size": {"name": "size", "type": "integer"}}}
BOTS = {
    "chatBots": [
        {
            "id": "5b1ff11d-ab60-4ab1-88a9-2d1ed7f6e0f1",
            "name": "Nova",
            "versions": [{"version": "1", "supportedLanguages": ["en-us"], "intents": [INTENT]}],
        }
    ]
}
ENTITY = {"name": "Success", "entities": [{"name": "size", "type": "Integer"}]}
V2_BOT = {
    "id": "nova",
    "name": "Nova",
    "description": "",
    "versions": [{"version": "1", "supportedLanguages": ["en-us"], "intents": [ENTITY]}],
}


class Quiet(ThreadingHTTPServer):
    """The emulator hangs up on a bot that is too slow: that is no error here."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


@dataclass
class Bot:
    """A bot's endpoint: ``turns`` are the bodies it got, ``reply`` what it makes of one."""

    reply: Callable[[dict[str, Any]], Reply]
    bots: Any = field(default_factory=lambda: {"entities": [V2_BOT]})
    turns: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def serving_bot() -> Iterator[Callable[[Bot], Bot]]:
    servers: list[ThreadingHTTPServer] = []

    def serve(bot: Bot) -> Bot:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                bot.turns.append(body)
                bot.headers.append({name.lower(): value for name, value in self.headers.items()})
                bot.paths.append(self.path)
                self.give(*bot.reply(body))

            def do_GET(self) -> None:
                bot.paths.append(self.path)
                known = self.path.endswith("/bots") or self.path.endswith("/bots/nova")
                one = bot.bots if self.path.endswith("/bots") else V2_BOT
                self.give(200 if known else 404, one if known else {})

            def give(self, status: int, answer: Any) -> None:
                raw = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: Any) -> None:
                return

        server = Quiet(("127.0.0.1", 0), Handler)
        servers.append(server)
        bot.url = f"http://127.0.0.1:{server.server_address[1]}/bot"
        threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
        return bot

    try:
        yield serve
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve() as serving:
        yield serving
        serving.check_unharmed()


@dataclass
class Line:
    """A line of customers whose flow calls a bot."""

    serving: Serving
    hook: Hook
    integration: str  # of Open Messaging
    connector: str

    def says(self, customer: str, text: str) -> str:
        answer = self.serving.says(self.integration, customer, text)
        assert answer.status == 200, answer.body
        return str(answer.json["conversationId"])

    def sees(self, customer: str, number: int) -> list[str]:
        """The first texts that this customer got, once there are so many."""

        def texts(got: Any) -> list[str]:
            said = [one.json for one in got if one.json["type"] in ("Text", "Structured")]
            return [one["text"] for one in said if one["channel"]["to"]["id"] == customer]

        return texts(self.hook.until(lambda got: len(texts(got)) >= number))

    def notes(self, conversation: str) -> list[dict[str, Any]]:
        found = self.serving.entries(name="bot_connector.*", conversation=conversation)
        return [one for one in found if one["kind"] == "note"]


@pytest.fixture
def line(emulator: Serving, hook: Hook) -> Callable[..., Line]:
    """``line(url, digital=False, token=…, timeout=…)``: an integration with its credentials, its bots and a flow."""

    def make(url: str, *, digital: bool = False, token: str = TOKEN, timeout: str = "", state: str = "ENABLED") -> Line:
        name = f"Bots {next(COUNTER)}"
        kind = "genesys-digital-bot-connector" if digital else "genesys-bot-connector"
        connector = emulator.made("/integrations", {"name": name, "integrationType": {"id": kind}})["id"]
        credential = emulator.made(
            "/integrations/credentials",
            {"name": name, "type": {"name": "userDefined"}, "credentialFields": {"verify-token": token}},
        )
        path = f"/integrations/{connector}/config/current"
        config = emulator.api("GET", path).json
        key = "botConnectorURI" if digital else "botConnectorHandleUtteranceURI"
        config |= {"properties": {key: url}, "credentials": {"botConnectorCredentials": {"id": credential["id"]}}}
        assert emulator.api("PUT", path, config).status == 200
        assert emulator.api("PATCH", f"/integrations/{connector}", {"intendedState": "ENABLED"}).status == 200
        if digital:
            emulator.org.post("advance", seconds=0.0)  # the list of bots is being pulled
        else:
            assert emulator.api("PUT", f"/integrations/botconnector/{connector}/bots", BOTS).status == 204
        open_ = emulator.integration(hook.url, f"Open {name}")
        action = "callDigitalBotConnector" if digital else "callBotConnector"
        text = FLOW.format(name=f"Flow {name}", integration=name, action=action, timeout=timeout)
        job = emulator.made("/flows/jobs", None)
        upload = job["presignedUrl"].partition("/understudy/")[2]
        assert emulator.send("PUT", f"/understudy/{upload}", text.encode()).status == 200
        done = emulator.api("GET", f"/flows/jobs/{job['id']}").json
        assert done["status"] == "Success", done
        flow = {"flow": {"id": done["flow"]["id"]}}
        assert emulator.api("PUT", f"/routing/message/recipients/{open_}", flow).status == 200
        if state != "ENABLED":
            assert emulator.api("PATCH", f"/integrations/{connector}", {"intendedState": state}).status == 200
        return Line(emulator, hook, open_, connector)

    return make


def talkative(body: dict[str, Any]) -> Reply:
    """Asks for a size until it is given a number."""
    text = body["inputMessage"]["text"]
    if not text.isdigit():
        return 200, {"replymessages": [{"type": "Text", "text": f"size, not {text}?"}], "botState": "MOREDATA"}
    return 200, {
        "replymessages": [{"type": "Text", "text": "one"}, {"type": "Text", "text": "two"}],
        "botState": "Complete", "intent": "Success", "slotValues": {"size": text}, "parameters": {"mood": "happy"},
    }  # fmt: skip


def test_turns_go_on_until_the_bot_is_complete_and_its_slots_reach_the_flow(
    line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    bot = serving_bot(Bot(talkative))
    one = line(bot.url)
    conversation = one.says("ann", "hello")
    assert one.sees("ann", 1) == ["size, not hello?"]
    one.says("ann", "big")
    assert one.sees("ann", 2)[-1] == "size, not big?"
    one.says("ann", "41")
    assert one.sees("ann", 5)[-3:] == ["one", "two", "good 42 happy"]
    first, second, _ = bot.turns
    assert first["parameters"] == {"tier": "gold"}
    assert "parameters" not in second
    assert (first["languageCode"], first["botSessionTimeout"]) == ("en-us", 720)
    assert first["botId"] == BOTS["chatBots"][0]["id"]
    assert first["genesysConversationId"] == second["genesysConversationId"] == conversation
    assert first["botSessionId"] == second["botSessionId"] != conversation
    assert bot.headers[0]["verify-token"] == TOKEN
    assert bot.headers[0]["inin-correlation-id"] == conversation
    assert set(bot.paths) == {"/bot"}
    assert one.notes(conversation) == []
    entries = one.serving.entries(interface="bot_connector", conversation=conversation, direction="out")
    assert [(entry["data"]["kind"], entry["data"]["turn"], entry["data"]["credential"]) for entry in entries] == [
        ("turn", 1, "good"), ("turn", 2, "good"), ("turn", 3, "good"),
    ]  # fmt: skip
    sent = dict(entries[0]["headers"])
    assert sent["verify-token"].startswith("«secret:")


def test_what_is_written_while_the_bot_thinks_is_asked_next(
    line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    thinking, go_on = threading.Event(), threading.Event()

    def slow(body: dict[str, Any]) -> Reply:
        thinking.set()
        assert go_on.wait(5)
        return talkative(body)

    bot = serving_bot(Bot(slow))
    one = line(bot.url)
    one.says("bea", "a")
    assert thinking.wait(5)
    for text in ("b", "c", "7"):
        one.says("bea", text)
    go_on.set()
    assert one.sees("bea", 6) == ["size, not a?", "size, not b?", "size, not c?", "one", "two", "good 8 happy"]


def closed_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/bot"


MORE = {"botState": "MoreData", "replymessages": []}


@pytest.mark.parametrize(
    ("reply", "error", "note"),
    [
        ((401, None), "BotCredentialsError", "credentials_refused"),
        ((403, {}), "BotCredentialsError", "credentials_refused"),
        ((404, None), "BotEndpointError", "endpoint_not_found"),
        ((500, {}), "BotStatusError", "wrong_status"),
        ((302, {}), "BotStatusError", "redirected"),
        ((200, None), "BotAnswerError", "not_json"),
        ((200, [1]), "BotAnswerError", "not_json"),
        ((200, {"botState": "Complete", "intent": "other"}), "UndeclaredIntentError", "undeclared_intent"),
        ((200, {"botState": "Complete"}), "UndeclaredIntentError", "undeclared_intent"),
        ((200, {**MORE, "parameters": {"a": 1}}), "BotAnswerError", "wrong_answer"),
        ((200, {"botState": "Complete", "intent": "Success", "slotValues": {"size": "big"}}), "BotAnswerError",
         "wrong_answer"),
    ],
)  # fmt: skip
def test_every_failure_has_its_error_type_and_its_diagnosis(
    line: Callable[..., Line], serving_bot: Callable[[Bot], Bot], reply: Reply, error: str, note: str
) -> None:
    one = line(serving_bot(Bot(lambda body: reply)).url)
    conversation = one.says("cid", "hello")
    assert one.sees("cid", 1) == [f"bad {error}"]
    fault, diagnosis = one.notes(conversation)
    assert fault["name"] == "bot_connector.fault"
    assert (fault["interface"], fault["data"]["fatal"], fault["customer"]) == ("bot_connector", True, "cid")
    assert diagnosis["name"] == f"bot_connector.{note}"
    assert diagnosis["data"]["text"]


def test_a_bot_that_fails_by_itself_says_why(line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]) -> None:
    answer = {"botState": "FAILED", "errorInfo": {"errorCode": "TIRED", "errorMessage": "asleep"}}
    one = line(serving_bot(Bot(lambda body: (200, answer))).url)
    one.says("dan", "hello")
    assert one.sees("dan", 1) == ["bad TIRED"]


def test_nobody_at_the_address(line: Callable[..., Line]) -> None:
    one = line(closed_port())
    conversation = one.says("eve", "hello")
    assert one.sees("eve", 1) == ["bad BotUnreachableError"]
    assert [note["name"] for note in one.notes(conversation)][-1] == "bot_connector.connection_refused"


def test_an_integration_that_is_not_active(line: Callable[..., Line]) -> None:
    one = line(closed_port(), state="DISABLED")
    conversation = one.says("fay", "hello")
    assert one.sees("fay", 1) == ["bad BotIntegrationError"]
    assert [note["name"] for note in one.notes(conversation)] == ["bot_connector.integration_inactive"]


def test_a_bot_that_does_not_answer_in_time(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    release = threading.Event()

    def hang(body: dict[str, Any]) -> Reply:
        release.wait(5)
        return 200, MORE

    one = line(serving_bot(Bot(hang)).url)
    emulator.org.put("waits", **{"bot-connector.v1.answer.seconds": 0.3})
    try:
        conversation = one.says("gil", "hello")
        assert one.sees("gil", 1) == ["bad BotTimeoutError"]
        assert [note["name"] for note in one.notes(conversation)][-1] == "bot_connector.timeout"
    finally:
        emulator.org.put("waits", **{"bot-connector.v1.answer.seconds": None})
        release.set()


def test_time_does_not_jump_over_a_bot_that_thinks(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    thinking, go_on = threading.Event(), threading.Event()

    def slow(body: dict[str, Any]) -> Reply:
        thinking.set()
        assert go_on.wait(5)
        return 200, {**MORE, "replymessages": [{"type": "Text", "text": "more"}]}

    one = line(serving_bot(Bot(slow)).url)
    one.says("hal", "hello")
    assert thinking.wait(5)
    threading.Timer(0.2, go_on.set).start()
    emulator.org.post("advance", seconds=12 * 3600.0)  # the follow-up timeout begins when the bot has answered
    assert one.sees("hal", 1) == ["more"]


def test_an_output_that_the_channel_can_not_show_has_its_own_diagnosis(
    line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    messages = [
        {"type": "Video", "text": "a film"},
        {"type": "Structured", "text": "a place", "content": [{"contentType": "Location", "location": {}}]},
        {"type": "Structured", "text": "yes?", "content": [
            {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y"}}]},
    ]  # fmt: skip
    one = line(serving_bot(Bot(lambda body: (200, {"botState": "MoreData", "replymessages": messages}))).url)
    conversation = one.says("ida", "hello")
    assert one.sees("ida", 3) == ["a film", "a place", "yes?"]
    names = [note["name"] for note in one.notes(conversation)]
    assert names.count("bot_connector.unsupported_output") == 2
    assert one.hook.got[-1].json["content"][0]["quickReply"]["payload"] == "y"


def test_v2_is_asked_for_its_bots_and_then_for_turns_below_the_base(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        entity = {"name": "size", "type": "Integer", "value": "41"}
        return 200, {"botState": "Complete", "intent": "Success", "entities": [entity], "parameters": {"mood": "ok"}}

    bot = serving_bot(Bot(reply))
    one = line(bot.url, digital=True)
    listed = emulator.api("GET", f"/integrations/botconnectors/{one.connector}/bots").json["entities"]
    assert [entity["id"] for entity in listed] == ["nova"]
    one.says("jon", "hello")
    assert one.sees("jon", 1) == ["good 42 ok"]
    assert bot.paths == ["/bot/bots", "/bot/messages"]
    assert bot.turns[0]["messageId"]


def test_v2_may_acknowledge_and_reply_later_more_than_once(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    bot = serving_bot(Bot(lambda body: (202, None)))
    one = line(bot.url, digital=True)
    conversation = one.says("kim", "hello")
    turn = arrived(bot, 1)

    def later(state: str, **more: Any) -> int:
        ids = {"botId": "nova", "botVersion": "1", "botSessionId": turn["botSessionId"], "languageCode": "en-us"}
        body = {**ids, "botState": state, **more}
        return emulator.api("POST", "/integrations/botconnectors/outgoing/messages", body).status

    assert later("MoreData", replyMessages=[{"type": "Text", "text": "wait"}]) == 200
    assert later("MoreData", replyMessages=[{"type": "Text", "text": "still"}]) == 200
    assert one.sees("kim", 2) == ["wait", "still"]
    one.says("kim", "next")
    arrived(bot, 2)
    entities = [{"name": "size", "type": "Integer", "value": "1"}]
    assert later("Complete", intent="Success", entities=entities, parameters={"mood": "late"}) == 200
    assert one.sees("kim", 3)[-1] == "good 2 late"
    assert one.notes(conversation) == []
    assert later("Complete", intent="Success") == 404
    last = emulator.entries(name="bot_connector.fault", interface="bot_connector")[-1]
    assert last["data"]["rule"] == "BC-41.final"


def test_a_v2_reply_that_never_comes_is_the_failure_path(
    line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    one = line(
        serving_bot(Bot(lambda body: (202, None))).url, digital=True, timeout="botResponseTimeout: {lit: {seconds: 1}}"
    )
    one.says("lea", "hello")
    assert one.sees("lea", 1) == ["bad BotTimeoutError"]


def test_a_v2_provider_that_fails_leaves_no_bots_and_a_note(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    bot = serving_bot(Bot(lambda body: (202, None), bots=[1]))
    one = line(bot.url, digital=True)
    conversation = one.says("max", "hello")
    assert one.sees("max", 1) == ["bad BotNotFoundError"]
    assert [note["name"] for note in one.notes(conversation)] == ["bot_connector.bot_missing"]
    failed = emulator.entries(name="bot_connector.pull_failed")[-1]["data"]
    assert failed["integration"] == one.connector
    bot.bots = {"entities": [V2_BOT]}
    pulled = emulator.org.post("bot_turns", integration=one.connector, kind="bots")
    assert pulled["status"] == 200
    assert emulator.api("GET", f"/integrations/botconnectors/{one.connector}/bots").json["total"] == 1


def arrived(bot: Bot, number: int) -> dict[str, Any]:
    """The turn of that number, once it is there."""
    for _ in range(500):
        if len(bot.turns) >= number:
            return bot.turns[number - 1]
        threading.Event().wait(0.01)
    raise AssertionError(f"turn {number} never came")


def test_hand_made_turns_vary_the_credential_and_say_so_in_the_record(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    bot = serving_bot(Bot(lambda body: (200, MORE)))
    one = line(bot.url, token="Bearer Abc-123")
    seen = {}
    for credential in ("good", "none", "other", "prefix", "letter_case", "blank", "scheme"):
        named: dict[str, Any] = {"integration": one.connector, "test": "t", "check": "BC-04"}
        answer = emulator.org.post("bot_turns", credential=credential, **named)
        assert answer["status"] == 200
        seen[credential] = bot.headers[-1].get("verify-token")
        data = emulator.entries(interface="bot_connector", direction="out")[-1]["data"]
        assert (data["credential"], data["test"], data["check"]) == (credential, "t", "BC-04")
        assert (data["session"], data["turn"], "probe" in data) == (answer["session"], 1, False)
    assert seen == {
        "good": "Bearer Abc-123", "none": None, "other": "Cfbsfs Bcd-234", "prefix": "Bearer Abc",
        "letter_case": "Bearer Abc-123", "blank": "Bearer Abc-123 ", "scheme": "bearer Abc-123",
    }  # fmt: skip
    raw = json.dumps(emulator.entries(interface="bot_connector"))
    assert "Abc-123" not in raw


def test_hand_made_turns_say_what_the_test_wants(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    bot = serving_bot(Bot(lambda body: (200, {"botState": "Complete", "intent": "strange"})))
    one = line(bot.url)

    def ask(**spec: Any) -> dict[str, Any]:
        return dict(emulator.org.post("bot_turns", integration=one.connector, **spec))

    first = ask(text="hi", extra={"reqId": 1}, drop=["botId"], probe="no_bot", parameters={"a": "b"})
    assert (bot.turns[-1]["reqId"], "botId" in bot.turns[-1], bot.turns[-1]["parameters"]) == (1, False, {"a": "b"})
    ask(session=first["session"], message={"type": "Structured"}, probe="x")
    assert bot.turns[-1]["botSessionId"] == first["session"]
    assert bot.turns[-1]["inputMessage"] == {"type": "Structured"}
    assert emulator.entries(interface="bot_connector", direction="out")[-1]["data"]["turn"] == 2
    before = len(emulator.entries(name="bot_connector.fault"))
    ask()
    fault = emulator.entries(name="bot_connector.fault")[before:]
    assert [one["data"]["rule"] for one in fault] == ["BC-12"]
    assert ask(method="GET")["status"] == 404
    assert ask(credential="good", close_after=5.0)["outcome"] == "answered"


def test_a_rehearsal_makes_turns_under_its_test_s_name(
    emulator: Serving, line: Callable[..., Line], serving_bot: Callable[[Bot], Bot]
) -> None:
    one = line(serving_bot(Bot(lambda body: (200, MORE))).url)
    slot = Slot(emulator.org.org, "v1", "reference", one.connector, user_side=False)
    answer = Rehearsal(emulator.org, slot, "test_x").bot_turn(probe="long")
    data = emulator.entries(interface="bot_connector", direction="out")[-1]["data"]
    assert (answer["session"], "test_x", "long") == (data["session"], data["test"], data["probe"])


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({}, "bot_turn.integration"),
        ({"integration": "none"}, "there is no integration"),
        ({"integration": 1}, "give a text"),
        ({"integration": "x", "credentials": "good"}, "credential"),
        ({"integration": "x", "credential": "better"}, "give one of good"),
        ({"integration": "x", "wait": -1}, "give seconds"),
    ],
)
def test_a_spec_that_is_none_is_refused_by_name(emulator: Serving, spec: dict[str, Any], text: str) -> None:
    answer = emulator.send("POST", f"/understudy/orgs/{emulator.org.org}/bot_turns", json.dumps(spec).encode())
    assert answer.status == 400
    assert text in answer.json["error"]
