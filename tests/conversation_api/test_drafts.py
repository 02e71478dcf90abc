from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.attachments.store import stored
from understudy.conversation_api.drafts import ATTACHMENTS_MAX
from understudy.conversations.commands import AgentAccept, RoutingStatus
from understudy.conversations.model import Conversation
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
SENT = {
    "provider": "PureCloud Email",
    "queueId": "q1",
    "fromAddress": "ann@ext.example",
    "fromName": "Ann",
    "toAddress": "help@acme.example",
    "subject": "My order",
    "textBody": "Where is it?",
}
REPLY = {"to": [{"email": "ann@ext.example"}], "from": {"email": "help@acme.example"}, "textBody": "On its way."}


@pytest.fixture
def email(ask: Ask, office: Org) -> Conversation:
    """Uma has taken Ann's e-mail."""
    office.perform(RoutingStatus("u1", "IDLE"))
    ask("POST", "/emails", SENT)
    (made,) = office.conversations.values()
    office.perform(AgentAccept(made.id, made.participants[2].id))
    return made


def test_a_draft_is_a_reply_until_it_is_written_and_goes_with_the_send(ask: Ask, email: Conversation) -> None:
    path = f"/emails/{email.id}/messages/draft"
    draft = ask("GET", path)[1]
    assert (draft["subject"], draft["draftType"], draft["state"]) == ("Re: My order", "Reply", "Created")
    assert (draft["to"], draft["from"]) == (
        [{"email": "ann@ext.example", "name": "Ann"}],
        {"email": "help@acme.example"},
    )
    put = ask("PUT", path, {**REPLY, "subject": "Hello"})[1]
    assert (put["id"], put["subject"], put["state"]) == (draft["id"], "Hello", "Edited")
    assert ask("GET", path)[1] == put
    forward = ask("PATCH", path, {"draftType": "Forward"})[1]
    assert (forward["subject"], forward["to"], forward["textBody"]) == ("Fwd: My order", [], "Where is it?")
    ask("POST", f"/emails/{email.id}/messages", REPLY, "u1")
    assert email.draft is None


def test_files_are_uploaded_kept_in_the_draft_sent_copied_and_taken_out(
    ask: Ask, office: Org, email: Conversation
) -> None:
    path = f"/emails/{email.id}/messages"
    status, up = ask("POST", f"{path}/draft/attachments/uploads", {"name": "a.txt", "contentLengthBytes": 3})
    assert (status, up["name"], up["conversationId"]) == (200, "a.txt", email.id)
    media = stored(office)[up["attachmentId"]]
    assert up["url"].endswith(media.path)
    (shown,) = ask("GET", f"{path}/draft")[1]["attachments"]
    assert (shown["attachmentId"], shown["contentLength"]) == (media.id, 3)
    ask("POST", path, {**REPLY, "attachments": [shown]}, "u1")
    assert ask("GET", f"{path}/draft")[1]["attachments"] == []
    sent = list(email.mails)[-1]
    copy = {"sourceMessage": {"id": sent}, "attachments": [{"attachmentId": media.id}]}
    assert ask("POST", f"{path}/draft/attachments/copy", copy)[1]["attachments"] == [shown]
    assert ask("DELETE", f"{path}/draft/attachments/{media.id}")[0] in DONE
    assert ask("DELETE", f"{path}/draft/attachments/{media.id}")[0] == 404
    assert ask("POST", f"{path}/draft/attachments/copy", {**copy, "sourceMessage": {"id": "nope"}})[0] == 404


@pytest.mark.parametrize("length", [0, -1, 10**9])
def test_a_file_of_no_or_of_too_great_a_length_is_refused(ask: Ask, email: Conversation, length: int) -> None:
    path = f"/emails/{email.id}/messages/draft/attachments/uploads"
    status, body = ask("POST", path, {"name": "a.txt", "contentLengthBytes": length})
    assert (status, body["code"]) == (400, "postino.error.attachments.upload.size")


def test_a_draft_holds_so_many_files_and_no_more(ask: Ask, email: Conversation) -> None:
    path = f"/emails/{email.id}/messages/draft/attachments/uploads"
    found = [ask("POST", path, {"name": "a", "contentLengthBytes": 1})[0] for _ in range(ATTACHMENTS_MAX + 1)]
    assert found == [200] * ATTACHMENTS_MAX + [400]
