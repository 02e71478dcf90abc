"""An org whose deployment "d" runs a flow that greets and waits for an agent, on a manual clock."""

from __future__ import annotations

from typing import Any

from understudy.architect import run
from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations import lifecycle, messaging, receipts, threading, wrapup
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.routing import assignment, transfer
from understudy.web_deployments.configurations import DEPLOYMENTS, VERSIONS
from understudy.web_messaging import behaviour, identity, uploads
from understudy.web_messaging.configuring import ConfigureGuest
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.identity import SignInGuest, exchange
from understudy.web_messaging.intentions import Configured, RefuseSession
from understudy.web_messaging.messages import ConfigureAuthenticatedSession, ConfigureSession
from understudy.world.changes import Effect
from understudy.world.org import Org

TABLES = (threading, messaging, receipts, lifecycle, wrapup, assignment, transfer, run, behaviour, identity, uploads)
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - sendResponse: {name: Greet, messageBody: {lit: Welcome}}
          - transferToAcd: {name: Over, targetQueue: {lit: {name: Support}}}
          - disconnect: {name: Bye}
"""
APP = {
    "conversationDisconnect": {"enabled": True, "type": "ReadOnly"},
    "conversationClear": {"enabled": True},
    "sessionDurationSeconds": 3600,
}


def make_org(clock: ManualClock, limits: str = "real") -> Org:
    """The org."""
    commands = {kind: handler for table in TABLES for kind, handler in table.HANDLERS.items()}
    org = Org(
        "acme", "Acme", clock=OrgClock(clock), ids=Ids(1, "acme", "salt"), limits=load_limits(limits), commands=commands
    )
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support"})
    org.entities.put("users", "u1", {"id": "u1", "name": "Uma"})
    flow = org.entities.put("flows", "f1", {"id": "f1", "name": "Front door", "type": "INBOUNDSHORTMESSAGE"})
    publish(org, flow, FLOW, "front_door.yaml")
    deploy(org)
    return org


def deploy(org: Org, id_: str = "d", *, app: dict[str, Any] | None = None, sign_in: bool = False, **more: Any) -> None:
    """A deployment that shows a configuration of its own."""
    authentication = {"enabled": sign_in, "allowSessionUpgrade": sign_in}
    body = {
        "id": f"c-{id_}", "version": "1", "languages": ["en-us", "de"], "defaultLanguage": "en-us",
        "messenger": {"enabled": True, "apps": {"conversations": APP if app is None else app}},
        "authenticationSettings": authentication,
    }  # fmt: skip
    org.entities.put(f"{VERSIONS}/c-{id_}", "1", body)
    shown = {"id": id_, "name": id_, "status": "Active", "allowAllDomains": True, "flow": {"id": "f1"}}
    org.entities.put(DEPLOYMENTS, id_, {**shown, "configuration": {"id": f"c-{id_}", "version": "1"}, **more})


def ask(
    org: Org, token: str = "t", socket: int = 1, *, deployment: str = "d", code: str = "", **fields: Any
) -> tuple[Guest | None, Configured | RefuseSession]:
    """A socket configures its session; with ``code`` that of a guest who signed in."""
    request: ConfigureSession | ConfigureAuthenticatedSession
    if code:
        request = ConfigureAuthenticatedSession(token=token, deployment_id=deployment, data={"code": code}, **fields)
    else:
        request = ConfigureSession(token=token, deployment_id=deployment, **fields)
    found: tuple[Guest | None, Configured | RefuseSession]
    found = org.perform(ConfigureGuest(deployment, socket, request, ("de-AT",)))
    return found


def guest_at(org: Org, token: str = "t", socket: int = 1, **fields: Any) -> Guest:
    """The guest whose session a socket has configured."""
    guest, _ = ask(org, token, socket, **fields)
    assert guest is not None
    return guest


def refusal(org: Org, token: str = "t", socket: int = 1, **fields: Any) -> int:
    """The code with which a session is refused."""
    guest, refused = ask(org, token, socket, **fields)
    assert guest is None
    assert isinstance(refused, RefuseSession)
    return refused.code


def said(org: Org, kind: str = "") -> list[Effect]:
    """The effects for the guests' driver, of one kind or all."""
    return [effect for effect in org.take_effects("web_messaging") if kind in ("", effect.kind)]


def jwt(org: Org, subject: str, deployment: str = "d") -> str:
    """What the provider's sign-in becomes."""
    code = org.perform(SignInGuest(deployment, subject, subject.title()))
    return exchange(org, org.entities.of(DEPLOYMENTS)[deployment], {"code": code})[0]
