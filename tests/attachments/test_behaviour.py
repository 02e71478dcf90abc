from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from understudy.attachments.behaviour import ACTIONS
from understudy.attachments.store import get, upload
from understudy.clock import ManualClock, OrgClock
from understudy.conversations.model import Conversation, Leg
from understudy.conversations.parties import add
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

ANNOUNCE = "postConversationsMessageCommunicationMessagesMediaUploads"
SHOW = "getConversationsMessageCommunicationMessagesMediaMediaId"
LIST = "getConversationsMessageCommunicationMessagesMedia"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def call() -> Call:
    """A call in the name of an agent's communication; the operation is filled in by ``act``."""
    clock = OrgClock(ManualClock())
    org = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})
    conversation = org.conversations["c1"] = Conversation("c1", 0.0, Leg("open_messaging", "i1", "u-1"))
    agent = add(org, conversation, "agent", "Ann")
    path = {"conversationId": "c1", "communicationId": agent.communication.id}
    token = Token("t", "client", "acme", 0.0, 1e12)
    return Call(World(), org, token, None, path, {}, None, "http://o")  # type: ignore[arg-type]


def act(catalogue: Catalogue, call: Call, id_: str, body: Any = None, **path: str) -> Any:
    """The parsed answer, which must be what its model says."""
    operation = catalogue.by_id[id_]
    answer = ACTIONS[id_](replace(call, operation=operation, body=body, path={**call.path, **path}))
    shown = orjson.loads(answer.payload())
    assert operation.response is not None
    assert Schemas(catalogue.models).response(operation.response).problems(shown) == []
    return shown


def test_an_upload_is_announced_put_and_shown(catalogue: Catalogue, call: Call) -> None:
    made = act(catalogue, call, ANNOUNCE, {"fileName": "a.PNG", "contentLengthBytes": 5})
    assert made["uploadUrl"] == f"http://o/media/acme/{made['id']}"
    assert made["uploadHeaders"] == {"Content-Type": "image/png"}
    assert act(catalogue, call, SHOW, mediaId=made["id"])["status"] == "uploading"
    upload(call.org, get(call.org, made["id"]), b"12345")
    shown = act(catalogue, call, SHOW, mediaId=made["id"])
    assert (shown["status"], shown["url"], shown["contentLengthBytes"]) == ("valid", made["uploadUrl"], 5)
    assert [one["id"] for one in act(catalogue, call, LIST)["entities"]] == [made["id"]]


def test_the_older_form_answers_the_media_with_its_upload_url(catalogue: Catalogue, call: Call) -> None:
    made = act(catalogue, call, "postConversationsMessageCommunicationMessagesMedia")
    assert (made["status"], made["uploadUrl"]) == ("uploading", f"http://o/media/acme/{made['id']}")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"contentLengthBytes": 5},
        {"fileName": "a"},
        {"fileName": "a", "contentLengthBytes": 0},
        {"fileName": "a", "contentLengthBytes": True},
        {"fileName": "a", "contentLengthBytes": 10_485_761},
    ],
)
def test_a_bad_announcement_is_refused(catalogue: Catalogue, call: Call, body: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(catalogue, call, ANNOUNCE, body)
    assert caught.value.status == 400


@pytest.mark.parametrize("path", [{"conversationId": "nope"}, {"communicationId": "nope"}])
def test_an_unknown_communication_is_404(catalogue: Catalogue, call: Call, path: dict[str, str]) -> None:
    made = act(catalogue, call, ANNOUNCE, {"fileName": "a.png", "contentLengthBytes": 5})
    with pytest.raises(Refused) as caught:
        act(catalogue, call, ANNOUNCE, {"fileName": "a.png", "contentLengthBytes": 5}, **path)
    assert caught.value.status == 404
    with pytest.raises(Refused):
        act(catalogue, call, SHOW, mediaId=made["id"], communicationId="nope")
