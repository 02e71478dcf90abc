"""What the prepared org of the sweep holds: each given is made through the API, and recipes name it as ``$name``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from understudy.integrations.bot_sessions import BotSession, sessions_of
from understudy.integrations.bots import replace_bots
from understudy.oauth.authorized import Authorize
from understudy.telephony.sip_log import SipMessage, sip_log
from understudy.telephony.stations import provision
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.configuring import ConfigureGuest
from understudy.web_messaging.guests import INTERFACE
from understudy.web_messaging.identity import SignInGuest, exchange
from understudy.web_messaging.jwt import issue
from understudy.web_messaging.messages import ConfigureSession
from understudy.world.org import Org

Api = Callable[..., Any]  # api("POST", "/routing/queues", {...}, bearer="user") → parsed body; fails unless 2xx

FLOW: Final = """
inboundShortMessage:
  name: Sweep flow
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  defaultLanguage: en-us
  supportedLanguages: {en-us: {defaultLanguageSkill: {noValue: true}}}
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - transferToAcd:
              name: Hand over
              targetQueue: {lit: {name: Sweep queue}}
          - disconnect:
              name: End
"""
SCHEMA: Final = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["key"],
    "properties": {"key": {"title": "key", "type": "string", "$id": "/properties/key"}},
    "additionalProperties": False,
}
MESSAGING: Final = "/conversations/messaging"
CARRIER: Final = "external_sip_pcv_byoc_carrier.json"
BOT_VERSION: Final = {"version": "1", "supportedLanguages": ["en-us"], "intents": []}


def organisation(api: Api, given: dict[str, str]) -> None:
    """Divisions, roles, users, groups."""
    given["division"] = api("GET", "/authorization/divisions/home")["id"]
    given["division2"] = api(
        "POST", "/authorization/divisions", {"name": "Sweep division", "description": "a second one"}
    )["id"]
    policy = {"domain": "*", "entityName": "*", "actionSet": ["*"]}
    given["role"] = api("POST", "/authorization/roles", {"name": "Sweep role", "permissionPolicies": [policy]})["id"]
    for name in ("user", "user2"):
        body = {"name": f"Sweep {name}", "email": f"{name}@sweep.example", "divisionId": given["division"]}
        given[name] = api("POST", "/users", body)["id"]
        api("PUT", f"/users/{given[name]}/roles", [given["role"]])
    given["client"] = api(
        "POST",
        "/oauth/clients",
        {"name": "Sweep", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [given["role"]]},
    )["id"]


def routing(api: Api, given: dict[str, str]) -> None:
    """Queue with members and code, skill, language."""
    given["queue"] = api("POST", "/routing/queues", {"name": "Sweep queue"})["id"]
    given["wrapupcode"] = api("POST", "/routing/wrapupcodes", {"name": "Sweep code"})["id"]
    given["skill"] = api("POST", "/routing/skills", {"name": "Sweep skill"})["id"]
    given["language"] = api("POST", "/routing/languages", {"name": "Sweep language"})["id"]
    api("POST", f"/routing/queues/{given['queue']}/wrapupcodes", [{"id": given["wrapupcode"]}])
    api("POST", f"/routing/queues/{given['queue']}/members", [{"id": given["user"]}, {"id": given["user2"]}])
    api("PUT", f"/users/{given['user']}/routingstatus", {"status": "IDLE"})


def spare(api: Api, given: dict[str, str]) -> None:
    """A queue of its own for what takes members and codes away: the other one is needed as it is."""
    given["second_spare_queue"] = api("POST", "/routing/queues", {"name": "Sweep second spare queue"})["id"]
    api("POST", f"/routing/queues/{given['second_spare_queue']}/members", [{"id": given["user2"]}])
    given["spare_queue"] = api("POST", "/routing/queues", {"name": "Sweep spare queue"})["id"]
    api("POST", f"/routing/queues/{given['spare_queue']}/wrapupcodes", [{"id": given["wrapupcode"]}])
    api("POST", f"/routing/queues/{given['spare_queue']}/members", [{"id": given["user2"]}])


def architect(api: Api, given: dict[str, str], publish: Callable[[str, str], None]) -> None:
    """A published flow, one that is not, a data table with a row."""
    given["flow"] = api("POST", "/flows", {"name": "Sweep flow", "type": "INBOUNDSHORTMESSAGE"})["id"]
    given["flow2"] = api("POST", "/flows", {"name": "Sweep draft", "type": "INBOUNDSHORTMESSAGE"})["id"]
    publish(given["flow"], FLOW)
    given["datatable"] = api("POST", "/flows/datatables", {"name": "Sweep table", "schema": SCHEMA})["id"]
    api("POST", f"/flows/datatables/{given['datatable']}/rows", {"key": "k1"})


def prompts(api: Api, given: dict[str, str]) -> None:
    """A prompt with two resources, and two prompts to be deleted: names are of a form that is not made up."""
    path = "/architect/prompts"
    for name in ("prompt", "spare_prompt", "second_spare_prompt"):
        given[name] = api("POST", path, {"name": f"Sweep_{name}"})["id"]
    for language in ("en-us", "de-de"):
        api("POST", f"{path}/{given['prompt']}/resources", {"language": language, "ttsString": "Hello"})


def telephony(api: Api, given: dict[str, str]) -> None:
    """A site with its plans, a trunk, pools of numbers with an owner each, and pools that are free."""
    path = "/telephony/providers/edges"
    given["site"] = api("POST", f"{path}/sites", {"name": "Sweep HQ", "location": {"id": "sweep-location"}})["id"]
    given["number_plan"] = api("GET", f"{path}/sites/{given['site']}/numberplans")[0]["id"]
    body = {"name": "Sweep trunk", "trunkMetabase": {"id": CARRIER}, "trunkType": "EXTERNAL"}
    given["trunk_base"] = api("POST", f"{path}/trunkbasesettings", body)["id"]
    given["trunk"] = api("GET", f"{path}/trunks")["entities"][0]["id"]
    for name, begin in (("did_pool", "+1463555010"), ("spare_did_pool", "+1463555020")):
        pool = {"startPhoneNumber": f"{begin}0", "endPhoneNumber": f"{begin}9"}
        given[name] = api("POST", f"{path}/didpools", pool)["id"]
    for name, begin in (("extension_pool", "7100"), ("spare_extension_pool", "7200")):
        pool = {"startNumber": f"{begin}0", "endNumber": f"{begin}9"}
        given[name] = api("POST", f"{path}/extensionpools", pool)["id"]
    api("POST", "/architect/ivrs", {"name": "Sweep IVR", "dnis": ["+14635550100", "71000"]})
    given["did"] = api("GET", f"{path}/dids")["entities"][0]["id"]
    given["extension"] = api("GET", f"{path}/extensions")["entities"][0]["id"]


def calls(org: Org, given: dict[str, str]) -> None:
    """A user's station, and a SIP message of a conversation, as the SIP side will leave it."""
    given["station"] = provision(org, org.entities.of("users")[given["user"]]).id
    text = "INVITE sip:+14635550100@127.0.0.1 SIP/2.0\r\nCall-ID: sweep\r\n\r\n"
    sip_log(org).add(SipMessage(at=org.now(), conversation=given["message_conversation"], text=text))


def messaging(api: Api, given: dict[str, str], advance: Callable[[float], None]) -> None:
    """An integration with its flow, and a conversation that an agent has taken."""
    content = api("GET", f"{MESSAGING}/supportedcontent/default")["id"]
    body = {
        "name": "Sweep integration",
        "outboundNotificationWebhookUrl": "http://127.0.0.1:9/hook",
        "outboundNotificationWebhookSignatureSecretToken": "a-webhook-secret-of-32-characters",
        "supportedContent": {"id": content},
    }
    given["integration"] = api("POST", f"{MESSAGING}/integrations/open", body)["id"]
    advance(5.0)
    recipient = f"/routing/message/recipients/{given['integration']}"
    api("PUT", recipient, {**api("GET", recipient), "flow": {"id": given["flow"]}})
    given["message_conversation"] = api(
        "POST",
        f"/conversations/messages/{given['integration']}/inbound/open/message?prefetchConversationId=true",
        {"channel": {"from": {"id": "sweep-1", "idType": "Opaque"}, "time": "2026-07-01T10:00:00.000Z"}, "text": "hi"},
    )["conversationId"]
    taken(api, given, given["message_conversation"])


def taken(api: Api, given: dict[str, str], conversation: str) -> None:
    """The alerting agent takes the conversation."""
    found = api("GET", f"/conversations/{conversation}")["participants"]
    given["customer_participant"] = next(one["id"] for one in found if one["purpose"] == "customer")
    agent = next(one for one in found if one["purpose"] == "agent")
    given["agent_participant"], given["agent_communication"] = agent["id"], agent["messages"][0]["id"]
    path = f"/conversations/messages/{conversation}/participants/{agent['id']}"
    api("PATCH", path, {"state": "connected"})


def integrations(api: Api, given: dict[str, str]) -> None:
    """A bot connector with the bot b1, an audio connector, an assistant."""

    def installed(type_: str) -> str:
        body = {"name": f"Sweep {type_}", "integrationType": {"id": type_}}
        return str(api("POST", "/integrations", body)["id"])

    given["bot_connector"] = installed("genesys-bot-connector")
    bots = {"chatBots": [{"id": "b1", "name": "Sweep bot", "versions": [BOT_VERSION]}]}
    api("PUT", f"/integrations/botconnector/{given['bot_connector']}/bots", bots)
    given["digital_bot_connector"] = installed("genesys-digital-bot-connector")
    given["audio_connector"] = installed("audio-connector")
    body = {"name": "Sweep assistant", "transcriptionConfig": {"vendorName": "Genesys"}}
    given["assistant"] = api("POST", "/assistants", body)["id"]


def bot_session(org: Org, given: dict[str, str]) -> None:
    """A flow waits for the bot b1 of the Digital Bot Connector, as it will once it calls bots itself."""
    connector, conversation = given["digital_bot_connector"], given["message_conversation"]
    replace_bots(org, connector, [{"id": "b1", "name": "Sweep bot", "versions": [BOT_VERSION]}])
    session = BotSession("sweep-session", connector, "b1", "1", conversation, "sweep-execution")
    sessions_of(org)[session.id] = session


def web_deployments(api: Api, given: dict[str, str]) -> None:
    """A published messenger configuration, a deployment of it, and two guests' push devices."""
    path = "/webdeployments"
    authentication = {"enabled": True, "integrationId": "sweep-provider"}
    messenger = {"name": "Sweep messenger", "authenticationSettings": authentication}
    given["messenger_configuration"] = api("POST", f"{path}/configurations", messenger)["id"]
    api("POST", f"{path}/configurations/{given['messenger_configuration']}/versions/draft/publish")
    shown = {"id": given["messenger_configuration"], "version": "1"}
    push = [{"id": "sweep-push", "provider": "FCM"}]
    body = {"name": "Sweep site", "allowAllDomains": True, "configuration": shown, "pushIntegrations": push}
    given["deployment"] = api("POST", f"{path}/deployments", body)["id"]
    api("PUT", f"{path}/deployments/{given['deployment']}/identityresolution", {"resolveIdentities": True})
    device = {"deviceToken": "t", "notificationProvider": "FCM", "language": "en-us", "deviceType": "android"}
    for guest in ("sweep-guest-1", "sweep-guest-2"):
        api("POST", f"/webmessaging/deployments/{given['deployment']}/pushdevices/{guest}", device)


def guests(org: Org, given: dict[str, str]) -> dict[str, str]:
    """A guest's session with a message, and a guest who signed in: the JWT of either; a code and a refresh token."""
    id_ = given["deployment"]
    deployment = org.entities.of("webdeployments.deployments")[id_]
    asked = ConfigureSession(token="sweep-guest", deployment_id=id_)
    guest, _ = org.perform(ConfigureGuest(id_, 0, asked))
    org.perform(GuestSays(guest.id, "Text", "hi"))
    org.take_effects(INTERFACE)  # no socket is open, so no driver runs that would
    first, second, given["sign_in_code"] = (org.perform(SignInGuest(id_, "sweep@idp")) for _ in range(3))
    given["guest_refresh"] = exchange(org, deployment, {"code": first})[1]
    return {"session": issue(org, guest)[0], "sign_in": exchange(org, deployment, {"code": second})[0]}


def authorized(org: Org, given: dict[str, str]) -> None:
    """A client that a user has signed in for."""
    given["authorized_client"] = given["client"]
    org.perform(Authorize(given["client"], given["user"], ("users",)))


def history(api: Api, given: dict[str, str], advance: Callable[[float], None]) -> None:
    """A conversation that is over, its recording, and jobs that are done: of details, recordings and an audit."""
    inbound = f"/conversations/messages/{given['integration']}/inbound/open/message?prefetchConversationId=true"
    channel = {"from": {"id": "sweep-2", "idType": "Opaque"}, "time": "2026-07-01T10:00:00.000Z"}
    said = {"channel": channel, "text": "hi"}
    ended = given["ended_conversation"] = api("POST", inbound, said)["conversationId"]
    api("POST", f"/conversations/{ended}/disconnect")
    (recording,) = api("GET", f"/conversations/{ended}/recordings")
    given["recording"], given["ended_communication"] = recording["id"], recording["sessionId"]
    interval = {"interval": "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"}
    given["details_job"] = api("POST", "/analytics/conversations/details/jobs", interval)["jobId"]
    given["audit_query"] = api("POST", "/audits/query", interval)["id"]
    given["recording_job"] = api("POST", "/recording/jobs", {"action": "EXPORT", "conversationQuery": interval})["id"]
    given["usage_search"] = api("POST", "/usage/simplesearch", interval)["executionId"]
    given["usage_query"] = api("POST", "/usage/query", interval)["executionId"]
    given["client_usage"] = api("POST", f"/oauth/clients/{given['client']}/usage/query", interval)["executionId"]
    exported = api("GET", f"/conversations/{ended}/recordings/{recording['id']}?download=true")
    given["download"] = exported["mediaUris"]["0"]["mediaUri"].rpartition("/")[2]
    ever = {"interval": "2000-01-01T00:00:00.000Z/2100-01-01T00:00:00.000Z"}
    given["audit"] = api("POST", "/audits/query/realtime", ever)["entities"][0]["id"]
    advance(2.0)
