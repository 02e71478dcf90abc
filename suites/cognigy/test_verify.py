"""V1 to V4: what the guide says that the integration does. Time: short real waits, no interval of the platform."""

from __future__ import annotations

import json

import pytest

from understudy.actors import Rehearsal
from understudy.actors.doors import copilot_heard
from understudy.actors.variations import registered, without_tokens

EXPLORER = "API Explorer"
QUEUE = "Cognigy Handover Queue"
# The body of the guide's step 6 (Add a Bot for the Bot Connector Integration), with the UUID that it asks for.
GUIDE_BODY = """
      {
         "chatBots": [
            {
               "id": "<your UUID>",
               "name": "Cognigy.AI Bot",
               "versions": [
                  {
                     "version": "1",
                     "supportedLanguages": ["en-us"],
                     "intents": [
                        {
                           "name": "Success",
                           "slots": {
                              "processedTimestamp": {
                                 "name": "processedTimestamp",
                                 "type": "integer"
                              }
                           }
                        }
                     ]
                  }
               ]
            }
         ]
      }
"""
OTHER_BOT = "0e2f6f7e-6d0d-4f38-9f0a-3f6f4d0f5c11"


def turns(rehearsal: Rehearsal) -> list[str]:
    """What a customer writes until the bot completes."""
    return [text.strip() for text in rehearsal.setting("dialogue").split("|")]


@pytest.mark.checks("CG-V1")
def test_a_customer_talks_with_the_bot_until_it_completes(rehearsal: Rehearsal) -> None:
    ann = rehearsal.guest()
    with rehearsal.check("CG-V1", texts=turns(rehearsal)):
        ann.joins()
        cursor = rehearsal.cursor()
        ann.converses(turns(rehearsal))
        rehearsal.wait("flow.ended", after=cursor, customer=ann.id)


@pytest.mark.checks("CG-V2.success")
def test_the_success_path_says_its_message_and_transfers(rehearsal: Rehearsal) -> None:
    ann = rehearsal.guest()
    with rehearsal.check("CG-V2.success", queue=QUEUE):
        ann.joins()
        ann.converses(turns(rehearsal))
        ann.has_seen(["success message"])
        rehearsal.picked_up(ann)


@pytest.mark.checks("CG-V2.failure")
@pytest.mark.needs("fail_phrase")
def test_the_failure_path_says_its_message_and_transfers(rehearsal: Rehearsal) -> None:
    ann = rehearsal.guest()
    with rehearsal.check("CG-V2.failure", queue=QUEUE):
        ann.joins()
        ann.says(rehearsal.setting("fail_phrase"))
        ann.has_seen(["fail message"])
        rehearsal.picked_up(ann)


@pytest.mark.checks("CG-V3.registered")
@pytest.mark.exclusive
def test_the_guides_own_body_registers_what_the_flow_calls(rehearsal: Rehearsal) -> None:
    integration, bot = rehearsal.slot.integration, rehearsal.slot.ids["UNDERSTUDY_BOT_ID"]
    explorer = rehearsal.administrator(EXPLORER)
    bots = f"/api/v2/integrations/botconnector/{integration}/bots"
    with registered(rehearsal, EXPLORER, []), rehearsal.check("CG-V3.registered", bot=bot):
        explorer.calls("PUT", bots, GUIDE_BODY.replace("<your UUID>", bot))
        explorer.calls("GET", f"{bots}/{bot}?version=1")
        ann = rehearsal.guest()
        ann.joins()
        ann.converses(turns(rehearsal)[:1])


@pytest.mark.parametrize(
    ("check", "diagnosis", "wrong"),
    [
        pytest.param("CG-V3.bot", "bot_connector.bot_missing", {"id": OTHER_BOT, "name": "Another Bot"}, id="bot",
                     marks=pytest.mark.checks("CG-V3.bot")),
        pytest.param("CG-V3.version", "bot_connector.version_missing", {"version": "2"}, id="version",
                     marks=pytest.mark.checks("CG-V3.version")),
        pytest.param("CG-V3.language", "bot_connector.language_unsupported", {"languages": ["fr"]}, id="language",
                     marks=pytest.mark.checks("CG-V3.language")),
    ],
)  # fmt: skip
@pytest.mark.exclusive
def test_what_is_not_registered_is_not_called(
    rehearsal: Rehearsal, check: str, diagnosis: str, wrong: dict[str, str]
) -> None:
    guide = json.loads(GUIDE_BODY.replace("<your UUID>", rehearsal.slot.ids["UNDERSTUDY_BOT_ID"]))["chatBots"][0]
    version = {**guide["versions"][0], "version": wrong.get("version", "1")}
    version["supportedLanguages"] = wrong.get("languages", version["supportedLanguages"])
    bot = {"id": wrong.get("id", guide["id"]), "name": wrong.get("name", guide["name"]), "versions": [version]}
    with registered(rehearsal, EXPLORER, [bot]), rehearsal.check(check, diagnosis=diagnosis):
        ann = rehearsal.guest()
        ann.joins()
        ann.says("hello")
        ann.has_seen(["fail message"])


@pytest.mark.checks("CG-V3.id")
@pytest.mark.exclusive
def test_a_bot_id_that_the_endpoint_does_not_have_is_refused(rehearsal: Rehearsal) -> None:
    body = json.loads(GUIDE_BODY.replace("<your UUID>", OTHER_BOT))
    with registered(rehearsal, EXPLORER, body["chatBots"]), rehearsal.check("CG-V3.id", bot=OTHER_BOT):
        ann = rehearsal.guest()
        ann.joins()
        ann.converses(["hello"])


@pytest.mark.checks("CG-V4")
@pytest.mark.exclusive
def test_the_copilot_hears_the_conversation(rehearsal: Rehearsal) -> None:
    ann = rehearsal.guest()
    host = f"login.{rehearsal.slot.env['OAUTH2_URL']}"
    with without_tokens(rehearsal), rehearsal.check("CG-V4", host=host):
        ann.joins()
        ann.converses(turns(rehearsal))
        agent = rehearsal.picked_up(ann)
        agent.says("An agent is here")
        ann.has_seen(["An agent is here"])
        cursor = rehearsal.cursor()
        ann.says("Good to know")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
        said = [*turns(rehearsal), "An agent is here", "Good to know"]
        rehearsal.expect("CG-V4", texts=said, conversation=agent.conversation)
        copilot_heard(rehearsal, ann, said)
