from __future__ import annotations

from dataclasses import fields

import pytest

from understudy.conversations.media import MEDIA, Call, Callback, Email, Mail
from understudy.conversations.model import Communication


def test_a_communication_has_room_for_every_medium_but_plain_messages() -> None:
    names = {field.name for field in fields(Communication)}
    assert {media for media in MEDIA if media in names} == {"call", "callback", "email"}


@pytest.mark.parametrize("made", [Call(), Callback(), Email(), Mail("m", "inbound", 0.0, {}, ())])
def test_media_have_slots_and_take_no_other_field(made: object) -> None:
    with pytest.raises(AttributeError):
        made.nonsense = 1  # type: ignore[attr-defined]
