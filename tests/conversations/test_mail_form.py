from __future__ import annotations

from dataclasses import replace

import pytest

from understudy.conversations.mail_form import PREVIEW, mail_body, preview_body, reply_body
from understudy.conversations.media import Mail
from understudy.conversations.model import Conversation, Leg
from understudy.platform.catalogue import load_catalogue
from understudy.platform.schemas import Schemas

CONVERSATION = Conversation("c1", 0.0, Leg("email", "help@acme", "ann@ext"))
MAIL = Mail("m1", "inbound", 0.0, {"email": "ann@ext", "name": "Ann"}, ({"email": "help@acme"},), text="é" * 300)


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(load_catalogue().models)


def test_each_form_fits_its_model(schemas: Schemas) -> None:
    assert schemas.judge("EmailMessage").problems(mail_body(CONVERSATION, MAIL, 9)) == []
    assert schemas.judge("EmailMessagePreview").problems(preview_body(CONVERSATION, MAIL, 9)) == []
    assert schemas.judge("EmailMessageReply").problems(reply_body(MAIL, 9)) == []


def test_a_preview_is_short_and_the_size_is_in_bytes() -> None:
    shown = preview_body(CONVERSATION, MAIL, 9)
    assert (len(shown["textBodyPreview"]), shown["emailSizeBytes"], shown["maxEmailSizeBytes"]) == (PREVIEW, 600, 9)


def test_a_draft_is_found_as_the_draft() -> None:
    draft = replace(MAIL, state="Edited", draft_type="Reply", text="")
    shown = mail_body(CONVERSATION, draft, 9)
    assert shown["selfUri"] == "/api/v2/conversations/emails/c1/messages/draft"
    assert (shown["state"], shown["textBody"]) == ("Edited", "")
