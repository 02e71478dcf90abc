"""The org of these tests: a shop with a messenger, two queues, two agents and a bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.integration.conftest import Serving

SCOPES: Final = ["conversations", "notifications", "organization:readonly", "presence", "routing", "users"]
SECRET: Final = "a-secret-of-the-shop"
NUMBERS = count(1)
ORG: Final = """
organization: {name: Corner Shop, understudy: {region: mypurecloud.de}}
authorization.roles:
  - {name: everything, permissionPolicies: [{domain: "*", entityName: "*", actionSet: ["*"]}]}
users:
  - {id: alex, name: Alex Agent, email: alex@shop.example, roles: [everything], understudy: {agent: true}}
  - {id: sam, name: Sam Second, email: sam@shop.example, roles: [everything], understudy: {agent: true}}
routing.wrapupcodes: [{name: Resolved}, {name: Call back}]
routing.queues:
  - {name: Support, members: [alex], wrapupcodes: [Resolved, Call back]}
  - {name: Billing, members: [sam], wrapupcodes: [Resolved]}
oauth.clients: [{id: shop-admin, name: Admin, secret: a-secret-of-the-shop, roles: [everything]}]
"""
HEAD: Final = """
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
"""
GREET: Final = "- sendResponse: {{name: Greet, messageBody: {{lit: Welcome to the shop.}}}}"
ASK: Final = """- callBotConnector:
    name: Ask
    botIntegration: {{lit: {{name: Nova}}}}
    botName: {{lit: Nova}}
    botVersion: {{lit: "1"}}
    botInputText: {{lit: hello}}
    intents: {{Person: {{}}}}
    outputs:
      failure:
        actions:
          - sendResponse: {{name: Sorry, messageBody: {{lit: The bot is not well.}}}}"""
HAND_OVER: Final = "- transferToAcd: {{name: Hand over, targetQueue: {{lit: {{name: Support}}}}}}"
MESSENGER: Final[dict[str, Any]] = {
    "enabled": True,
    "styles": {"primaryColor": "#0f766e"},
    "launcherButton": {"visibility": "On"},
    "fileUpload": {"enableAttachments": True, "modes": [{"fileTypes": ["image/png"], "maxFileSizeKB": 10}]},
    "apps": {
        "conversations": {
            "enabled": True,
            "showAgentTypingIndicator": True,
            "showUserTypingIndicator": True,
            "autoStart": {"enabled": True},
            "conversationDisconnect": {"enabled": True, "type": "ReadOnly"},
            "conversationClear": {"enabled": True},
        }
    },
}
LABELS: Final[list[dict[str, Any]]] = [
    {
        "language": language,
        "localizedLabels": [
            {"key": "MessengerLauncherButtonText", "value": launcher},
            {"key": "MessengerHomeHeaderTitle", "value": title},
        ],
    }
    for language, launcher, title in (("en-us", "Talk to us", "Corner Shop"), ("de-de", "Frag uns", "Laden"))
]
BOTS: Final = {
    "chatBots": [
        {
            "id": "nova",
            "name": "Nova",
            "versions": [{"version": "1", "supportedLanguages": ["en-us"], "intents": [{"name": "Person"}]}],
        }
    ]
}


@dataclass
class Shop:
    """The org of these tests, over the Platform API."""

    serving: Serving
    token: str
    pictures: Path
    ids: dict[str, str] = field(default_factory=dict)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.serving.api(method, path, body, self.token)
        assert answer.status < 300, (method, path, answer.body)
        return answer.json

    def flow(self, *actions: str) -> str:
        """Publish a flow of these actions; returns its id."""
        number = next(NUMBERS)
        steps = "\n".join(f"{' ' * 10}{line}" for action in actions for line in action.splitlines())
        text = (HEAD + steps).format(name=f"Flow {number}")
        job = self.api("POST", "/flows/jobs")
        upload = job["presignedUrl"].partition("/understudy/")[2]
        assert self.serving.send("PUT", f"/understudy/{upload}", text.encode()).status == 200
        done = self.api("GET", f"/flows/jobs/{job['id']}")
        assert done["status"] == "Success", done
        return str(done["flow"]["id"])

    def configuration(self, **more: Any) -> str:
        """A published configuration, version "1"; returns its id."""
        body = {
            "name": f"Messenger {next(NUMBERS)}",
            "languages": ["en-us", "de-de"],
            "defaultLanguage": "en-us",
            "customI18nLabels": LABELS,
            "messenger": MESSENGER,
            **more,
        }
        made = str(self.api("POST", "/webdeployments/configurations", body)["id"])
        self.api("POST", f"/webdeployments/configurations/{made}/versions/draft/publish", {})
        return made

    def deployment(self, *actions: str, configuration: str = "", **more: Any) -> str:
        """A deployment whose flow has these actions; returns its id."""
        shown = {"id": configuration or self.configuration(), "version": "1"}
        flow = {"id": self.flow(*(actions or (GREET,)))}
        body = {"name": "Corner Shop", "allowAllDomains": True, "configuration": shown, "flow": flow, **more}
        return str(self.api("POST", "/webdeployments/deployments", body)["id"])

    def bot(self, url: str) -> None:
        """The integration Nova, which asks the bot at ``url``; there is one."""
        if "Nova" in self.ids:
            return
        made = self.api("POST", "/integrations", {"name": "Nova", "integrationType": {"id": "genesys-bot-connector"}})[
            "id"
        ]
        path = f"/integrations/{made}/config/current"
        config = {**self.api("GET", path), "properties": {"botConnectorHandleUtteranceURI": url}}
        self.api("PUT", path, config)
        self.api("PATCH", f"/integrations/{made}", {"intendedState": "ENABLED"})
        self.api("PUT", f"/integrations/botconnector/{made}/bots", BOTS)
        self.ids["Nova"] = made

    def picture(self, page: Page, name: str) -> None:
        """Keep what a page shows."""
        page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")


def answered(message: dict[str, Any]) -> dict[str, Any]:
    """What the bot makes of an input message."""
    clicks = [one["buttonResponse"]["payload"] for one in message.get("content") or () if "buttonResponse" in one]
    said = clicks[0] if clicks else message.get("text") or ""
    if said == "person":
        reply: dict[str, Any] = {"type": "Text", "text": "I fetch somebody."}
        return {"replymessages": [reply], "botState": "COMPLETE", "intent": "Person", "confidence": 1.0}
    if said == "parcels":
        action = {"type": "Postback", "text": "Ask a person", "payload": "person"}
        cards = [{"title": f"Parcel {n}", "description": "On its way", "actions": [action]} for n in (1, 2)]
        content = [{"contentType": "Carousel", "carousel": {"cards": cards}}]
        reply = {"type": "Structured", "text": "Your parcels", "content": content}
    else:
        replies = [("My parcels", "parcels"), ("A person, please", "person")]
        content = [{"contentType": "QuickReply", "quickReply": {"text": t, "payload": p}} for t, p in replies]
        reply = {"type": "Structured", "text": "What is it about?", "content": content}
    return {"replymessages": [reply], "botState": "MOREDATA"}
